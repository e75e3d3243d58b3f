"""Scores on their way to the database and back, on SQLite and on PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import Settings
from agent.evaluation.rubric.criteria import Group
from agent.evaluation.simulation.measures import DONE
from agent.evaluation.simulation.version import version_of
from agent.evaluation.trends.keeping import (
    ANSWER_TIME,
    ANY_RULE,
    keep_score,
    rubric_sha256,
    score_of_simulation,
)
from agent.evaluation.trends.tally import tally
from agent.records.erasure import erase, holdings
from agent.records.errors import CallNotFound
from agent.records.records import LatencyRecord
from agent.records.scores import LIVE, ScoreStore
from agent.records.tombstones import Ledger
from agent.records.writer import RecordWriter
from tests.evaluation.simulation.calls import breaking, lost, side, won
from tests.evaluation.trends.scores import INTRODUCTION
from tests.records.calls import CALL, NOON, OTHER, ended, started

GROUPS: dict[Group, float] = {"introduction": 0.75}


async def recorded(engine: AsyncEngine) -> None:
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(
        started(
            caller_number="+441632960123",
            playbook_id="clinic",
            playbook_sha256="ab" * 32,
            code_sha256="cd" * 32,
        )
    )
    for ms in (400.0, 500.0, 2000.0):
        writer.latency(
            LatencyRecord(call_id=CALL, name="end_of_speech_to_first_audio", ms=ms, turn_index=1)
        )
    writer.call_ended(ended(disposition="sale"))
    await writer.flush()
    await writer.aclose()


async def test_a_calls_score_is_kept_with_what_the_call_was_made_with(
    engine: AsyncEngine,
) -> None:
    await recorded(engine)
    await keep_score(engine, CALL[:8], GROUPS, ["pressure"], goal="sale")
    (kept,) = await ScoreStore(engine).all()
    assert (kept.series, kept.call_id, kept.happened_at, kept.calls) == (LIVE, CALL, NOON, 1)
    assert (kept.playbook_id, kept.playbook_sha256) == ("clinic", "ab" * 32)
    assert (kept.code_sha256, kept.rubric_sha256) == ("cd" * 32, rubric_sha256())
    assert kept.measures == {
        DONE: tally([1.0]),
        INTRODUCTION: tally([0.75]),
        ANSWER_TIME: tally([500.0]),
    }
    assert kept.gates[ANY_RULE] == kept.gates["pressure"] == {"calls": 1, "broken": 1}


async def test_a_call_that_is_scored_again_counts_once_and_an_erased_one_not_at_all(
    engine: AsyncEngine,
) -> None:
    await recorded(engine)
    await keep_score(engine, CALL, GROUPS, ())
    await keep_score(engine, CALL, {"introduction": 1.0}, ())
    (kept,) = await ScoreStore(engine).all()
    assert kept.measures[INTRODUCTION] == tally([1.0])
    assert DONE not in kept.measures
    await erase(engine, await holdings(engine, "+441632960123"), Ledger(None))
    assert list(await ScoreStore(engine).all()) == []


async def test_a_call_nobody_recorded_has_no_score(engine: AsyncEngine) -> None:
    with pytest.raises(CallNotFound):
        await keep_score(engine, OTHER, GROUPS, ())


async def test_a_simulation_is_kept_as_sums(engine: AsyncEngine) -> None:
    version = version_of(Settings(), "larkfield")
    met = side("new", won(1), breaking("wrong fact", lost(2)), replace(lost(3), raised=()))
    await ScoreStore(engine).add([score_of_simulation(version, met, "three calls", NOON)])
    (kept,) = await ScoreStore(engine).all()
    assert (kept.series, kept.playbook_id, kept.calls) == ("three calls", "larkfield", 3)
    assert kept.measures[DONE] == tally([1.0, 0.0, 0.0])
    assert kept.measures["objections settled"] == tally([1.0, 0.0])
    assert kept.gates["wrong fact"] == {"calls": 3, "broken": 1}
    assert kept.gates["do-not-call missed"] == {"calls": 0, "broken": 0}
    assert kept.funnel["pitch"] == {"reached": 3, "left": 2}
