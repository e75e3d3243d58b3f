"""Small blind tests, and raters who answer them."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from agent.evaluation.blindtest.candidate import Arm, Candidate, Tier
from agent.evaluation.blindtest.kit import Key, Kit, Protocol, read_key
from agent.evaluation.blindtest.make import Order, make
from agent.evaluation.blindtest.matching import Pair
from tests.evaluation.talk import talk

Scorer = Callable[[str, str, str], Any]
"""The score of a rater, an item and a criterion."""


def candidate(arm: Arm, number: int, *lines: str, tier: Tier = "", **known: Any) -> Candidate:
    """A call of six turns, or of these lines."""
    said = lines or (
        f"a: Hello, this is <AGENT_1>, call {number}.", "c: Yes?",
        "a: Is it the price that holds you back?", "c: It costs too much.",
        "a: I see. Shall we go on?", "c: No, thank you.",
    )  # fmt: skip
    known = {"won": False, **known}
    return Candidate(arm, f"{arm}-{number}", talk(*said), tier=tier, **known)


def order(**changes: Any) -> Order:
    """Two raters, ten calls a session."""
    known = {"protocol": Protocol(), "pairs": 99, "seed": 7, "raters": ("ann", "ben"), "most": 10}
    return Order(**{**known, **changes})


def kit_at(folder: Path, pairs: int, **changes: Any) -> tuple[Kit, Key]:
    """A test of so many pairs in up to twelve scenarios; every second person is one of the best."""
    drawn = [
        Pair(
            candidate("human", at, tier="top" if at % 2 else "middle"),
            candidate("agent", at),
            f"scenario {at % 12}",
            0.0,
        )
        for at in range(pairs)
    ]
    kit = make(folder, drawn, order(**changes))
    return kit, read_key(folder, kit)


def arms(key: Key) -> dict[str, Arm]:
    """Whose each item is."""
    return {call.item: call.arm for pair in key.pairs for call in pair.calls}


def answer(kit: Kit, folder: Path, scores: Scorer, guess: Callable[[str], str]) -> list[Path]:
    """Every rater fills in every session."""
    paths = []
    for session in kit.sessions:
        answers = {
            item: {
                "scores": {one.id: scores(session.rater, item, one.id) for one in kit.criteria},
                "guess": guess(item), "sure": 2, "notes": "",
            }
            for item in session.items
        }  # fmt: skip
        path = folder / "answers" / f"{session.rater}-{session.number}.json"
        sent = {"test": kit.test, "rater": session.rater, "session": session.number}
        path.write_text(json.dumps({**sent, "answers": answers}), "utf-8")
        paths.append(path)
    return paths


def careful(key: Key, agent_objections: float, seed: int = 1) -> Scorer:
    """Raters who see the same and differ a little.

    People get a point in six of ten tries; so does the agent, but on objections.
    """
    whose, drawn = arms(key), dict[tuple[str, str], int]()
    random = Random(seed)

    def score(rater: str, item: str, criterion: str) -> int:
        worse = whose[item] == "agent" and criterion.startswith("D")
        share = agent_objections if worse else 0.6
        if (item, criterion) not in drawn:
            drawn[item, criterion] = sum(random.random() < share for _ in range(2))
        seen = drawn[item, criterion]
        return seen if random.random() < 0.85 else 1

    return score
