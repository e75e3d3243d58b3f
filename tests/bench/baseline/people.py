"""The corpus's human agents: their calls, scored by the same rules as simulated ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import yaml

from agent.cloning.recorded import Conversation, Turn
from agent.evaluation.group_scores import group_scores
from agent.evaluation.rubric.criteria import Group
from agent.evaluation.rubric.score import score_call

Scores = Mapping[Group, float]
Marks = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class People:
    """Calls of those whom the corpus has as its best, and of those in the middle by all groups.

    `marks` are by criterion, 0 to 2, `calls` by group, 0 to 1.
    """

    top: tuple[str, ...]
    middle: tuple[str, ...]
    calls: Mapping[str, Sequence[Scores]]
    marks: Mapping[str, Sequence[Marks]]

    def of(self, agents: Sequence[str]) -> list[Scores]:
        """All calls of these agents."""
        return [scores for agent in agents for scores in self.calls[agent]]

    def marks_of(self, agents: Sequence[str]) -> list[Marks]:
        """The same calls' single marks."""
        return [marks for agent in agents for marks in self.marks[agent]]


def marks_of(call: Conversation, company: str) -> Marks:
    """The marks of the criteria that came up."""
    given = ((one.criterion, one.score) for one in score_call(call, company=company))
    return {criterion: score for criterion, score in given if score is not None}


def people(corpus: Path, company: str) -> People:
    """Reads the corpus's transcripts and key; the middle is one agent, or two of an even number."""
    truth = yaml.safe_load((corpus / "truth.yaml").read_text("utf-8"))
    calls: dict[str, list[Scores]] = {}
    marks: dict[str, list[Marks]] = {}
    for file in sorted((corpus / "transcripts").glob("*.json")):
        call = json.loads(file.read_text("utf-8"))
        said, agent = _conversation(call), call["agent_id"]
        calls.setdefault(agent, []).append(group_scores(score_call(said, company=company)))
        marks.setdefault(agent, []).append(marks_of(said, company))
    mean = {agent: fmean(_mean(scores) for scores in own) for agent, own in calls.items()}
    ranked = sorted(mean, key=lambda agent: (mean[agent], agent))
    middle = ranked[(len(ranked) - 1) // 2 : len(ranked) // 2 + 1]
    top = [one["agent_id"] for one in truth["agent_ranking"] if one["tier"] == "top"]
    return People(tuple(top), tuple(middle), calls, marks)


def _mean(scores: Scores) -> float:
    return fmean(scores.values()) if scores else 0.0


def _conversation(call: Mapping[str, object]) -> Conversation:
    turns = call["turns"]
    if not isinstance(turns, list):
        raise TypeError(f"{call['call_id']} has no turns")
    wanted = ("speaker", "start", "end", "text")
    return Conversation(
        call=str(call["call_id"]),
        source="given",
        turns=tuple(Turn(**{name: turn[name] for name in wanted}) for turn in turns),
    )
