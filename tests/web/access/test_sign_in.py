"""Signing in and out at a real server, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from yarl import URL

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.records import utc_now
from agent.web.access.people import People
from agent.web.access.role import Role
from tests.records.postgres import PostgresCluster
from tests.web.access.guarded import HTML, Desk, desk
from tests.web.signed_in import PASSWORD, add_person, session_cookie


@pytest.fixture
async def site(engine: AsyncEngine, free_port: int) -> AsyncIterator[Desk]:
    """A desk that vera, a supervisor, may use."""
    await add_person(engine, "vera")
    async with desk(engine, free_port) as found:
        yield found


@pytest.fixture
async def local(sqlite: AsyncEngine, free_port: int) -> AsyncIterator[Desk]:
    """The same where the kind of database does not matter."""
    await add_person(sqlite, "vera")
    async with desk(sqlite, free_port) as found:
        yield found


async def test_in_and_out(site: Desk) -> None:
    answer = await site.sign_in(" VERA ", path="/sign-in?next=/board?x%3D1")
    assert (answer.status, answer.headers["Location"]) == (303, "/board?x=1")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert await site.get("/board") == (200, "vera")
    assert (await site.answer("GET", "/sign-in")).headers["Location"] == "/"

    kept = site.browser.cookie_jar.filter_cookies(URL(site.url))["understudy"].value
    form = {"csrf_token": await site.csrf_token("/calls")}
    answer = await site.answer("POST", "/sign-out", data=form)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert (await site.get("/board"))[0] == 401
    assert (await site.get("/board", Cookie=f"understudy={kept}"))[0] == 401

    await site.access.audit.store_waiting()
    entries = await site.access.audit.read(who="vera")
    told = [(entry.action, entry.origin) for entry in entries]
    assert told == [("person.signed_in", "127.0.0.1"), ("person.signed_out", "127.0.0.1")]


async def test_a_session_is_a_new_secret_that_is_not_stored(
    site: Desk, engine: AsyncEngine
) -> None:
    await site.get("/sign-in")
    before = site.browser.cookie_jar.filter_cookies(URL(site.url))["understudy"].value
    await site.sign_in("vera")
    after = site.browser.cookie_jar.filter_cookies(URL(site.url))["understudy"].value
    assert after != before  # what a stranger may have planted is worth nothing
    async with engine.connect() as connection:
        rows = (await connection.execute(text("select * from sessions"))).all()
        people = (await connection.execute(text("select * from people"))).all()
    assert len(rows) == 1
    assert after not in str(rows)
    assert PASSWORD not in str(people)


async def test_after_signing_in_nobody_lands_elsewhere(local: Desk) -> None:
    for to in ("//evil.example", "https://evil.example", "/\\evil.example", "x"):
        answer = await local.sign_in("vera", path=str(URL("/sign-in").with_query(next=to)))
        assert answer.headers["Location"] == "/"
        local.browser.cookie_jar.clear()


async def test_a_human_agent_lands_where_the_role_may_be(local: Desk, sqlite: AsyncEngine) -> None:
    await add_person(sqlite, "ada", Role.AGENT)
    for wanted in ("", "?next=/"):
        answer = await local.sign_in("ada", path=f"/sign-in{wanted}")
        assert answer.headers["Location"] == "/pop"
        local.browser.cookie_jar.clear()


async def test_wrong_names_and_wrong_passwords_are_told_alike(local: Desk) -> None:
    told = []
    for name, password in (("vera", "wrong"), ("nobody", PASSWORD), (PASSWORD, "x"), ("", "")):
        answer = await local.sign_in(name, password)
        assert answer.status == 401
        told.append((await answer.text()).count("The name or the password is wrong."))
    assert told == [1, 1, 1, 1]
    await local.access.audit.store_waiting()
    entries = await local.access.audit.read()
    assert [entry.who for entry in entries] == ["vera", "somebody", "somebody", "somebody"]
    assert PASSWORD not in str([vars(entry) for entry in entries])


async def test_guessing_is_slowed_down_and_then_the_right_password_waits_too(local: Desk) -> None:
    for _ in range(5):
        assert (await local.sign_in("vera", "guess")).status == 401
    answer = await local.sign_in("vera", PASSWORD)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert "Too many attempts: try again in 1 s." in await answer.text()
    await asyncio.sleep(1.1)
    assert (await local.sign_in("vera")).status == 303


async def test_guesses_made_at_once_are_not_free(local: Desk) -> None:
    form = {"csrf_token": await local.csrf_token(), "name": "vera", "password": "guess"}
    answers = await asyncio.gather(
        *(local.answer("POST", "/sign-in", data=form) for _ in range(30))
    )
    statuses = [answer.status for answer in answers]
    assert statuses.count(401) <= 5
    assert set(statuses) == {401, 429}


async def test_without_a_user_the_page_says_how_to_make_one(
    engine: AsyncEngine, free_port: int
) -> None:
    async with desk(engine, free_port) as site:
        status, page = await site.get("/sign-in")
        assert status == 200
        assert "understudy user add NAME --role supervisor" in page
        assert 'name="password"' not in page
        await add_person(engine, "vera")
        assert 'name="password"' in (await site.get("/sign-in"))[1]


async def test_who_is_disabled_or_has_a_new_password_is_out(
    site: Desk, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.access.remembered.FRESH", timedelta(0))
    people = People(engine)
    await site.sign_in("vera")
    await people.disable("vera", utc_now())
    assert (await site.get("/board"))[0] == 401
    assert (await site.sign_in("vera")).status == 401
    await people.disable("vera", None)
    assert (await site.get("/board"))[0] == 401  # the old session stays ended
    assert (await site.sign_in("vera")).status == 303
    account = await people.find("vera")
    assert account is not None
    await people.set_password("vera", account.password_hash, utc_now())
    assert (await site.get("/board"))[0] == 401
    await site.sign_in("vera")
    await people.remove("vera")
    assert (await site.get("/board"))[0] == 401


@pytest.mark.postgres
async def test_a_database_that_goes_away_lets_nobody_new_in_and_throws_nobody_out(
    postgres: PostgresCluster, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.access.remembered.FRESH", timedelta(0))
    monkeypatch.setattr("agent.web.access.audit._TRIED_AGAIN_S", 0.05)
    url = await postgres.create_database()
    await upgrade(url)
    engine = create_engine(url)
    await add_person(engine, "vera")
    other = await session_cookie(engine, "vera")
    async with desk(engine, free_port) as site:
        await site.sign_in("vera")
        assert (await site.get("/board"))[0] == 200
        token = await site.csrf_token("/calls")
        await asyncio.to_thread(postgres.stop)
        try:
            assert await site.get("/board") == (200, "vera")
            order = await site.answer("POST", "/orders", data={"csrf_token": token})
            assert order.status == 200
            assert await site.get("/metrics") == (200, "metrics")
            site.browser.cookie_jar.clear()
            cookie = f"understudy={other['understudy']}"
            status, told = await site.get("/board", Cookie=cookie)
            assert (status, "database of people" in told) == (503, True)
            status, page = await site.get("/sign-in", **HTML)
            assert status == 503
            assert "Nobody can sign in now" in page
            assert "127.0.0.1" not in page  # where the database is concerns no stranger
        finally:
            await asyncio.to_thread(postgres.start)
        assert (await site.sign_in("vera")).status == 303
        async with asyncio.timeout(10):
            while len(entries := await site.access.audit.read(who="vera")) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert [entry.action for entry in entries] == [
        "person.signed_in",
        "call.ordered",
        "person.signed_in",
    ]
    await engine.dispose()


@pytest.mark.postgres
async def test_a_database_that_hangs_makes_nobody_wait_long(
    postgres: PostgresCluster, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.access.remembered.FRESH", timedelta(0))
    url = await postgres.create_database()
    await upgrade(url)
    engine = create_engine(url)
    await add_person(engine, "vera")
    async with desk(engine, free_port) as site:
        await site.sign_in("vera")
        assert (await site.get("/board"))[0] == 200
        monkeypatch.setattr("agent.web.access.promptly._PATIENCE_S", 0.2)
        async with engine.begin() as holder, asyncio.timeout(10):
            await holder.execute(text("lock table people, sessions in access exclusive mode"))
            assert await site.get("/board") == (200, "vera")
            site.browser.cookie_jar.clear()
            status, page = await site.get("/sign-in", **HTML)
            assert (status, "Nobody can sign in now" in page) == (503, True)
    await engine.dispose()
