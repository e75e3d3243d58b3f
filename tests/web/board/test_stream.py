"""Who reads a stream, and how far behind one may be."""

import asyncio

from agent.web.board.stream import KEEP_ALIVE, Audience, Seat, message


class Counter:
    """Implements `stream.View`: a number that is told when it has changed."""

    def __init__(self) -> None:
        self.number = 0
        self.told = 0
        self.asked = 0

    def whole(self) -> bytes:
        return b"whole %d;" % self.number

    def news(self) -> bytes:
        self.asked += 1
        if self.told == self.number:
            return b""
        self.told = self.number
        return b"%d;" % self.number


async def test_news_are_rendered_once_for_all() -> None:
    view = Counter()
    audience = Audience(view)
    seats = [Seat() for _ in range(3)]
    for seat in seats:
        audience.enter(seat)
    asked = view.asked
    view.number = 1
    audience.tell()
    assert view.asked == asked + 1
    assert [await seat.take(1) for seat in seats] == [b"whole 0;1;"] * 3


async def test_a_newcomer_is_not_told_twice() -> None:
    view = Counter()
    audience = Audience(view)
    early, late = Seat(), Seat()
    audience.enter(early)
    view.number = 1
    audience.enter(late)
    audience.tell()
    assert await early.take(1) == b"whole 0;1;"
    assert await late.take(1) == b"whole 1;"


async def test_who_falls_too_far_behind_is_lost() -> None:
    seat = Seat()
    for _ in range(60):
        seat.put(b"news")
    assert await seat.take(1) is None


async def test_a_silent_stream_is_kept_alive() -> None:
    seat = Seat()
    assert await seat.take(0.01) == KEEP_ALIVE
    taking = asyncio.create_task(seat.take(1))
    await asyncio.sleep(0)
    seat.put(b"news")
    assert await taking == b"news"


def test_every_line_of_a_message_is_data() -> None:
    assert (
        message("x", "a\nevent: y\n\nb")
        == b"event: x\ndata: a\ndata: event: y\ndata: \ndata: b\n\n"
    )
    assert message("x", "") == b"event: x\ndata: \n\n"
