"""What the desk costs and how fast it is, on this machine: `python -m tests.bench.desk`.

50 open boards over 10 calls that are played again in real time. The server's CPU time is its
process's own; the readers run in another one. Needs Chromium for the times on the page.
"""

import asyncio
import multiprocessing
import re
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import aiohttp
import numpy as np
import typer

from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.models import Speaker
from agent.records.records import TurnRecord
from tests.browser import Browser, chromium
from tests.web.board.replayed_call import ReplayedCall
from tests.web.board.site import BoardSite, board_site
from tests.web.signed_in import add_person, bearer, session_cookie

_MARK = re.compile(r"said at (\d+\.\d+)")
_MARK_EVERY_S = 0.7
_MARKED = 1_000_000  # the number of a call that does not end
_VISITS = 10
_LISTENS_S = 5.0
# By how much later than it was told the page has each mark that comes from now on.
_WATCH = """
window.delays = [];
const marks = () =>
  document.getElementById("turns").textContent.match(/said at [0-9.]+/g) || [];
let known = marks().length;
new MutationObserver(() => {
  for (const mark of marks().slice(known)) {
    known++;
    delays.push(Date.now() - 1000 * Number(mark.slice(8)));
  }
}).observe(document.getElementById("turns"), {childList: true, subtree: true});
"""


def read_boards(url: str, headers: dict[str, str], count: int, seconds: float) -> list[float]:
    """How late each mark came on each of so many boards, in ms; runs in a process of its own."""

    async def read_one(session: aiohttp.ClientSession) -> list[float]:
        late_ms = []
        async with session.get("/board/events") as response:
            assert response.status == 200
            try:
                async with asyncio.timeout(seconds):
                    async for line in response.content:
                        for mark in _MARK.findall(line.decode()):
                            late_ms.append(1000.0 * (time.time() - float(mark)))
            except TimeoutError:
                pass
        return late_ms

    async def read_all() -> list[float]:
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(
            url, headers=headers, connector=connector, timeout=timeout, read_bufsize=2**20
        ) as session:
            found = await asyncio.gather(*(read_one(session) for _ in range(count)))
        return [late for some in found for late in some]

    return asyncio.run(read_all())


async def mark(site: BoardSite, call_id: str) -> None:
    """Have a call's caller say what time it is, again and again."""
    while True:
        await asyncio.sleep(_MARK_EVERY_S)
        now_s = time.time()
        site.board.turn(
            TurnRecord(
                call_id=call_id, index=0, speaker=Speaker.CALLER,
                text=f"said at {now_s:.3f}", start_s=1000.0, end_s=1001.0,
            )
        )  # fmt: skip


async def cost(site: BoardSite, boards: int, seconds: float) -> tuple[float, list[float]]:
    """Percent of a core that the server takes with so many readers, and how late marks came."""
    headers = await bearer(site.engine)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(pool, time.time)  # it has started
        reading = loop.run_in_executor(pool, read_boards, site.url, headers, boards, seconds)
        await asyncio.sleep(1.0)  # all have connected
        cpu_s, wall_s = time.process_time(), time.monotonic()
        await asyncio.sleep(seconds - 2.0)
        share = (time.process_time() - cpu_s) / (time.monotonic() - wall_s)
        return 100.0 * share, await reading


async def visit(browser: Browser, url: str) -> None:
    """Open a page and wait until it has been painted."""
    await browser.ask("Page.navigate", url=url)
    painted = "performance.getEntriesByType('paint').length && document.URL"
    while await browser.value(painted) != url:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def on_the_page(site: BoardSite, call_id: str, profile: Path) -> None:
    """Paint, words and sound in Chromium; `call_id` is the call with the marks."""
    async with chromium(profile) as browser:
        await add_person(site.engine, "bench")
        ((name, value),) = (await session_cookie(site.engine, "bench")).items()
        await browser.ask("Network.enable")
        await browser.ask("Network.setCookie", name=name, value=value, url=site.url)
        paints = []
        for _ in range(_VISITS):
            await visit(browser, f"{site.url}/")
            paints.append(
                await browser.value(
                    "performance.getEntriesByName('first-contentful-paint')[0].startTime"
                )
            )
            await browser.ask("Page.navigate", url="about:blank")
        tell("first contentful paint of the board, ms", paints)
        await visit(browser, f"{site.url}/live/{call_id}")
        await browser.value(_WATCH)
        await asyncio.sleep(10.0)
        tell("words on a call's page after they were told, ms", await browser.value("delays"))
        await browser.press("l")
        await asyncio.sleep(_LISTENS_S)
        delay = await browser.value("document.getElementById('listening').dataset.delayMs")
        print(f"sound waits in the page for {delay} ms before it leaves the loudspeaker")


def tell(what: str, figures: Sequence[float]) -> None:
    """Percentiles on a line."""
    p50, p95, most = np.percentile(figures, (50, 95, 100))
    print(f"{what}: p50 {p50:.0f}, p95 {p95:.0f}, max {most:.0f} (n = {len(figures)})")


async def measure(boards: int, calls: int, seconds: float, browser: bool) -> None:
    """All of it."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        url = f"sqlite:///{directory}/people.sqlite3"
        await upgrade(url)
        engine = create_engine(url)
        async with board_site(engine) as site:
            playing = asyncio.create_task(site.play(calls))
            await asyncio.sleep(0.5)
            marked = ReplayedCall(_MARKED, site.board)
            marked.begin()
            marking = asyncio.create_task(mark(site, marked.call_id))
            try:
                for readers in (0, 1, boards):
                    share, late_ms = await cost(site, readers, seconds)
                    print(f"{readers} boards, {calls} calls: {share:.1f} % of a core")
                if late_ms:
                    tell("words at a reader after they were told, ms", late_ms)
                if browser:
                    await on_the_page(site, marked.call_id, directory / "profile")
            finally:
                playing.cancel()
                marking.cancel()
        await engine.dispose()


def main(
    boards: Annotated[int, typer.Option(help="Readers of the board.")] = 50,
    calls: Annotated[int, typer.Option(help="Live calls.")] = 10,
    seconds: Annotated[float, typer.Option(help="For each number of readers.")] = 20.0,
    browser: Annotated[bool, typer.Option(help="Measure in Chromium, too.")] = True,
) -> None:
    """Measure the desk's cost and speed."""
    asyncio.run(measure(boards, calls, seconds, browser))


if __name__ == "__main__":
    typer.run(main)
