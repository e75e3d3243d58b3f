"""Calls that humans have taken: what their queue says of them still belongs into their record."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.asterisk.queue_log import QueueEvent
from agent.calls.journal import CallJournal

# The manager interface's last event may come after ARI's news of the hang-up.
_LATE_EVENTS_S = 5.0
# A hang-up that was missed while ARI was away must not be remembered for ever.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Taken:
    journal: CallJournal
    linked_id: str
    audio_s: float
    since_s: float
    on_gone: Callable[[], None]
    gone: bool = False


class WithHuman:
    """Follows callers by channel and by Linkedid, from the agent's last word to the hang-up."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: dict[str, _Taken] = {}

    def follow(
        self,
        channel_id: str,
        linked_id: str,
        journal: CallJournal,
        *,
        audio_s: float,
        on_gone: Callable[[], None],
    ) -> None:
        """Write into this journal from now on; `audio_s` is the call's audio time now.

        `on_gone` is called when the caller has hung up.
        """
        self._taken[channel_id] = _Taken(journal, linked_id, audio_s, self._clock(), on_gone)
        while len(self._taken) > _MOST:
            self._taken.pop(next(iter(self._taken)))

    def queue_event(self, event: QueueEvent) -> None:
        """Into the record of the call that it is about, if that is one of these."""
        taken = self._taken.get(event.channel_id) or next(
            (taken for taken in self._taken.values() if taken.linked_id == event.linked_id), None
        )
        if taken is not None:
            at_s = taken.audio_s + self._clock() - taken.since_s
            taken.journal.in_queue(event, at_s)

    def gone(self, channel_id: str) -> None:
        """The caller has hung up; said more than once, it is noted once."""
        taken = self._taken.get(channel_id)
        if taken is not None and not taken.gone:
            self._taken[channel_id] = replace(taken, gone=True)
            talk_s = self._clock() - taken.since_s
            taken.journal.event("talk_ended", taken.audio_s + talk_s, talk_s=round(talk_s, 1))
            taken.on_gone()
            later = asyncio.get_running_loop().call_later
            later(_LATE_EVENTS_S, self._taken.pop, channel_id, None)

    @property
    def channels(self) -> frozenset[str]:
        """The callers' channels."""
        return frozenset(self._taken)

    @property
    def call_ids(self) -> frozenset[str]:
        """The calls that are followed."""
        return frozenset(taken.journal.call_id for taken in self._taken.values())
