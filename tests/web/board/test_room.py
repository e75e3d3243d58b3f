"""The board's streams over HTTP, as a browser reads them."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSCloseCode, WSMsgType, WSServerHandshakeError
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.models import Speaker
from agent.records.records import TurnRecord
from agent.web.access.audit import Audit
from agent.web.access.person import Role
from agent.web.board import presence, room
from tests.calls.conftest import until
from tests.web.board.site import BoardSite, board_site
from tests.web.board.streams import stream
from tests.web.signed_in import add_person, bearer, session_cookie


@pytest.fixture
async def site(sqlite: AsyncEngine) -> AsyncIterator[BoardSite]:
    async with board_site(sqlite) as site:
        yield site


@pytest.fixture
async def browser(site: BoardSite) -> AsyncIterator[ClientSession]:
    async with ClientSession(site.url, headers=await bearer(site.engine)) as browser:
        yield browser


def said(call_id: str, text: str) -> TurnRecord:
    return TurnRecord(
        call_id=call_id, index=9, speaker=Speaker.CALLER, text=text, start_s=90.0, end_s=91.0
    )


async def test_the_board_shows_calls_and_queues_without_a_stream(
    site: BoardSite, browser: ClientSession
) -> None:
    site.replay(2, at_s=7.0)
    async with browser.get("/") as response:
        page = await response.text()
    assert "2</span> live calls" in page
    assert "caller speaks" in page
    assert "hi um i saw" in page


async def test_an_empty_board_tells_how_to_place_a_call(browser: ClientSession) -> None:
    async with browser.get("/") as response:
        page = await response.text()
    assert "No live calls" in page
    assert "understudy-agent" in page


async def test_a_reader_gets_the_whole_and_then_what_changes(
    site: BoardSite, browser: ClientSession
) -> None:
    first, second = site.replay(2, at_s=7.0)
    async with stream(browser, "/board/events") as events:
        whole = await events.next()
        assert first.call_id in whole
        assert "Zoe" not in whole  # queues are asked once somebody looks
        await events.next(has="Zoe")
        site.board.turn(said(first.call_id, "good morning"))
        news = await events.next(has="good morning")
        assert second.call_id not in news
        second.end()
        await events.next(has="Just ended")


async def test_levels_are_sent_as_whole_numbers(site: BoardSite, browser: ClientSession) -> None:
    (call,) = site.replay(1, at_s=7.0)
    async with stream(browser, "/board/events") as events:
        levels = await events.next("levels")
    assert levels.startswith(f'{{"{call.call_id}":[-')
    assert levels.endswith(",-60]}")


async def test_a_calls_page_gets_each_turn_once(site: BoardSite, browser: ClientSession) -> None:
    (call,) = site.replay(1, at_s=7.0)
    async with stream(browser, f"/live/{call.call_id}/events") as events:
        assert 'id="turns" hx-swap-oob="innerHTML"' in await events.next()
        for text in ("one", "two"):
            site.board.turn(said(call.call_id, text))
            news = await events.next(has=f"<p>{text}</p>")
            assert 'id="turns" hx-swap-oob="beforeend"' in news
    async with stream(browser, f"/live/{call.call_id}/events") as events:
        assert (await events.next()).count("<p>one</p>") == 1


async def test_words_are_never_html(site: BoardSite, browser: ClientSession) -> None:
    (call,) = site.replay(1)
    async with stream(browser, f"/live/{call.call_id}/events") as events:
        await events.next()
        site.board.turn(said(call.call_id, "<script>alert(1)</script>\nevent: x"))
        news = await events.next(has="&lt;script&gt;")
    assert "<script>" not in news


async def test_a_call_that_is_not_live_is_looked_up_in_the_records(
    browser: ClientSession,
) -> None:
    async with browser.get("/live/nosuch", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/calls/nosuch")
    async with browser.get("/live/nosuch/events") as response:
        assert response.status == 204


async def test_a_reader_who_does_not_read_is_dropped_and_holds_nobody_up(
    site: BoardSite, browser: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_WRITTEN_WITHIN_S", 0.3)
    (call,) = site.replay(1)
    token = browser.headers["Authorization"]
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = site.url.removeprefix("http://").split(":")
        slow.connect((host, int(port)))
        path = f"/live/{call.call_id}/events"
        slow.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        async with stream(browser, path) as events:
            await events.next()
            big = "word " * 60_000
            for number in range(20):
                site.board.turn(said(call.call_id, f"{big}{number}"))
                await events.next(has=f"word {number}<")
            await asyncio.sleep(0.4)
            slow.settimeout(0.1)
            with contextlib.suppress(ConnectionError):
                received = 0
                while part := await asyncio.to_thread(slow.recv, 1_000_000):
                    received += len(part)
                assert received < 5_500_000


async def test_who_signs_out_sees_no_more(site: BoardSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "ASKED_EVERY_S", 0.1)
    await add_person(site.engine, "mo")
    cookies = await session_cookie(site.engine, "mo")
    site.replay(1, at_s=7.0)
    async with ClientSession(site.url, cookies=cookies) as browser:
        async with stream(browser, "/board/events") as events:
            await events.next()
            async with browser.get("/") as page:
                token = (await page.text()).split('name="csrf_token" value="')[1].split('"')[0]
            async with browser.post("/sign-out", data={"csrf_token": token}) as response:
                assert response.status == 200
            await events.next("signed-out")
        async with browser.get("/board/events") as response:
            assert response.status == 401


async def test_who_signs_out_hears_no_more_and_both_are_audited(
    site: BoardSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "ASKED_EVERY_S", 0.1)
    await add_person(site.engine, "ann")
    cookies = await session_cookie(site.engine, "ann")
    (call,) = site.replay(1)
    async with ClientSession(site.url, cookies=cookies) as browser:
        async with browser.get(f"/live/{call.call_id}") as page:
            token = (await page.text()).split('name="csrf_token" value="')[1].split('"')[0]
        async with browser.ws_connect(f"/live/{call.call_id}/listen") as socket:
            assert (await socket.receive(timeout=3)).type is WSMsgType.BINARY
            async with browser.post("/sign-out", data={"csrf_token": token}) as response:
                assert response.status == 200
            async with asyncio.timeout(3):
                while (await socket.receive()).type is WSMsgType.BINARY:
                    pass
            assert socket.close_code == WSCloseCode.POLICY_VIOLATION
    audit = Audit(site.engine)
    noted: set[str] = set()
    async with asyncio.timeout(3):
        while not noted >= {"call.opened", "call.listened"}:
            await asyncio.sleep(0.02)
            noted = {entry.action for entry in await audit.read(who="ann")}


@pytest.mark.parametrize("path", ["/", "/board/events", "/live/x", "/live/x/events"])
async def test_strangers_and_human_agents_see_nothing(site: BoardSite, path: str) -> None:
    async with ClientSession(site.url) as stranger, stranger.get(path) as response:
        assert response.status == 401
    headers = await bearer(site.engine, Role.AGENT)
    async with ClientSession(site.url, headers=headers) as agent, agent.get(path) as response:
        assert response.status == 403


# -- listening


async def test_a_listener_gets_frames_until_it_leaves(
    site: BoardSite, browser: ClientSession
) -> None:
    async with browser.ws_connect("/live/x/listen") as socket:
        frame = await socket.receive(timeout=3)
        assert frame.type is WSMsgType.BINARY
        assert len(frame.data) == 640
        assert site.taps.open_taps == 1
    await until(lambda: site.taps.open_taps == 0)


async def test_auditors_do_not_listen(site: BoardSite) -> None:
    headers = await bearer(site.engine, Role.AUDITOR)
    async with ClientSession(site.url, headers=headers) as auditor:
        with pytest.raises(WSServerHandshakeError) as caught:
            await auditor.ws_connect("/live/x/listen")
        assert caught.value.status == 403


async def test_another_sites_page_does_not_listen(site: BoardSite) -> None:
    await add_person(site.engine, "zoe")
    cookies = await session_cookie(site.engine, "zoe")
    async with ClientSession(site.url, cookies=cookies) as browser:
        with pytest.raises(WSServerHandshakeError) as caught:
            await browser.ws_connect("/live/x/listen", origin="http://evil.example")
        assert caught.value.status == 403
