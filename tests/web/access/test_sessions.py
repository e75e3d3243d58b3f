"""How long sessions last, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.web.access.people import People
from agent.web.access.person import Person
from agent.web.access.role import Role
from agent.web.access.secret import digest
from agent.web.access.sessions import Lifetime, Sessions
from agent.web.access.tables import Account, SignedIn
from tests.web.signed_in import add_person

BEGAN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LIFETIME = Lifetime(idle=timedelta(minutes=60), longest=timedelta(hours=12))
MINUTE = timedelta(minutes=1)
VERA = Person("vera", Role.AUDITOR)


@pytest.fixture
def sessions(engine: AsyncEngine) -> Sessions:
    return Sessions(engine, LIFETIME)


@pytest.fixture
async def vera(engine: AsyncEngine) -> Account:
    await add_person(engine, "vera", Role.AUDITOR)
    account = await People(engine).find("vera")
    assert account is not None
    return account


async def test_a_session_that_is_not_used_ends(sessions: Sessions, vera: Account) -> None:
    key = digest(await sessions.begin(vera, BEGAN))
    assert await sessions.find(key, BEGAN + 59 * MINUTE) == (VERA, BEGAN + 119 * MINUTE)
    assert await sessions.find(key, BEGAN + 118 * MINUTE) is not None  # it was used since
    assert await sessions.find(key, BEGAN + 178 * MINUTE) is None


async def test_a_session_that_is_used_ends_after_a_shift(sessions: Sessions, vera: Account) -> None:
    key = digest(await sessions.begin(vera, BEGAN))
    last = BEGAN + timedelta(hours=12)
    now = BEGAN
    while now < last:
        found = await sessions.find(key, now)
        assert found is not None
        assert found[1] <= last
        now += 30 * MINUTE
    assert await sessions.find(key, last) is None


async def test_sessions_that_are_over_are_cleared_away(
    sessions: Sessions, vera: Account, engine: AsyncEngine
) -> None:
    for hour in range(3):
        await sessions.begin(vera, BEGAN + timedelta(hours=2 * hour))
    async with AsyncSession(engine) as session:
        assert await session.scalar(select(func.count()).select_from(SignedIn)) == 1


async def test_nobody_has_a_session_that_was_never_begun(sessions: Sessions) -> None:
    assert await sessions.find(digest("guessed"), BEGAN) is None
    await sessions.end(digest("guessed"))
