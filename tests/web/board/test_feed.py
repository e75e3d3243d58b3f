"""Pages are kept up to date while somebody looks, and nothing is done otherwise."""

import asyncio

import pytest
import structlog

from agent.web.board import feed as feed_module
from agent.web.board.feed import Feed, TooManyWatch


class Page:
    """Implements `stream.View`; one that is broken has news that can't be told."""

    def __init__(self, *, broken: bool = False) -> None:
        self._broken = broken
        self.due = b""

    def whole(self) -> bytes:
        return b"whole;"

    def news(self) -> bytes:
        if self.due and self._broken:
            raise ValueError
        news, self.due = self.due, b""
        return news


class Watch:
    """A feed and how often it looked."""

    def __init__(self) -> None:
        self.looks = self.refreshes = 0
        self.feed = Feed(self._look, self._refresh)

    def _look(self) -> None:
        self.looks += 1

    async def _refresh(self) -> None:
        self.refreshes += 1


async def test_nothing_is_done_while_nobody_looks() -> None:
    watch = Watch()
    watch.feed.news()
    with watch.feed.seat("a", Page):
        await asyncio.sleep(0.01)
    assert (watch.looks, watch.refreshes) == (2, 1)
    watch.feed.news()
    await asyncio.sleep(0.25)
    assert (watch.looks, watch.refreshes) == (2, 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_news_are_sent_at_once_and_together() -> None:
    watch, page = Watch(), Page()
    with watch.feed.seat("a", lambda: page) as seat:
        assert await seat.take(1) == b"whole;"
        await asyncio.sleep(0.01)  # it has looked, and looks again after 200 ms
        for text in (b"one;", b"two;"):
            page.due += text
            watch.feed.news()
        async with asyncio.timeout(0.15):
            assert await seat.take(1) == b"one;two;"


async def test_a_page_that_fails_hides_no_other() -> None:
    watch, bad, good = Watch(), Page(broken=True), Page()
    with watch.feed.seat("bad", lambda: bad), watch.feed.seat("good", lambda: good) as seat:
        await seat.take(1)
        bad.due = good.due = b"news;"
        with structlog.testing.capture_logs() as logs:
            watch.feed.news()
            assert await seat.take(1) == b"news;"
    assert logs[0]["page"] == "bad"


async def test_a_page_that_can_not_be_shown_leaves_nothing_behind() -> None:
    watch, bad = Watch(), Page(broken=True)
    bad.due = b"news;"
    with pytest.raises(ValueError), watch.feed.seat("bad", lambda: bad):
        pass
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_so_many_pages_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "_MOST_SEATS", 1)
    watch = Watch()
    refused = pytest.raises(TooManyWatch, match="1 pages")
    with watch.feed.seat("a", Page), refused, watch.feed.seat("b", Page):
        pass
    with watch.feed.seat("b", Page):
        pass
