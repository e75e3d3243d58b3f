import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from yarl import URL

from agent.records.records import utc_now
from agent.web.access.role import Role
from agent.web.access.tokens import ApiTokens
from tests.web.access.guarded import HTML, Desk, desk
from tests.web.signed_in import add_person, bearer

CLOSED = [("GET", "/board"), ("POST", "/orders"), ("GET", "/pop"), ("GET", "/nowhere"),
          ("POST", "/sign-out"), ("OPTIONS", "/board"), ("DELETE", "/orders")]  # fmt: skip


@pytest.fixture
async def site(sqlite: AsyncEngine, free_port: int) -> AsyncIterator[Desk]:
    async with desk(sqlite, free_port) as found:
        yield found


async def test_a_stranger_gets_no_further_than_the_door(site: Desk) -> None:
    for method, path in CLOSED:
        answer = await site.answer(method, path)
        assert answer.status == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_strangers_browser_is_led_to_the_sign_in_page(site: Desk) -> None:
    answer = await site.answer("GET", "/board?since=2026-03-01&x=a%20b", headers=HTML)
    assert answer.status == 303
    there = URL(answer.headers["Location"])
    assert (there.path, there.query["next"]) == ("/sign-in", "/board?since=2026-03-01&x=a%20b")
    answer = await site.answer("POST", "/orders", headers={"HX-Request": "true", **HTML})
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/sign-in")


async def test_open_handlers_let_everybody_in(site: Desk) -> None:
    assert await site.get("/open") == (200, "open")
    assert await site.get("/open", Cookie="understudy=stale") == (200, "open")


async def test_a_program_of_this_machine_reads_the_metrics(site: Desk) -> None:
    assert await site.get("/metrics") == (200, "metrics")
    assert (await site.get("/metrics", Host="evil.example"))[0] == 401
    assert (await site.get("/metrics", **{"X-Forwarded-For": "192.0.2.7"}))[0] == 401


@pytest.mark.parametrize(
    ("role", "board", "orders", "pop", "metrics"),
    [
        (Role.SUPERVISOR, 200, 200, 403, 403),
        (Role.AUDITOR, 200, 403, 403, 403),
        (Role.AGENT, 403, 403, 200, 403),
        (Role.MONITOR, 403, 403, 403, 200),
    ],
)
async def test_a_role_opens_what_it_is_for(
    site: Desk, sqlite: AsyncEngine, role: Role, board: int, orders: int, pop: int, metrics: int
) -> None:
    token = {**await bearer(sqlite, role), "Host": "desk.example"}
    statuses = [
        (await site.answer(method, path, headers=token)).status
        for method, path in (
            ("GET", "/board"), ("POST", "/orders"), ("GET", "/pop"), ("GET", "/metrics")
        )
    ]  # fmt: skip
    assert statuses == [board, orders, pop, metrics]
    assert (await site.get("/nowhere", **token))[0] == (404 if board == 200 else 403)


async def test_a_token_is_good_until_it_expires_or_is_revoked(
    site: Desk, sqlite: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.access.remembered.FRESH", timedelta(0))
    tokens = ApiTokens(sqlite)
    now = utc_now()
    old = await tokens.add("old", Role.AUDITOR, now - timedelta(days=2), now - timedelta(days=1))
    good = await tokens.add("good", Role.AUDITOR, now, now + timedelta(days=1))
    assert (await site.get("/board", Authorization=f"Bearer {old}"))[0] == 401
    assert await site.get("/board", Authorization=f"bearer {good}") == (200, "token:good")
    assert {token.name: token.used_at is not None for token in await tokens.all()} == {
        "good": True,
        "old": False,
    }
    await tokens.revoke("good")
    assert (await site.get("/board", Authorization=f"Bearer {good}"))[0] == 401


async def test_what_is_no_token_lets_nobody_in(site: Desk) -> None:
    for header in ("Bearer", "Bearer ", "Bearer \xff\xfe", "Basic dmVyYTp4", ""):
        assert (await site.get("/board", Authorization=header))[0] == 401


async def test_a_token_in_the_address_is_none(site: Desk, sqlite: AsyncEngine) -> None:
    token = (await bearer(sqlite))["Authorization"].split()[1]
    for query in (f"token={token}", f"access_token={token}", f"authorization=Bearer%20{token}"):
        assert (await site.get(f"/board?{query}"))[0] == 401


@pytest.fixture
async def vera(site: Desk, sqlite: AsyncEngine) -> Desk:
    """The same, with a browser in which a supervisor has signed in."""
    await add_person(sqlite, "vera")
    assert (await site.sign_in("vera")).status == 303
    return site


async def test_what_changes_something_needs_the_token_of_one_of_our_pages(vera: Desk) -> None:
    token = await vera.csrf_token("/calls")
    good = [
        {"data": {"csrf_token": token, "text": "x"}},
        {"data": {"text": "x"}, "headers": {"X-CSRF-Token": token}},
        {"data": {"text": "x"}, "headers": {"X-CSRF-Token": token, "Origin": vera.url}},
    ]
    for options in good:
        answer = await vera.answer("POST", "/orders", **options)
        assert (answer.status, await answer.text()) == (200, "x")
    bad = [
        {"data": {"text": "x"}},
        {"data": {"csrf_token": "", "text": "x"}},
        {"data": {"csrf_token": token[:-1] + "g"}},
        {"data": {"text": "x"}, "headers": {"X-CSRF-Token": "\xff"}},
        {"json": {"csrf_token": token}},
        {"params": {"csrf_token": token}},
    ]
    for options in bad:
        answer = await vera.answer("POST", "/orders", **options)
        assert answer.status == 403, options
        assert "reload the page" in await answer.text()


async def test_what_comes_from_another_page_is_refused_even_with_a_token(vera: Desk) -> None:
    form = {"csrf_token": await vera.csrf_token("/calls")}
    for origin in ("https://evil.example", "null", "https://127.0.0.1", ""):
        answer = await vera.answer("POST", "/orders", data=form, headers={"Origin": origin})
        assert answer.status == 403
        assert "web.trusted_proxies" in await answer.text()


async def test_another_page_opens_no_socket_here(vera: Desk) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert (await vera.get("/board", **upgrade, Origin="https://evil.example"))[0] == 403
    assert (await vera.get("/board", **upgrade, Origin=vera.url))[0] == 200


async def test_a_token_of_an_earlier_session_is_refused(vera: Desk) -> None:
    before = await vera.csrf_token("/calls")
    vera.browser.cookie_jar.clear()
    await vera.sign_in("vera")
    answer = await vera.answer("POST", "/orders", data={"csrf_token": before})
    assert answer.status == 403


async def test_a_large_body_is_refused(vera: Desk) -> None:
    token = await vera.csrf_token("/calls")
    form = {"csrf_token": token, "text": "x" * 1_100_000}
    assert (await vera.answer("POST", "/orders", data=form)).status == 413
    header = {"X-CSRF-Token": token}
    assert (await vera.answer("POST", "/orders", data=form, headers=header)).status == 413


async def test_a_stream_learns_that_its_person_has_signed_out(vera: Desk) -> None:
    assert await vera.get("/stream") == (200, "True")
    cookie = vera.browser.cookie_jar.filter_cookies(URL(vera.url))["understudy"]
    await vera.answer("POST", "/sign-out", data={"csrf_token": await vera.csrf_token("/calls")})
    assert (await vera.get("/stream", Cookie=f"understudy={cookie.value}"))[0] == 401


async def test_a_form_that_never_comes_is_not_waited_for(
    site: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.web.access.door._FORM_WITHIN_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(site.url).port)
    writer.write(
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
    )
    async with asyncio.timeout(5):
        assert await reader.readline() == b"HTTP/1.1 408 Request Timeout\r\n"
    writer.close()
