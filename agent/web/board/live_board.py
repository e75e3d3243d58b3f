"""All live calls as the desk shows them; implements `calls.journal.CallObserver`."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from agent.calls.glimpse import Glimpse
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)
from agent.web.board import telling
from agent.web.board.live_call import LiveCall, Phase

_News = TypeVar("_News", TurnRecord, EventRecord, LatencyRecord, CallEnded)
# Ended calls stay on the board for as long as there are no newer ones.
_ENDED_SHOWN = 8
# The end of a talk with a human may have been missed: no more of these are shown.
_MOST_WITH_HUMAN = 200


class LiveBoard:
    """Keeps a `LiveCall` a call, whether or not somebody looks."""

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}
        self._levels: dict[str, tuple[float, float]] = {}
        self._on_news: Callable[[], None] = lambda: None

    def on_news(self, callback: Callable[[], None]) -> None:
        """Call `callback` when something was told of a call; it returns at once."""
        self._on_news = callback

    @property
    def calls(self) -> Mapping[str, LiveCall]:
        """By call id, in the order in which they came; those that have just ended included."""
        return MappingProxyType(self._calls)

    @property
    def levels(self) -> Mapping[str, tuple[float, float]]:
        """Of each call that the agent leads: the caller's and the agent's level, in dBFS."""
        return MappingProxyType(self._levels)

    def look(self, glimpses: Iterable[Glimpse]) -> None:
        """See what the calls do at this moment."""
        self._levels = {}
        for glimpse in glimpses:
            call = self._calls.get(glimpse.call_id)
            if call is not None:
                self._calls[call.call_id] = telling.seen(call, glimpse)
                self._levels[call.call_id] = (glimpse.caller_dbfs, glimpse.agent_dbfs)

    def call_started(self, record: CallStarted) -> None:
        """One more call."""
        self._replace(telling.begun(record))

    def call_answered(self, record: CallAnswered) -> None:
        """Nothing changes: what the agent does next says it."""

    def turn(self, record: TurnRecord) -> None:
        """Words for the transcript."""
        self._change(record, telling.with_turn)

    def event(self, record: EventRecord) -> None:
        """Something has happened in a call."""
        self._change(record, telling.with_event)

    def latency(self, record: LatencyRecord) -> None:
        """A wait was measured."""
        self._change(record, telling.with_latency)

    def call_ended(self, record: CallEnded) -> None:
        """The agent's part is over."""
        self._change(record, telling.ended)

    def _change(self, record: _News, change: Callable[[LiveCall, _News], LiveCall]) -> None:
        call = self._calls.get(record.call_id)
        if call is not None:
            self._replace(change(call, record))

    def _replace(self, call: LiveCall) -> None:
        self._calls[call.call_id] = call
        for phase, most in ((Phase.ENDED, _ENDED_SHOWN), (Phase.WITH_HUMAN, _MOST_WITH_HUMAN)):
            shown = self._in(phase)
            for old in shown[: max(0, len(shown) - most)]:
                del self._calls[old.call_id]
        self._on_news()

    def _in(self, phase: Phase) -> list[LiveCall]:
        return [call for call in self._calls.values() if call.phase is phase]
