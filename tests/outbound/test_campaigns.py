"""Campaigns on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.outbound.campaigns import (
    LEASE,
    CampaignNotFound,
    Campaigns,
    Claim,
    Finished,
    Later,
    NewContact,
)
from agent.outbound.erasure import forget, listed
from agent.outbound.outcomes import Outcome, Result
from agent.outbound.settings import PacingSettings, RetrySettings
from agent.outbound.tables import Contact, ContactState
from agent.records.do_not_call import DoNotCallRegister
from agent.records.models import Call, Direction

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
PACING = PacingSettings(concurrent=50, per_minute=100, agent_calls=50)
RETRY = RetrySettings(attempts=2)
NUMBERS = [f"+4477009000{number:02}" for number in range(30)]


def people(count: int) -> list[NewContact]:
    return [NewContact(row + 2, number) for row, number in enumerate(NUMBERS[:count])]


def always(_: Contact, now: datetime) -> datetime:
    return now


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


class Runner:
    """One process."""

    def __init__(self, engine: AsyncEngine, name: str = "one") -> None:
        self.campaigns = Campaigns(engine, name, "understudy")
        self.id = 0

    async def begin(self, contacts: list[NewContact]) -> "Runner":
        self.id = await self.campaigns.open("spring", NOW)
        await self.campaigns.add(self.id, contacts)
        return self

    async def claim(self, now: datetime = NOW, pacing: PacingSettings = PACING) -> object:
        return await self.campaigns.claim(self.id, now, pacing, always)

    async def claimed(self, now: datetime = NOW) -> Claim:
        claim = await self.claim(now)
        assert isinstance(claim, Claim)
        return claim

    async def settle(self, claim: Claim, outcome: Outcome, now: datetime = NOW) -> None:
        await self.campaigns.settle(claim.attempt_id, Result(outcome), now, RETRY)

    async def contact(self, number: str) -> Contact:
        (found,) = [c for c in await self.campaigns.contacts(self.id) if c.number == number]
        return found


async def test_a_file_that_is_read_again_adds_only_what_is_new(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(2))
    again = await Runner(engine, "two").begin([])
    assert again.id == runner.id
    assert await again.campaigns.add(again.id, people(3)) == 1
    assert [c.number for c in await again.campaigns.contacts(again.id)] == NUMBERS[:3]


async def test_processes_that_claim_at_once_never_claim_the_same(engine: AsyncEngine) -> None:
    first = await Runner(engine, "one").begin(people(12))
    second = await Runner(engine, "two").begin([])
    claims = await asyncio.gather(*(r.claimed() for r in (first, second) for _ in range(6)))
    assert sorted(claim.number for claim in claims) == NUMBERS[:12]
    assert isinstance(await second.claim(), Later)


async def test_processes_together_keep_the_pace(engine: AsyncEngine) -> None:
    pacing = PacingSettings(concurrent=3, per_minute=100, agent_calls=50)
    runners = [await Runner(engine, name).begin(people(9)) for name in ("one", "two")]
    steps = await asyncio.gather(*(r.claim(pacing=pacing) for r in runners for _ in range(4)))
    assert sum(isinstance(step, Claim) for step in steps) == 3
    assert sum(step == Later(None) for step in steps) == 5


async def test_a_busy_number_is_due_again_later_and_a_talk_never(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(2))
    await runner.settle(await runner.claimed(), Outcome.BUSY)
    await runner.settle(await runner.claimed(), Outcome.TALKED)
    assert await runner.claim() == Later(NOW + minutes(15))
    second = await runner.claimed(NOW + minutes(15))
    assert (second.number, second.attempts) == (NUMBERS[0], 2)
    await runner.settle(second, Outcome.BUSY, NOW + minutes(16))
    assert await runner.claim(NOW + minutes(60)) == Finished(), "two attempts are the limit"
    assert (await runner.contact(NUMBERS[0])).outcome is Outcome.BUSY


async def test_a_cancelled_attempt_does_not_count(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(1))
    for _ in range(3):
        claim = await runner.claimed()
        assert claim.attempts == 1
        await runner.settle(claim, Outcome.CANCELLED)


async def test_the_register_is_looked_up_at_each_claim(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(1))
    await runner.settle(await runner.claimed(), Outcome.BUSY)
    await DoNotCallRegister(engine).add([NUMBERS[0]], "call")
    assert await runner.claim(NOW + minutes(20)) == Result(Outcome.DO_NOT_CALL)
    assert await runner.claim(NOW + minutes(20)) == Finished()
    assert (await runner.contact(NUMBERS[0])).attempts == 1


async def test_no_consent_is_not_called_even_if_it_was_given_before(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(1))
    await runner.settle(await runner.claimed(), Outcome.BUSY)
    withdrawn = NewContact(2, NUMBERS[0], consent=False)
    await runner.campaigns.add(runner.id, [withdrawn, NewContact(3, NUMBERS[1], consent=False)])
    assert await runner.claim(NOW + minutes(60)) == Finished()
    outcomes = [c.outcome for c in await runner.campaigns.contacts(runner.id)]
    assert outcomes == [Outcome.NO_CONSENT] * 2


async def test_outside_calling_time_others_come_first(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(2))
    opening = NOW + minutes(300)

    def first_is_closed(contact: Contact, now: datetime) -> datetime:
        return opening if contact.number == NUMBERS[0] and now < opening else now

    async def claim(now: datetime) -> object:
        return await runner.campaigns.claim(runner.id, now, PACING, first_is_closed)

    step = await claim(NOW)
    assert isinstance(step, Claim)
    assert step.number == NUMBERS[1]
    assert await claim(NOW) == Later(opening)
    later = await claim(opening)
    assert isinstance(later, Claim)
    assert later.number == NUMBERS[0]


async def test_calls_of_the_agent_take_places(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(2))
    async with engine.begin() as connection:
        row = {
            "id": "7e7d0f0a-3f3a-4a53-9d2a-0d2b5c0f9a01",
            "instance": "understudy",
            "channel_id": "1.1",
            "direction": Direction.INBOUND,
            "started_at": NOW,
            "models": {},
            "slots": {},
            "media": {},
        }
        await connection.execute(insert(Call), [row])
    two = PacingSettings(concurrent=50, per_minute=100, agent_calls=2)
    assert isinstance(await runner.claim(pacing=two), Claim)
    assert await runner.claim(pacing=two) == Later(None)


async def test_the_claims_of_a_dead_process_are_taken_over_once(engine: AsyncEngine) -> None:
    dead = await Runner(engine, "dead").begin(people(1))
    claim = await dead.claimed()
    heirs = [await Runner(engine, name).begin([]) for name in ("one", "two")]
    soon, late = NOW + LEASE / 2, NOW + LEASE * 2
    assert await heirs[0].campaigns.orphans(dead.id, soon) == []
    found = await asyncio.gather(*(heir.campaigns.orphans(dead.id, late) for heir in heirs))
    assert sorted(len(orphans) for orphans in found) == [0, 1]
    assert await heirs[0].claim(late) == Later(None), "it may still be under way"
    await heirs[0].settle(claim, Outcome.FAILED, late)
    contact = await dead.contact(NUMBERS[0])
    assert (contact.state, contact.next_at) == (ContactState.PENDING, late + minutes(30))


async def test_a_living_process_keeps_its_claims(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(1))
    await runner.claimed()
    await runner.campaigns.renew(NOW + LEASE)
    assert await runner.campaigns.orphans(runner.id, NOW + LEASE * 1.5) == []


async def test_what_is_settled_stays_settled(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(1))
    claim = await runner.claimed()
    await runner.settle(claim, Outcome.TALKED)
    await runner.settle(claim, Outcome.BUSY)
    contact = await runner.contact(NUMBERS[0])
    assert (contact.state, contact.outcome) == (ContactState.DONE, Outcome.TALKED)


async def test_who_met_no_agent_is_counted(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(3))
    for outcome in (Outcome.TALKED, Outcome.ABANDONED, Outcome.BUSY):
        answered_at = NOW if outcome is not Outcome.BUSY else None
        claim = await runner.claimed()
        result = Result(outcome, answered_at=answered_at)
        await runner.campaigns.settle(claim.attempt_id, result, NOW, RETRY)
    assert await runner.campaigns.answered_and_abandoned(runner.id) == (2, 1)


async def test_an_unknown_campaign_is_told_with_those_there_are(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin([])
    assert await runner.campaigns.find("spring") == runner.id
    with pytest.raises(CampaignNotFound, match=r"no campaign 'autumn' \(there are: spring\)"):
        await runner.campaigns.find("autumn")


async def test_who_is_erased_is_in_no_campaign_any_more(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(2))
    claim = await runner.claimed()
    assert await listed(engine, NUMBERS[0]) == 1
    await forget(engine, NUMBERS[0])
    assert await listed(engine, NUMBERS[0]) == 0
    await runner.settle(claim, Outcome.TALKED)
    assert [c.number for c in await runner.campaigns.contacts(runner.id)] == [NUMBERS[1]]


async def test_what_rings_takes_a_place_until_the_agent_has_the_call(engine: AsyncEngine) -> None:
    runner = await Runner(engine).begin(people(4))
    one = PacingSettings(concurrent=50, per_minute=100, agent_calls=1)
    claim = await runner.claim(pacing=one)
    assert isinstance(claim, Claim)
    assert await runner.claim(pacing=one) == Later(None)
    long_after = NOW + LEASE * 10
    assert isinstance(await runner.claim(long_after, one), Claim), "its process is dead"
