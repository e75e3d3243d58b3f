"""Pages that stay up to date: what changes is rendered once and sent to all who look.

The wire format is that of server-sent events (WHATWG HTML, section 9.2).
"""

import asyncio
from collections import deque
from typing import Protocol

# One who is so far behind gets nothing more: its browser connects again and starts afresh.
_MOST_BEHIND = 50
KEEP_ALIVE = b":\n\n"


def message(event: str, text: str) -> bytes:
    """One event of a stream."""
    lines = "\n".join(f"data: {line}" for line in text.splitlines() or [""])
    return f"event: {event}\n{lines}\n\n".encode()


class View(Protocol):
    """What a page shows, as events that bring it about."""

    def whole(self) -> bytes:
        """All of it as it is now, for a page that may show anything."""
        ...

    def news(self) -> bytes:
        """What has changed since this was asked last; empty when nothing has."""
        ...


class Seat:
    """One reader's place; the messages that it has not read yet are bounded."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._arrived = asyncio.Event()
        self._lost = False

    def put(self, text: bytes) -> None:
        """A message for the reader, unless it is too far behind."""
        if len(self._waiting) >= _MOST_BEHIND:
            self._lost = True
            self._waiting.clear()
        elif not self._lost:
            self._waiting.append(text)
        self._arrived.set()

    async def take(self, timeout_s: float) -> bytes | None:
        """All that waits; a keep-alive when nothing comes in time, None for one who was lost."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()
        except TimeoutError:
            return KEEP_ALIVE
        self._arrived.clear()
        if self._lost:
            return None
        text = b"".join(self._waiting)
        self._waiting.clear()
        return text


class Audience:
    """All who look at one view."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._seats: set[Seat] = set()

    def __len__(self) -> int:
        return len(self._seats)

    def enter(self, seat: Seat) -> None:
        """One more, who is shown the whole first."""
        self.tell()  # what the others have yet to be told is in the newcomer's whole already
        seat.put(self._view.whole())
        self._seats.add(seat)

    def leave(self, seat: Seat) -> None:
        """One fewer."""
        self._seats.discard(seat)

    def tell(self) -> None:
        """Send what has changed."""
        text = self._view.news()
        if text:
            for seat in self._seats:
                seat.put(text)
