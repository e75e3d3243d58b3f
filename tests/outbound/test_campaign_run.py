"""A run with a dialler that needs no Asterisk; the database is real."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.errors import UnderstudyError
from agent.outbound.arguments import Placed, channel_id_of
from agent.outbound.campaign_run import CampaignRun, CampaignStopped, Dialled, Ended, Waiting
from agent.outbound.campaigns import LEASE, Campaigns, Claim, NewContact
from agent.outbound.dialler import AgentAway
from agent.outbound.outcomes import Outcome, Result
from agent.outbound.records import CallRecords
from agent.outbound.settings import OutboundSettings, PacingSettings, WindowSettings
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Call, Direction, Event
from agent.records.records import utc_now
from tests.calls.conftest import until

ALL_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SETTINGS = OutboundSettings(
    window=WindowSettings.model_validate(
        {"days": ALL_DAYS, "opens": "00:00", "closes": "23:59:59.999999"}
    ),
    pacing=PacingSettings(concurrent=2, per_minute=1000, agent_calls=50),
)
NUMBERS = [f"+4477009000{number:02}" for number in range(5)]
TALKED = Result(Outcome.TALKED, answered_at=datetime(2026, 1, 7, tzinfo=UTC))


class FakeDialler:
    """Every number ends as told, after the test lets it; implements what a run asks for."""

    def __init__(self, results: dict[str, Result | Exception] | None = None) -> None:
        self.results = results or {}
        self.called: list[str] = []
        self.endpoints: list[str] = []
        self.ready = True
        self.hold = False
        self.most = 0
        # Calls last until so many have been on at once; on a busy machine a short one would be
        # over before the next begins.
        self.together = 1
        self._enough = asyncio.Event()
        self._live: dict[str, asyncio.Event] = {}
        self.cancelled: list[bool] = []

    async def agent_ready(self) -> bool:
        return self.ready

    async def require_agent(self) -> None:
        if not self.ready:
            raise AgentAway("No agent is connected.")

    async def call(self, placed: Placed, endpoint: str) -> Result:
        self.called.append(placed.number)
        self.endpoints.append(endpoint)
        over = self._live[placed.attempt_id] = asyncio.Event()
        self.most = max(self.most, len(self._live))
        await asyncio.sleep(0.02)
        if self.most >= self.together:
            self._enough.set()
        async with asyncio.timeout(10):
            await self._enough.wait()
        if self.hold:
            await over.wait()
        del self._live[placed.attempt_id]
        result = self.results.get(placed.number, TALKED)
        if self.hold:
            return Result(Outcome.CANCELLED)
        if isinstance(result, Exception):
            raise result
        return result

    async def cancel(self, attempt_id: str, *, even_answered: bool = False) -> None:
        self.cancelled.append(even_answered)
        if attempt_id in self._live:
            self._live[attempt_id].set()


class Rig:
    """A campaign of some people and a run of it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.campaigns = Campaigns(engine, "here", "understudy")
        self.dialler = FakeDialler()
        self.steps: list[Dialled | Ended | Waiting] = []
        self.id = 0

    async def begin(self, count: int) -> None:
        self.id = await self.campaigns.open("spring", utc_now())
        people = [NewContact(row + 2, number) for row, number in enumerate(NUMBERS[:count])]
        await self.campaigns.add(self.id, people)

    def run(self, settings: OutboundSettings = SETTINGS) -> CampaignRun:
        dialler: Any = self.dialler
        return CampaignRun(
            self.campaigns, self.id, dialler, CallRecords(self.engine), settings,
            "PJSIP/{digits}@trunk", self.steps.append,
        )  # fmt: skip

    async def outcomes(self) -> list[Outcome | None]:
        return [contact.outcome for contact in await self.campaigns.contacts(self.id)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    url = f"sqlite:///{tmp_path / 'calls.sqlite3'}"
    await upgrade(url)
    engine = create_engine(url)
    yield Rig(engine)
    await engine.dispose()


async def test_everybody_is_called_and_never_more_at_once_than_allowed(rig: Rig) -> None:
    await rig.begin(5)
    rig.dialler.results = {NUMBERS[1]: Result(Outcome.INVALID, 1)}
    rig.dialler.together = 2
    await rig.run().run(wait=True)
    assert sorted(rig.dialler.called) == NUMBERS
    assert rig.dialler.most == 2
    assert await rig.outcomes() == [
        Outcome.TALKED, Outcome.INVALID, Outcome.TALKED, Outcome.TALKED, Outcome.TALKED,
    ]  # fmt: skip
    assert rig.dialler.endpoints[0] == f"PJSIP/{rig.dialler.called[0][1:]}@trunk"


async def test_without_waiting_a_second_attempt_is_left_for_the_next_run(rig: Rig) -> None:
    await rig.begin(1)
    rig.dialler.results = {NUMBERS[0]: Result(Outcome.BUSY, 17)}
    await rig.run().run(wait=False)
    await rig.run().run(wait=False)
    assert rig.dialler.called == [NUMBERS[0]]


async def test_an_error_of_asterisk_is_a_failed_attempt_that_is_repeated_later(rig: Rig) -> None:
    await rig.begin(2)
    rig.dialler.results = {NUMBERS[0]: UnderstudyError("no answer")}
    await rig.run().run(wait=False)
    assert await rig.outcomes() == [Outcome.FAILED, Outcome.TALKED]


async def test_nobody_is_called_while_the_agent_is_away(rig: Rig) -> None:
    await rig.begin(1)
    rig.dialler.ready = False
    with pytest.raises(AgentAway):
        await rig.run().run(wait=False)
    assert rig.dialler.called == []


async def test_stopping_gives_back_what_rings(rig: Rig) -> None:
    await rig.begin(4)
    rig.dialler.hold = True
    run = rig.run()
    running = asyncio.create_task(run.run(wait=True))
    await until(lambda: run.live == 2 and len(rig.dialler.called) == 2)
    await run.stop(conversations=False)
    async with asyncio.timeout(5):
        await running
    assert rig.dialler.cancelled == [False, False]
    contacts = await rig.campaigns.contacts(rig.id)
    assert [contact.attempts for contact in contacts] == [0, 0, 0, 0]
    rig.dialler.hold = False
    await rig.run().run(wait=True)
    assert await rig.outcomes() == [Outcome.TALKED] * 4


async def test_it_stops_when_people_meet_no_agent(rig: Rig) -> None:
    await rig.begin(5)
    abandoned = Result(Outcome.ABANDONED, 16, utc_now())
    rig.dialler.results = dict.fromkeys(NUMBERS, abandoned)
    with pytest.raises(CampaignStopped, match=r"of \d who answered met no agent"):
        await rig.run().run(wait=True)
    assert len(rig.dialler.called) < 5


@pytest.mark.parametrize(("recorded", "outcome"), [(True, Outcome.TALKED), (False, Outcome.FAILED)])
async def test_a_dead_process_attempt_is_settled_by_the_calls_record(
    rig: Rig, recorded: bool, outcome: Outcome
) -> None:
    await rig.begin(1)
    dead = Campaigns(rig.engine, "dead", "understudy")
    began = utc_now() - LEASE * 3
    claim = await dead.claim(rig.id, began, SETTINGS.pacing, lambda _, now: now)
    assert isinstance(claim, Claim)
    if recorded:
        await record_call(rig.engine, channel_id_of(claim.attempt_id), began)
    await rig.run().run(wait=False)
    assert rig.dialler.called == []
    (contact,) = await rig.campaigns.contacts(rig.id)
    assert (contact.outcome, contact.disposition) == (outcome, "sale" if recorded else None)


async def record_call(engine: AsyncEngine, channel_id: str, at: datetime) -> None:
    call_id = "7e7d0f0a-3f3a-4a53-9d2a-0d2b5c0f9a01"
    call = {
        "id": call_id,
        "instance": "understudy",
        "channel_id": channel_id,
        "direction": Direction.OUTBOUND,
        "started_at": at,
        "ended_at": at + timedelta(minutes=1),
        "outcome": "sale",
        "models": {},
        "slots": {},
        "media": {},
    }
    event = {
        "call_id": call_id,
        "sequence": 1,
        "at_s": 1.0,
        "happened_at": at,
        "kind": "answered_by",
        "data": {"party": "human"},
    }
    async with engine.begin() as connection:
        await connection.execute(insert(Call), [call])
        await connection.execute(insert(Event), [event])


async def test_outside_calling_time_nobody_is_called(rig: Rig) -> None:
    await rig.begin(1)
    window = WindowSettings.model_validate(
        {"days": ALL_DAYS, "opens": "00:00", "closes": "00:00:01"}
    )
    await rig.run(SETTINGS.model_copy(update={"window": window})).run(wait=False)
    (contact,) = await rig.campaigns.contacts(rig.id)
    assert rig.dialler.called == []
    assert contact.next_at is not None
    assert contact.next_at > utc_now()


async def test_it_stops_when_the_trunk_fails_again_and_again(rig: Rig) -> None:
    await rig.begin(5)
    rig.dialler.results = dict.fromkeys(NUMBERS, Result(Outcome.FAILED))
    settings = SETTINGS.model_copy(
        update={"retry": SETTINGS.retry.model_copy(update={"trouble_min": 1e-4})}
    )
    with pytest.raises(CampaignStopped, match=r"all failed .*'PJSIP/\{digits\}@trunk' is a way"):
        await rig.run(settings).run(wait=True)
    assert 5 <= len(rig.dialler.called) <= 7
