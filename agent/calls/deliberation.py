"""Replies, thought of beside the call: prepared while the caller pauses, taken back if it goes on.

    caller   "how much is it"  ..pause..            end of turn
    prepare                    fork + respond  -->  same words: adopted at once
                                               -->  other words: dropped, respond again

The conversation itself is never changed by a reply that may be dropped: each is made in a copy.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.mood import Mood, MoodLevel
from agent.dialogue.reply import Reply
from agent.turns.endpointing import Completeness

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A reply to a text, and the conversation in which it has been given."""

    base: Conversation
    text: str
    after: Conversation
    reply: Reply


class Deliberation:
    """One call's conversation and the replies under way; blocking work runs in the executor."""

    def __init__(self, conversation: Conversation, executor: Executor) -> None:
        self.conversation = conversation
        self._executor = executor
        self._one_at_a_time = asyncio.Lock()
        self._draft: _Draft | None = None
        self._last: _Draft | None = None
        self._merges = False
        self.prepared = 0
        self.adopted = 0
        self.second_attempts = 0

    async def prepare(self, text: str) -> Completeness | None:
        """Make the reply that will be due if the caller's turn ends with these words.

        Returns what the words are for the end of turn: a hard rule, a slot's value, a sure intent,
        or none of them.
        """
        async with self._one_at_a_time:
            if self._merges:
                return None
            self._draft = await self._in_thread(
                lambda: _answer(self.conversation, CallerTurn(text))
            )
            self.prepared += 1
        return _judged(self.conversation, self._draft.reply)

    @property
    def prepared_reply(self) -> Reply | None:
        """The reply that is ready in case the caller's turn ends here."""
        return self._draft.reply if self._draft is not None else None

    async def reply(self, turn: CallerTurn) -> Reply:
        """The reply to a caller's turn, merged with the turn before where that was not over."""
        async with self._one_at_a_time:
            base = self.conversation
            if self._merges and self._last is not None:
                base, text = self._last.base, f"{self._last.text} {turn.text}".strip()
                turn = replace(turn, text=text, bounded="")
            self._merges = False
            draft, self._draft = self._draft, None
            mood = base.mood_after(turn)
            if draft is not None and draft.base is base and _still_good(draft, turn, mood):
                draft.after.note_mood(mood)
                draft = replace(draft, reply=replace(draft.reply, mood=mood))
                self.adopted += 1
            else:
                draft = await self._in_thread(lambda: _answer(base, turn))
            self._last = draft
            self.conversation = draft.after
            return draft.reply

    def turn_goes_on(self) -> None:
        """The last turn was not over: what is said next belongs to it."""
        self._merges = True
        self._draft = None

    def stands(self) -> Reply | None:
        """Nothing was said after all: the reply to the last turn that `turn_goes_on` put off."""
        if not self._merges or self._last is None:
            return None
        self._merges = False
        return self._last.reply

    async def revise(self, change: Callable[[Conversation], Reply]) -> Reply:
        """Another reply in place of the last one, which was not spoken yet."""
        async with self._one_at_a_time:
            after, reply = await self._changed(change)
            self.conversation = after
            if self._last is not None:
                reply = replace(reply, understanding=self._last.reply.understanding)
                self._last = replace(self._last, after=after, reply=reply)
            return reply

    async def in_place(self, change: Callable[[Conversation], _T]) -> _T:
        """A change that is not taken back: a prompt, a key, a return from the queue."""
        async with self._one_at_a_time:
            self._draft = self._last = None
            self._merges = False
            after, result = await self._changed(change)
            self.conversation = after
            return result

    async def _changed(self, change: Callable[[Conversation], _T]) -> tuple[Conversation, _T]:
        """A change to a copy: an engine that hangs in it leaves the conversation as it was."""
        base = self.conversation

        def work() -> tuple[Conversation, _T]:
            after = base.fork()
            return after, change(after)

        return await self._in_thread(work)

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        """Work that changes nothing but copies of its own, and so can be done a second time."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, work)
        except Exception as error:
            self.second_attempts += 1
            structlog.get_logger("calls").warning("decided a second time", reason=str(error))
            return await loop.run_in_executor(self._executor, work)


def _answer(base: Conversation, turn: CallerTurn) -> _Draft:
    after = base.fork()
    return _Draft(base, turn.text, after, after.respond(turn))


def _still_good(draft: _Draft, turn: CallerTurn, mood: Mood) -> bool:
    """Whether a reply to the words alone is also the one to the turn as it was spoken."""
    same_words = draft.text == turn.text and not turn.bounded
    same_mood = mood.level is draft.reply.mood.level or mood.level is not MoodLevel.ANGRY
    return same_words and same_mood and draft.base.certain_enough(turn.confidence)


def _judged(before: Conversation, reply: Reply) -> Completeness | None:
    understood = reply.understanding
    if understood is None:
        return None
    if understood.source == "rule":
        return Completeness.DECIDED
    if not understood.sure or before.asked_openly:
        return None
    asked = before.asked_slot
    if asked is not None and asked in understood.slots:
        return Completeness.SLOT_DONE
    return Completeness.UNDERSTOOD
