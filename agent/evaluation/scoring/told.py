"""Scores and agreement for other programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from agent.cloning.pipeline import Problem
from agent.evaluation.agreement.compared import Comparison
from agent.evaluation.scoring.scored import ScoredCall


def as_json(
    calls: Sequence[ScoredCall], problems: Sequence[Problem], comparison: Comparison | None
) -> dict[str, Any]:
    """JSON-able: `calls`, `problems` and, where there were scorecards, `agreement`."""
    told: dict[str, Any] = {
        "calls": [_call(call) for call in calls],
        "problems": [asdict(problem) for problem in problems],
    }
    if comparison is not None:
        told["agreement"] = _agreement(comparison)
    return told


def _call(call: ScoredCall) -> dict[str, Any]:
    return {
        "call": call.call,
        "agent": call.agent,
        "turns": call.turns,
        "overall": call.overall,
        "groups": call.groups,
        "breaches": [{**breach.model_dump(), "at_s": at_s} for breach, at_s in call.breaches],
        "scores": [
            {
                **one.given.model_dump(),
                "at_s": one.at_s,
                "name": one.criterion.name,
                "group": one.criterion.group,
            }
            for one in call.scores
        ],
    }


def _agreement(found: Comparison) -> dict[str, Any]:
    return {
        "calls": found.calls,
        "missing": found.missing,
        "uncarded": found.uncarded,
        "mean_kappa": asdict(found.mean),
        "criteria_good": found.good,
        "criteria": [
            {
                "criterion": one.criterion.id,
                "name": one.criterion.name,
                "abstained": one.abstained,
                **asdict(one.agreement),
            }
            for one in found.criteria
        ],
    }
