"""The screen pops of this process: followed call by call, shown to who holds their token."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from agent.calls.screen_pop import ScreenPop, Stand, apply, begun, handed_over
from agent.dialogue.reply import HandoffSummary
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    Record,
    TurnRecord,
)

# A human may want to look again, right after the talk.
_KEPT_S = 15 * 60.0
# Of a talk whose end was missed the pop goes, too.
_LONGEST_TALK_S = 4 * 3600.0
_MOST = 2000
_MOST_WATCHERS = 20


@dataclass(slots=True)
class _Followed:
    pop: ScreenPop
    changed_s: float
    token: str = ""
    watchers: set[asyncio.Event] = field(default_factory=set)


class ScreenPops:
    """Implements `calls.journal.CallObserver`; keeps a call that was handed over a while longer.

    The unguessable token is the permission, as with a whisper: Asterisk gives it to the phone that
    rings. It is good until 15 minutes after the talk.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._followed: dict[str, _Followed] = {}  # by call id
        self._calls: dict[str, str] = {}  # by token

    # -- a handoff

    def offer(self, call_id: str, queue: str, summary: HandoffSummary) -> str:
        """The token under which a call is shown; one a call. "" for a call that is not known."""
        followed = self._followed.get(call_id)
        if followed is None:
            return ""
        if not followed.token:
            followed.token = secrets.token_urlsafe(24)
            self._calls[followed.token] = call_id
        self._put(followed, handed_over(followed.pop, queue, summary))
        return followed.token

    def of_call(self, call_id: str) -> tuple[str, ScreenPop] | None:
        """Token and content of a call that was handed over."""
        followed = self._followed.get(call_id)
        if followed is None or not followed.token:
            return None
        return followed.token, followed.pop

    # -- who looks

    def shown(self, token: str) -> ScreenPop | None:
        """What a token shows; None for one that shows nothing any more."""
        followed = self._by_token(token)
        return followed.pop if followed is not None else None

    def offered(self) -> tuple[tuple[str, ScreenPop], ...]:
        """Token and content of every call that was handed over, the newest first."""
        self._forget_old()
        found = [(f.token, f.pop) for f in self._followed.values() if f.token]
        return tuple(sorted(found, key=lambda shown: shown[1].started_at, reverse=True))

    async def changes(self, token: str, quiet_s: float) -> AsyncIterator[ScreenPop | None]:
        """The pop now and after each change until it goes; None after `quiet_s` without one."""
        followed = self._by_token(token)
        if followed is None or len(followed.watchers) >= _MOST_WATCHERS:
            return
        changed = asyncio.Event()
        followed.watchers.add(changed)
        try:
            seen = None
            while self._by_token(token) is followed:
                yield followed.pop if followed.pop is not seen else None
                seen = followed.pop
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(quiet_s):
                        await changed.wait()
                changed.clear()
        finally:
            followed.watchers.discard(changed)

    # -- calls.journal.CallObserver

    def call_started(self, record: CallStarted) -> None:
        """Follow it."""
        self._forget_old()
        self._followed[record.call_id] = _Followed(begun(record), self._clock())
        while len(self._followed) > _MOST:
            self._forget(next(iter(self._followed)))

    def call_answered(self, record: CallAnswered) -> None:
        """Changes nothing."""

    def turn(self, record: TurnRecord) -> None:
        """What was said."""
        self._apply(record)

    def event(self, record: EventRecord) -> None:
        """Who has the caller."""
        self._apply(record)

    def latency(self, record: LatencyRecord) -> None:
        """Changes nothing."""

    def call_ended(self, record: CallEnded) -> None:
        """A call that was never handed over is of no more interest."""
        followed = self._followed.get(record.call_id)
        if followed is not None and not followed.token:
            self._forget(record.call_id)
        else:
            self._apply(record)

    # -- plumbing

    def _apply(self, record: Record) -> None:
        followed = self._followed.get(record.call_id)
        if followed is not None:
            self._put(followed, apply(followed.pop, record))

    def _put(self, followed: _Followed, pop: ScreenPop) -> None:
        if pop is followed.pop:
            return
        followed.pop = pop
        followed.changed_s = self._clock()
        for changed in followed.watchers:
            changed.set()

    def _by_token(self, token: str) -> _Followed | None:
        self._forget_old()
        return self._followed.get(self._calls.get(token, ""))

    def _forget_old(self) -> None:
        now_s = self._clock()
        for call_id, followed in list(self._followed.items()):
            longest_s = _KEPT_S if followed.pop.stand is Stand.OVER else _LONGEST_TALK_S
            if now_s - followed.changed_s > longest_s:
                self._forget(call_id)

    def _forget(self, call_id: str) -> None:
        followed = self._followed.pop(call_id)
        self._calls.pop(followed.token, None)
        for changed in followed.watchers:
            changed.set()
