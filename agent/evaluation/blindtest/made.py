"""What was made, in words and as JSON."""

from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from agent.evaluation.blindtest.kit import Kit
from agent.evaluation.blindtest.make import Matched, Order


def sentences(folder: Path, kit: Kit, matched: Matched, order: Order) -> list[str]:
    """What there is, what to send to whom, and what is not as it was asked for."""
    pairs = matched.pairs
    sessions = len(kit.sessions) // len(kit.raters)
    told = [
        f"{len(pairs)} pairs of calls, of {matched.there} that match; test {kit.test}.",
        *(f"  {count:3} {scenario}" for scenario, count in _scenarios(matched)),
        f"For {' and '.join(kit.raters)}: {sessions} pages each, in {folder}/NAME/. What they save "
        f"goes to {folder}/answers/; then `understudy blindtest collect {folder}`.",
        f"{folder}/key.json says whose each call is: keep it from everybody who rates or collects.",
    ]
    if len(pairs) < order.pairs:
        told.append(
            f"Only {len(pairs)} pairs instead of {order.pairs}: `understudy blindtest power` says "
            "what so many can show; more calls of both give more pairs."
        )
    return told


def as_json(folder: Path, kit: Kit, matched: Matched, order: Order) -> dict[str, Any]:
    """The same for programs; whose each call is stays in the key."""
    return {
        "test": kit.test,
        "folder": str(folder),
        "pairs": len(matched.pairs),
        "asked": order.pairs,
        "matching": matched.there,
        "median_distance": median(pair.distance for pair in matched.pairs),
        "scenarios": dict(_scenarios(matched)),
        "sessions": [
            {"rater": one.rater, "session": one.number, "calls": len(one.items)}
            for one in kit.sessions
        ],
    }


def _scenarios(matched: Matched) -> list[tuple[str, int]]:
    counts = Counter(pair.scenario for pair in matched.pairs)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
