"""The board and a live call's page in a real browser, over calls that are played again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.models import Speaker
from agent.records.records import TurnRecord
from tests.browser import CHROMIUM, Browser, chromium
from tests.calls.conftest import until
from tests.web.board.site import BoardSite, board_site
from tests.web.pictures import seen
from tests.web.signed_in import add_person, session_cookie

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

_COUNTED = """
window.errors = [];
addEventListener("error", (event) => errors.push(event.message));
addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective));
"""


class Desk:
    """A site and a browser whose user has signed in."""

    def __init__(self, site: BoardSite, browser: Browser) -> None:
        self.site = site
        self.browser = browser

    async def open(self, path: str) -> None:
        await self.browser.ask("Page.navigate", url=self.site.url + path)
        where = path.partition("#")[0]
        await self.until(
            f"document.readyState === 'complete' && location.pathname === '{where}' && "
            "document.getElementById('stream') !== null"
        )

    async def until(self, condition: str) -> Any:
        """What the expression is once it is true."""
        async with asyncio.timeout(10):
            while not (found := await self.browser.value(condition)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return found

    async def shows(self, text: str, within: str = "main") -> None:
        await self.until(f"document.querySelector('{within}').textContent.includes('{text}')")


@pytest.fixture
async def desk(sqlite: AsyncEngine, tmp_path: Path) -> AsyncIterator[Desk]:
    async with contextlib.AsyncExitStack() as stack:
        site = await stack.enter_async_context(board_site(sqlite))
        browser = await stack.enter_async_context(chromium(tmp_path / "profile"))
        await add_person(site.engine, "mo")
        ((name, value),) = (await session_cookie(site.engine, "mo")).items()
        await browser.ask("Network.enable")
        await browser.ask("Network.setCookie", name=name, value=value, url=site.url)
        await browser.ask("Page.addScriptToEvaluateOnNewDocument", source=_COUNTED)
        yield Desk(site, browser)
        assert await browser.value("window.errors") == []


def said(call_id: str, text: str) -> TurnRecord:
    return TurnRecord(
        call_id=call_id, index=9, speaker=Speaker.CALLER, text=text, start_s=90.0, end_s=91.0
    )


async def test_the_board_follows_the_calls_and_is_worked_by_keys(desk: Desk) -> None:
    await desk.open("/")
    await desk.shows("No live calls")
    await desk.until("document.body.classList.contains('offline') === false")
    first, second = desk.site.replay(2, at_s=7.0)
    await desk.shows("2 live calls")
    await seen(desk.browser, "board")
    await desk.until(
        "[...document.querySelectorAll('.meter.caller i')].some(i => "
        "i.style.transform !== '' && i.style.transform !== 'scaleX(0)')"
    )
    desk.site.board.turn(said(second.call_id, "good morning"))
    # The glimpse of this moment has the caller in the middle of other words.
    desk.site.glimpses = list
    await desk.shows("good morning")

    await desk.browser.press("jj")
    chosen = "document.activeElement.getAttribute('href')"
    assert await desk.browser.value(chosen) == f"/live/{second.call_id}"
    first.end()
    await desk.shows("Just ended")
    assert await desk.until(chosen) == f"/live/{second.call_id}"
    await desk.browser.press("e")
    await desk.until("document.querySelector('dialog#end')?.open")
    assert await desk.browser.value("location.pathname") == f"/live/{second.call_id}"


async def test_a_call_is_followed_and_given_orders(desk: Desk) -> None:
    (call,) = desk.site.replay(1, at_s=7.0)
    await desk.open(f"/live/{call.call_id}")
    await desk.shows("hi um i saw", within="#speaking")
    call.play(9.3)
    await desk.shows("hi um i saw your fibre offer and what does it cost", within="#turns")
    call.play(30.0)
    await desk.shows("702 ms", within="#figures")
    await desk.until("document.querySelector('#turns .unheard') !== null")
    assert await desk.browser.value("document.querySelectorAll('#turns .caller').length") == 2

    await seen(desk.browser, "live-call")

    await desk.browser.press("s")
    await desk.browser.ask("Input.insertText", text="Take your time")
    desk.site.board.turn(said(call.call_id, "news while one types"))
    await desk.shows("news while one types", within="#turns")
    await desk.browser.value("document.querySelector('.say').requestSubmit()")
    await desk.shows("Done.", within="#answer")
    await desk.browser.value("document.activeElement.blur()")
    await desk.browser.press("t")
    await desk.until("document.querySelector('dialog#take-over').open")
    await desk.browser.ask("Input.insertText", text="PJSIP/agent1")
    await desk.browser.value("document.querySelector('#take-over form').requestSubmit()")
    await desk.until("!document.querySelector('dialog#take-over').open")
    await desk.browser.press("h")
    await until(lambda: len(desk.site.orders.orders) == 3)
    assert desk.site.orders.orders == [
        {"order": "say", "text": "Take your time"},
        {"order": "take_over", "endpoint": "PJSIP/agent1"},
        {"order": "half_duplex", "on": "true"},
    ]

    call.end()
    await desk.shows("The call is over", within="#orders")
    assert await desk.browser.value("document.querySelector('dialog#end')") is None


async def test_both_legs_are_heard_and_one_can_be_muted(desk: Desk) -> None:
    (call,) = desk.site.replay(1, at_s=7.0)
    await desk.open(f"/live/{call.call_id}")
    await desk.browser.press("l")
    heard = "(document.getElementById('listening').dataset.levels || '').split(' ').map(Number)"
    await desk.until(f"{heard}[0] > 0.2 && {heard}[1] > 0.1")
    delay_ms = int(await desk.browser.value("document.getElementById('listening').dataset.delayMs"))
    assert delay_ms < 400
    await desk.browser.value("document.querySelector('[data-mute=\"0\"]').click()")
    await desk.until(f"{heard}[0] === 0 && {heard}[1] > 0.1")
    await desk.browser.press("l")
    await until(lambda: desk.site.taps.open_taps == 0)


async def test_a_lost_connection_is_said_and_comes_back(desk: Desk) -> None:
    (call,) = desk.site.replay(1, at_s=7.0)
    await desk.open("/")
    await desk.shows("1 live call")
    await desk.until("document.querySelector('.meter i').style.transform")
    async with desk.site.away():
        await desk.until("document.body.classList.contains('offline')")
        call.end()
    await desk.shows("No live calls")
    await desk.until("!document.body.classList.contains('offline')")
