"""Kept scores as they might have come out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from agent.evaluation.simulation.measures import DONE, OF_GROUP
from agent.evaluation.trends.keeping import ANSWER_TIME
from agent.evaluation.trends.tally import tally
from agent.records.models import GateTally, Score
from agent.records.scores import LIVE

# A Monday.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SERIES = "some simulated calls"
INTRODUCTION = OF_GROUP["introduction"]


def score(
    day: int,
    playbook: str,
    measures: Mapping[str, Sequence[float]],
    *,
    broken: int = 0,
    series: str = SERIES,
    call_id: str | None = None,
    rubric: str = "r1",
) -> Score:
    """One run, or one live call with `series` LIVE."""
    calls = max(len(values) for values in measures.values())
    sums = {name: tally(values) for name, values in measures.items()}
    return Score(
        series=series,
        call_id=call_id,
        happened_at=START + timedelta(days=day),
        playbook_id="clinic",
        playbook_version="1",
        playbook_sha256=playbook * 8,
        code_sha256="c",
        rubric_sha256=rubric,
        calls=calls,
        measures={name: one for name, one in sums.items() if one is not None},
        gates={"wrong fact": GateTally(calls=calls, broken=broken)},
    )


def live_call(day: int, playbook: str, *, won: bool, marks: float, answer_ms: float) -> Score:
    """One call that a person made."""
    measures = {DONE: [float(won)], INTRODUCTION: [marks], ANSWER_TIME: [answer_ms]}
    return score(day, playbook, measures, series=LIVE)
