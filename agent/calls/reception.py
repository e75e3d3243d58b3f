"""How a call begins: afresh, or where an earlier one stood.

back from a queue to a new process    by the call's id      the queue's result is told
sent back by a colleague              by the channel        it carries on, or is rung back
left behind by a process that died    by the channel        "I lost you for a moment"
rings back after an unfinished call   by the number         "shall we go on where we were?"
"""

import asyncio
import os
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog

from agent.asterisk.events import Channel
from agent.dialogue.conversation import Conversation
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.reply import Reply
from agent.errors import UnderstudyError
from agent.records.records import utc_now
from agent.snapshots.keeper import SnapshotKeeper
from agent.snapshots.saved_call import Phase, SavedCall, caller_key

# The caller hears ringing meanwhile; a store that needs longer is not worth the wait.
_LOOK_UP_WITHIN_S = 0.5

How = Literal["rang_back", "taken_back", "returned", "sent_back"]


@dataclass(frozen=True, slots=True)
class Beginning:
    """The conversation of a call, its first turn, and the call that it goes on from, if any.

    `unrecorded`: the caller has refused recording in that call, which goes on.
    """

    conversation: Conversation
    opening: Callable[[Conversation], Reply]
    resumes: str | None = None
    how: How | None = None
    unrecorded: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller who has come into the application, with the arguments of the dialplan's Stasis()."""

    channel: Channel
    arguments: Sequence[str] = ()


class Reception:
    """Looks for what is known of a caller's call; without it every call begins afresh."""

    def __init__(
        self,
        playbook: PlaybookInUse,
        keeper: SnapshotKeeper,
        *,
        instance: str,
        resume_within: timedelta,
    ) -> None:
        self._playbook = playbook
        self._keeper = keeper
        self._instance = instance
        self._resume_within = resume_within
        self._log = structlog.get_logger("calls")

    async def begin(self, arrival: Arrival, live: Container[str]) -> Beginning:
        """How this call begins. Never fails: what can't be looked up is not known.

        `live` are the ids of the calls that this process leads.
        """
        try:
            async with asyncio.timeout(_LOOK_UP_WITHIN_S):
                saved = await self._find(arrival)
        except TimeoutError:
            self._log.warning("nothing looked up: the store of snapshots is slow")
            saved = None
        except UnderstudyError as error:
            self._log.warning("nothing looked up", reason=str(error))
            saved = None
        beginning = self._go_on(saved, arrival, live) if saved is not None else None
        return beginning or Beginning(self._playbook.open(os.urandom(8)), lambda talk: talk.open())

    async def _find(self, arrival: Arrival) -> SavedCall | None:
        call_id = returned_call(arrival.arguments)
        if call_id is not None:
            return await self._keeper.load(call_id)
        number = caller_key(arrival.channel.caller_number) if self._resume_within else None
        return await self._keeper.latest(arrival.channel.channel_id, number)

    def _go_on(self, saved: SavedCall, arrival: Arrival, live: Container[str]) -> Beginning | None:
        how = way_back(
            saved,
            arrival,
            instance=self._instance,
            live=saved.call_id in live,
            now=utc_now(),
            within=self._resume_within,
        )
        if how is None:
            return None
        conversation = self._playbook.resume(saved.dialogue, os.urandom(8))
        self._keeper.forget(saved.call_id)
        if conversation is None:
            self._log.info(
                "starts afresh: the playbook has changed since", resumes=saved.call_id, how=how
            )
            return None
        if how == "rang_back" and not conversation.unfinished:
            return None
        self._log.info("goes on", resumes=saved.call_id, how=how)
        return Beginning(
            conversation,
            _opening(how, arrival.arguments),
            saved.call_id,
            how,
            unrecorded=saved.unrecorded and how != "rang_back",
        )


def way_back(
    saved: SavedCall,
    arrival: Arrival,
    *,
    instance: str,
    live: bool,
    now: datetime,
    within: timedelta,
) -> How | None:
    """How a caller goes on with a saved call; None: it is another call, or too long ago.

    Another process of the same database may be leading a call whose phase is "talking": only the
    `instance` that led it knows that it does not.
    """
    if live:
        return None
    if saved.channel_id == arrival.channel.channel_id:
        if saved.phase is Phase.WITH_HUMAN:
            return "sent_back"
        in_queue = saved.phase is Phase.HANDED_OVER
        came_back = returned_call(arrival.arguments) == saved.call_id
        return "returned" if in_queue and came_back else "taken_back"
    if returned_call(arrival.arguments) is not None or now - saved.saved_at > within:
        return None
    crashed = saved.phase is Phase.TALKING and saved.instance == instance
    return "rang_back" if saved.phase is Phase.BROKEN_OFF or crashed else None


def returned_call(arguments: Sequence[str]) -> str | None:
    """The call that the dialplan says has come back from a queue."""
    return arguments[1] if len(arguments) > 1 and arguments[0] == "returned" else None


def queue_result(arguments: Sequence[str]) -> str:
    """The queue's result that the dialplan gives with a caller who comes back."""
    return (arguments[2] if len(arguments) > 2 else "") or "unknown"


def _opening(how: How, arguments: Sequence[str]) -> Callable[[Conversation], Reply]:
    match how:
        case "returned":
            return lambda talk: talk.returned_from_queue(queue_result(arguments).lower())
        case "sent_back":
            return lambda talk: talk.returned_from_queue("sent_back")
        case "taken_back":
            return lambda talk: talk.taken_back()
        case "rang_back":
            return lambda talk: talk.rang_back()
