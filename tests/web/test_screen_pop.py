"""Screen pops over HTTP: a real server; the calls are records."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.calls.screen_pops import ScreenPops
from agent.config import WebSettings
from agent.records.database import create_engine
from agent.records.models import Base, Speaker
from agent.records.records import CallStarted, EventRecord, TurnRecord
from agent.web.access.access import Access
from agent.web.access.person import Role
from agent.web.screen_pop import ScreenPopPages
from agent.web.server import WebServer
from tests.browser import CHROMIUM, chromium
from tests.calls.test_screen_pops import CALL, SUMMARY
from tests.web.signed_in import bearer
from tests.web.test_server import ATTACK, free_port


@dataclass
class Site:
    """A server and its screen pops, with one call that is being put through."""

    url: str
    pops: ScreenPops
    engine: AsyncEngine
    now_s: float = 0.0
    token: str = ""

    def says(self, text: str) -> None:
        turn = TurnRecord(
            call_id=CALL, index=0, speaker=Speaker.CALLER, text=text, start_s=65.0, end_s=66.0
        )
        self.pops.turn(turn)

    def happens(self, kind: str, **data: object) -> None:
        self.pops.event(EventRecord(call_id=CALL, kind=kind, at_s=3.0, data=data))

    async def get(self, path: str, role: Role | None = None) -> tuple[int, str]:
        headers = await bearer(self.engine, role) if role is not None else {}
        async with (
            ClientSession(headers=headers) as browser,
            browser.get(self.url + path, allow_redirects=False) as response,
        ):
            return response.status, await response.text()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    settings = WebSettings(port=free_port())
    pops = ScreenPops(lambda: site.now_s)
    site = Site(f"http://127.0.0.1:{settings.port}", pops, engine)
    server = WebServer(settings, (ScreenPopPages(pops),), Access(settings, engine))
    await server.start()
    pops.call_started(CallStarted(call_id=CALL, channel_id="1.1", caller_number="+447700900456"))
    site.token = pops.offer(CALL, "sales", SUMMARY)
    yield site
    await server.stop()
    await engine.dispose()


async def test_the_token_opens_the_page_without_signing_in(site: Site) -> None:
    site.says(f"a person please {ATTACK}")
    status, page = await site.get(f"/pop/{site.token}")
    assert status == 200
    for told in ("+447700900456", "Asked for a person", "Daniel asked for a person.", "fibre"):
        assert told in page
    assert "a person please" in page
    assert ATTACK not in page
    assert "01:05" in page


async def test_without_its_token_nobody_finds_it(site: Site) -> None:
    for wrong in (CALL, site.token[:-1], "x"):
        status, page = await site.get(f"/pop/{wrong}")
        assert status == 404
        assert "+447700900456" not in page
        assert (await site.get(f"/pop/{wrong}/events"))[0] == 404


async def test_an_old_page_says_so(site: Site) -> None:
    site.happens("transfer_abandoned")
    site.now_s = 1000.0
    status, page = await site.get(f"/pop/{site.token}")
    assert status == 404
    assert "not shown any more" in page


async def test_an_open_page_follows_the_call(site: Site) -> None:
    events = f"{site.url}/pop/{site.token}/events"
    async with ClientSession() as browser, browser.get(events) as stream, asyncio.timeout(5):
        assert stream.content_type == "text/event-stream"
        first = await stream.content.readuntil(b"\n\n")
        assert b"waiting" not in first
        site.happens("transfer_started")
        waiting = await stream.content.readuntil(b"\n\n")
        site.says("are you there")
        said = await stream.content.readuntil(b"\n\n")
    assert b"waiting" in waiting
    assert b"are you there" in said
    assert all(line.startswith(b"data: ") for line in said.strip().split(b"\n"))


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.AUDITOR])
async def test_who_is_signed_in_sees_the_handoffs_of_the_moment(site: Site, role: Role) -> None:
    status, page = await site.get("/pop", role)
    assert status == 200
    assert f'href="/pop/{site.token}"' in page


async def test_strangers_see_no_list(site: Site) -> None:
    status, page = await site.get("/pop")
    assert status != 200
    assert site.token not in page


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
async def test_in_a_browser_the_page_follows_the_call_without_being_loaded_again(
    site: Site, tmp_path: Path
) -> None:
    url = f"{site.url}/pop/{site.token}"
    async with asyncio.timeout(60), chromium(tmp_path / "profile") as browser:
        await browser.screen(1100, 800)
        await browser.ask("Page.navigate", url=url)
        await browser.is_at(url)
        assert await browser.value("document.querySelector('.who').innerText") == "+447700900456"
        await browser.value("window.same = true")
        site.happens("transfer_started")
        site.says("are you still there")
        site.happens("transfer_answered", member="PJSIP/agent1")
        shown = "document.querySelector('main').innerText"
        while "PJSIP/agent1" not in await browser.value(shown):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        text = await browser.value(shown)
        assert "are you still there" in text
        assert "with a colleague" in text
        assert await browser.value("window.same") is True
        wide = "document.documentElement.scrollWidth > innerWidth"
        for dark, width in ((False, 1100), (True, 1100), (False, 390)):
            await browser.screen(width, 800, dark=dark)
            assert await browser.value(wide) is False
            await browser.picture(tmp_path / f"pop-{width}{'-dark' if dark else ''}.png")
