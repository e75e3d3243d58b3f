"""A corpus with a key: calls.csv, transcripts/ID.json and truth.yaml, read straight.

For measuring one miner by itself; the whole pipeline is measured by `tests.bench.cloning`.
"""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from agent.cloning.grades import AgentGrade, CallGrade, Grades
from agent.cloning.mine.material import Material
from agent.cloning.recorded import Conversation, RecordedCall, Turn

LARKFIELD = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "larkfield"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Calls as they came, before redaction and grading, and the key to them."""

    calls: dict[str, RecordedCall]
    conversations: dict[str, Conversation]
    truth: dict[str, Any]

    def material(self, grades: Grades | None = None) -> Material:
        """For a miner; without grades, by nothing but each agent's share of calls won."""
        return Material(self.calls, self.conversations, grades or _by_wins(self.calls))


def read_corpus(folder: Path = LARKFIELD) -> Corpus:
    """Clean transcripts; names and numbers are still in them."""
    calls, conversations = {}, {}
    with (folder / "calls.csv").open(encoding="utf-8") as file:
        rows = {row["call_id"]: row for row in csv.DictReader(file)}
    for path in sorted((folder / "transcripts").glob("*.json")):
        said = json.loads(path.read_text("utf-8"))
        call_id = said["call_id"]
        row = rows[call_id]
        calls[call_id] = RecordedCall(
            id=call_id,
            agent=row["agent_id"],
            outcome=row["outcome"],
            won=float(row["order_value"] or 0) > 0,
            value=float(row["order_value"] or 0),
            duration_s=float(row["duration_s"]),
            customer=row["customer_id"],
            transcript=True,
        )
        turns = tuple(
            Turn(**{key: turn[key] for key in ("speaker", "start", "end", "text")})
            for turn in said["turns"]
        )
        conversations[call_id] = Conversation(call=call_id, source="given", turns=turns)
    truth = yaml.load((folder / "truth.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return Corpus(calls, conversations, truth)


def _by_wins(calls: dict[str, RecordedCall]) -> Grades:
    of, won = Counter(c.agent for c in calls.values()), Counter[str]()
    for call in calls.values():
        won[call.agent] += bool(call.won)
    mean = sum(won.values()) / len(calls)
    rate = {agent: (won[agent] + 4 * mean) / (of[agent] + 4) for agent in of}
    best_first = sorted(of, key=lambda agent: -rate[agent])
    top = max(1, len(best_first) // 3)
    tier = {a: "top" if i < top else "middle" for i, a in enumerate(best_first)}
    tier[best_first[-1]] = "weak" if len(best_first) > 2 else tier[best_first[-1]]
    trust = {"top": 0.9, "middle": 0.6, "weak": 0.2}
    use = {"top": "lines", "middle": "contrast", "weak": "facts"}
    return Grades(
        calls=tuple(
            CallGrade(call=c.id, agent=c.agent, won=c.won, score=None, use=use[tier[c.agent]])
            for c in calls.values()
        ),
        agents=tuple(
            AgentGrade(
                agent=a, calls=of[a], decided=of[a], won=won[a], rate=rate[a], low=rate[a],
                high=rate[a], quality=None, rank=i + 1, tier=tier[a], trust=trust[tier[a]],
            )
            for i, a in enumerate(best_first)
        ),
    )  # fmt: skip
