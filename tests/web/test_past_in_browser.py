"""Past calls in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.config import Settings, WebSettings
from agent.records.finding.finder import Finder
from agent.records.models import Event
from agent.records.recordings import Recordings
from agent.records.records import DECIDED
from agent.records.scores import ScoreStore
from agent.records.store import CallStore
from agent.sealing.keys import KeyRing
from agent.web.access.access import Access
from agent.web.call_list import CallList
from agent.web.errands import Errands, SettingsFiles
from agent.web.history import History
from agent.web.scorecards import Scorecards
from agent.web.server import WebServer
from agent.web.settings_page import SettingsPage
from tests.browser import Browser, chromium
from tests.web.pictures import seen
from tests.web.sample_call import CALL_ID, STARTED, sample_report, write_recording
from tests.web.signed_in import add_person, session_cookie


@pytest.fixture
async def desk(
    sqlite: AsyncEngine, free_port: int, tmp_path: Path
) -> AsyncIterator[tuple[str, Browser]]:
    recording = tmp_path / "call.wav"
    write_recording(recording)
    report = sample_report(recording_path=str(recording), ended_by="error")
    why = Event(
        call_id=CALL_ID, sequence=900, at_s=9.5, kind=DECIDED, happened_at=STARTED,
        data={
            "rule": "the intent's own move", "stage": "opening", "to": "offer",
            "intent": "ask_price", "source": "embedding", "confidence": 0.91,
            "close": [["ask_price", 0.8], ["ask_contract", 0.61]], "slots": ["package"],
            "lines": [{"line_id": "price.tell", "candidates": 3, "by_fit": True}], "refused": [],
        },
    )  # fmt: skip
    async with AsyncSession(sqlite) as session:
        session.add(report.call)
        await session.flush()
        session.add_all((*report.turns, *report.events, *report.latencies, why))
        await session.commit()
    await add_person(sqlite, "vera")
    settings, files = WebSettings(port=free_port), SettingsFiles()
    rooms = (
        CallList(Finder(sqlite), sealed=False),
        Scorecards(Errands(files), CallStore(sqlite), ScoreStore(sqlite)),
        History(CallStore(sqlite), Recordings(tmp_path, KeyRing())),
        SettingsPage(Settings(), files),
    )
    server = WebServer(settings, rooms, Access(settings, sqlite))
    await server.start()
    async with chromium(tmp_path / "profile") as browser:
        for name, value in (await session_cookie(sqlite, "vera")).items():
            await browser.ask("Network.setCookie", name=name, value=value, url=settings.url)
        yield settings.url, browser
    await server.stop()


async def test_a_call_is_found_and_tells_why(desk: tuple[str, Browser]) -> None:
    url, browser = desk
    await go(browser, f"{url}/calls?q=fibre")
    assert await browser.value("document.querySelector('mark').textContent") == "fibre"
    await fits_a_phone(browser)
    await seen(browser, "calls")
    await go(browser, f"{url}/calls/{CALL_ID}")
    await browser.value("document.querySelector('.why').open = true")
    shown = await browser.value("document.querySelector('.why').innerText")
    assert "Close: ask contract 0.61." in shown
    await fits_a_phone(browser)
    await seen(browser, "call")
    await go(browser, f"{url}/settings")
    assert await browser.value("document.querySelectorAll('tr').length > 100")
    await fits_a_phone(browser)
    await seen(browser, "settings")


async def go(browser: Browser, address: str) -> None:
    await browser.ask("Page.navigate", url=address)
    await browser.is_at(address)


async def fits_a_phone(browser: Browser) -> None:
    await browser.screen(390, 780)
    wide, there = "document.documentElement.scrollWidth", "window.innerWidth"
    assert await browser.value(f"{wide} <= {there}")
