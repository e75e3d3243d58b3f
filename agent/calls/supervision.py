"""What supervisors do to live calls: orders by name, and the calls' sound."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from agent.calls.events import CallEvent, Ordered
from agent.calls.orders import Order, Outcome, Result
from agent.media.tap import Tap

# An actor that is busy for longer than this is in trouble of its own.
_ANSWERS_WITHIN_S = 5.0
_NOT_LIVE = Outcome(Result.NOT_LIVE, "This call is not live: it has ended, or never was.")


class LiveCall(Protocol):
    """The part of a call's actor that a supervisor reaches."""

    @property
    def tap(self) -> Tap | None:
        """Its sound; None before it has any."""

    def post(self, event: CallEvent) -> None:
        """Put an event into its inbox."""


class Supervision:
    """Every live call of this process, as a supervisor reaches it. Implements `board.Taps`."""

    def __init__(self, find: Callable[[str], LiveCall | None]) -> None:
        """`find` gives a live call by its id."""
        self._find = find

    async def order(self, call_id: str, order: Order, *, by: str) -> Outcome:
        """Give an order in the name of a person, and wait until the call has taken it or not."""
        call = self._find(call_id)
        if call is None:
            return _NOT_LIVE
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        call.post(Ordered(order, by, answer))
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                return await answer
        except TimeoutError:
            if self._find(call_id) is None:
                return _NOT_LIVE
            return Outcome(
                Result.NO_ANSWER, "The call has not answered: look whether it does what you asked."
            )

    @contextlib.asynccontextmanager
    async def open(self, call_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Both legs of a call from now on: frames as `media.tap` describes them.

        Raises KeyError for a call that is not live.
        """
        call = self._find(call_id)
        tap = call.tap if call is not None else None
        if tap is None:
            raise KeyError(call_id)
        with tap.listen() as frames:
            yield frames
