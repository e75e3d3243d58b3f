"""A call that the agent has placed, from its answer until it is known who or what answered.

answered -> SCREENING -> a person: the opening           -> the call goes on as any other
                      -> a voicemail: message after the beep, hang up
                      -> who asks who calls is told, and listened to once more
                      -> a menu, an announcement: hang up
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.calls.events import Answered, CallEvent
from agent.calls.journal import CallJournal
from agent.dialogue.conversation import Continue, Conversation, Reply
from agent.outbound.answering_machine import Verdict
from agent.outbound.greetings import Party
from agent.outbound.listener import AnswerListener, is_speech
from agent.outbound.settings import AnsweringSettings
from agent.turns.turn_taking import Heard


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """What is known of a call that the agent has placed: its attempt, and slots told before."""

    attempt_id: str
    known: Mapping[str, str]
    settings: AnsweringSettings


class Screening:
    """One call's; the floor brings it what is heard, the actor asks it what to say."""

    def __init__(self, call: OutboundCall, post: Callable[[CallEvent], None]) -> None:
        self._call = call
        self._post = post
        self._listener: AnswerListener | None = None
        self._rounds = 0
        self.again = False

    @property
    def listening(self) -> bool:
        """Whether it is still to be found out who answered."""
        return self._listener is not None

    def begin(self, sample_rate_hz: int, now_s: float) -> None:
        """Listen, from the answer on or after who calls was told."""
        self._rounds += 1
        self.again = False
        self._listener = AnswerListener(self._call.settings, sample_rate_hz, now_s)

    def end(self) -> None:
        """The agent speaks: nothing is to be found out any more."""
        self._listener = None

    def on_frame(self, pcm: NDArray[np.int16], now_s: float, heard: Heard) -> float | None:
        """A frame as it arrives; how many seconds the recogniser is to hear again, if it is."""
        if self._listener is None:
            return None
        self._judged(self._listener.on_frame(pcm, now_s, is_speech(heard)))
        return self._listener.take_question(now_s) if self._listener is not None else None

    def on_tick(self, now_s: float) -> None:
        """Time passes although no frame arrives."""
        if self._listener is not None:
            self._judged(self._listener.on_tick(now_s))

    def on_words(self, text: str) -> None:
        """A partial result of the recogniser."""
        if self._listener is not None:
            self._listener.on_words(text)

    def on_answer(self, text: str, asked_s: float) -> None:
        """What the recogniser has heard until it was asked."""
        if self._listener is not None:
            self._listener.on_answer(text, asked_s)

    def reply(self, talk: Conversation, verdict: Verdict) -> Reply:
        """What the agent says to who or what answered."""
        match verdict.party:
            case Party.HUMAN | Party.UNCERTAIN:
                return talk.open_outbound(self._call.known)
            case Party.SCREENING if self._rounds == 1:
                who = talk.says_who_calls()
                if who:
                    self.again = True
                    return Reply(who, Continue(), None, None, talk.stage)
        return talk.answered_by_machine(verdict.party.value, message=verdict.ready)

    def _judged(self, verdict: Verdict | None) -> None:
        if verdict is not None:
            self._listener = None
            self._post(Answered(verdict))


def note_verdict(journal: CallJournal, now_s: float, verdict: Verdict) -> None:
    """Who answered and when that was known, for the record."""
    journal.event(
        "answered_by",
        now_s,
        party=verdict.party.value,
        why=verdict.why,
        decided_s=round(verdict.decided_s, 2),
        heard=verdict.heard,
    )
