"""One call's dialogue: text in, lines and an action out.

Synchronous and without I/O besides the encoder and a language model: the caller runs it in a
thread. It keeps what was really said and heard; what to do next is the strategy's.
"""

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random
from types import MappingProxyType

from agent.dialogue.grounds import Grounds
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.mood import Mood, MoodLevel
from agent.dialogue.playbook import Playbook, SlotType
from agent.dialogue.queue_outlook import QueueOutlook
from agent.dialogue.reply import (
    Action,
    CallerTurn,
    Continue,
    Exchange,
    HandoffSummary,
    HangUp,
    Reply,
    SpokenLine,
    Transfer,
)
from agent.dialogue.rules import GIVE_CARD, Cues, goes_on_with_card, mask_digits, normalise
from agent.dialogue.snapshot import DialogueSnapshot, PlaybookIdentity
from agent.dialogue.spoken_digits import say_digits
from agent.dialogue.state import Decision, Say, State
from agent.dialogue.strategy import Strategy
from agent.dialogue.summary import summarise
from agent.dialogue.understanding import Understander, Understanding
from agent.dialogue.values.vocabulary import vocabulary_of, within_vocabulary
from agent.dialogue.wording import Wording

__all__ = [
    "Action",
    "CallerTurn",
    "Continue",
    "Conversation",
    "Exchange",
    "HandoffSummary",
    "HangUp",
    "Reply",
    "SpokenLine",
    "Transfer",
]

_CARD_DIGITS = 13
_SECURITY_CODE_DIGITS = 3
# Of the history a snapshot has the newest so many turns, of both sides.
_KEPT_EXCHANGES = 60


class Conversation:
    """One call's dialogue."""

    def __init__(
        self,
        playbook: Playbook,
        understander: Understander,
        *,
        language_model: LanguageModel | None = None,
        seed: int | bytes,
        sha256: str = "",
        today: date | None = None,
    ) -> None:
        """`language_model` rewords the lines that the playbook allows it to; None: literal lines.

        Callers' dates count from `today`, where the call is; without it none is understood. The
        same seed, day and turns give the same replies. `sha256` is of the playbook's file.
        """
        self._today = today
        self._playbook = playbook
        self._identity = identity_of(playbook, sha256)
        self._understander = understander
        self._strategy = Strategy(playbook)
        random = Random(seed)  # noqa: S311  picks a wording, not a secret
        self._wording = Wording(playbook, understander.lines, language_model, random, today)
        self._state = State(playbook.start)
        self._mood = Mood()
        rules = playbook.mood
        self._angry_words = Cues({"angry": rules.angry_words} if rules is not None else {})
        self._expects: str | None = None
        self._action: Action = Continue()
        self._unheard = False
        self._card = False
        self._heard = ""
        self._history: list[Exchange] = []
        self._latest: Reply | None = None

    @property
    def stage(self) -> str:
        """The id of the playbook's stage."""
        return self._state.stage

    @property
    def slots(self) -> Mapping[str, str]:
        """What is known, as canonical values."""
        return MappingProxyType(dict(self._state.slots))

    @property
    def disposition(self) -> str:
        """How the call ended for the business; empty while nothing is decided."""
        return self._state.disposition

    @property
    def guard_violations(self) -> int:
        """How often the guard has stopped something that was about to be said."""
        return self._wording.violations

    @property
    def buying_signals(self) -> tuple[int, tuple[int, ...]]:
        """How many there were, and after how many turns the order was asked for, each time."""
        return self._state.signals, self._state.asked_after

    @property
    def asked_slot(self) -> str | None:
        """The slot that the agent has just asked for, if it has."""
        if self._expects is None or not self._expects.startswith("slot:"):
            return None
        return self._expects.removeprefix("slot:")

    @property
    def answer_vocabulary(self) -> tuple[str, ...]:
        """The words of the answer that was asked for; empty where it can be anything."""
        asked = self._asked_type()
        again = self._state.failures.get(self.asked_slot or "", 0) > 0
        return vocabulary_of(asked, again=again) if asked is not None else ()

    def certain_enough(self, confidence: float) -> bool:
        """Whether an answer heard with this confidence is treated as one that is certain."""
        asked = self.asked_slot
        below = self._playbook.slots[asked].confirm_below if asked is not None else None
        return below is None or confidence >= below

    @property
    def asked_openly(self) -> bool:
        """Whether any words answer what was asked, so that more of them may follow."""
        return self._asked_type() is SlotType.TEXT

    @property
    def history(self) -> tuple[Exchange, ...]:
        """What was said and heard so far, card digits masked."""
        return tuple(self._history)

    @property
    def latest(self) -> Reply | None:
        """The agent's last turn, as it was decided; None before the first."""
        return self._latest

    def fork(self) -> "Conversation":
        """A copy that goes its own way: a reply can be prepared in it and be dropped unheard."""
        other = copy.copy(self)
        other._wording = self._wording.fork()
        other._history = list(self._history)
        return other

    # -- outliving the process

    @property
    def unfinished(self) -> bool:
        """Whether a call that ended now would be worth going on with when the caller rings back."""
        resume, state = self._playbook.repair.resume, self._state
        outbound = self._playbook.outbound
        openings = {self._playbook.start, outbound.start if outbound else None}
        if resume is None or (state.stage in openings and not state.slots):
            return False
        if state.disposition:
            return state.disposition in resume.after
        return isinstance(self._action, Continue)

    def snapshot(self, *, heard: bool = True) -> DialogueSnapshot:
        """The dialogue as it stands; `heard`: the agent's last turn has had its say."""
        action = self._action
        return DialogueSnapshot(
            playbook=self._identity,
            state=self._state,
            **self._wording.saved(),
            expects=self._expects,
            hangs_up=isinstance(action, HangUp),
            transfer=action if isinstance(action, Transfer) else None,
            history=tuple(self._history[-_KEPT_EXCHANGES:]),
            heard=heard,
        )

    def restore(self, snapshot: DialogueSnapshot) -> None:
        """Stand where a conversation by the same playbook stood."""
        self._state = snapshot.state
        self._wording.restore(snapshot)
        self._expects = snapshot.expects
        self._action = snapshot.action
        self._history = list(snapshot.history)
        self._unheard = not snapshot.heard

    def rang_back(self) -> Reply:
        """The agent's first turn to the caller of an unfinished call, in a new one."""
        return self._reply(self._strategy.rang_back(self._state), None)

    def taken_back(self) -> Reply:
        """The agent's first turn in a call that another process left behind."""
        cut_off = self._unheard or not isinstance(self._action, Continue)
        pending = self._action if cut_off and self._wording.said else None
        return self._reply(self._strategy.taken_back(self._state, pending), None)

    # -- the call's events

    def open(self) -> Reply:
        """The agent's first turn."""
        return self._reply(self._strategy.open(), None)

    def open_outbound(self, known: Mapping[str, str]) -> Reply:
        """The agent's first turn to somebody whom it has called; `known` are slots told before."""
        slots = {
            slot_id: value
            for slot_id, value in known.items()
            if (slot := self._playbook.slots.get(slot_id)) is not None
            and (not slot.choices or value in slot.choices)
        }
        return self._reply(self._strategy.open_outbound(replace(self._state, slots=slots)), None)

    def answered_by_machine(self, disposition: str, *, message: bool) -> Reply:
        """The end of a call that no person has answered; `message`: one would be recorded."""
        decision = self._strategy.answered_by_machine(self._state, disposition, message=message)
        return self._uninterrupted(decision)

    def put_through(self, queue: str) -> Reply:
        """A supervisor has the caller put through to this queue, whatever was being talked of."""
        return self._uninterrupted(self._strategy.put_through(self._state, queue))

    def say_goodbye(self) -> Reply:
        """A supervisor has the call ended."""
        return self._uninterrupted(self._strategy.say_goodbye(self._state))

    def says_who_calls(self) -> tuple[SpokenLine, ...]:
        """What whoever asks before putting the call through is told; empty: nothing."""
        outbound = self._playbook.outbound
        if outbound is None or outbound.screening is None:
            return ()
        line = self._wording.line(Say((outbound.screening,)), self._state, self._heard)
        return (replace(line, interruptible=False),) if line is not None else ()

    def respond(self, turn: CallerTurn) -> Reply:
        """The reply to a caller's turn."""
        digits_wanted = self._asked_type() in (SlotType.PHONE, SlotType.POSTCODE)
        if self._card and not digits_wanted and goes_on_with_card(turn.text):
            return self._refuse_card(turn.text)
        heard = self._understander.understand(
            turn.text,
            self._state.stage,
            self._expects,
            self._state.slots,
            self._today,
            bounded=within_vocabulary(turn.bounded),
            denied=self._state.denied.get(self.asked_slot or "", frozenset()),
        )
        self._card = heard.intent == GIVE_CARD
        text = turn.text if digits_wanted else mask_digits(turn.text)
        self._history.append(Exchange("caller", mask_digits(text, 1) if self._card else text))
        self._heard = "" if self._card else turn.text
        self._mood = self.mood_after(turn)
        decision = self._strategy.decide(self._state, heard, turn.confidence)
        if self._mood.level is MoodLevel.ANGRY:
            decision = self._strategy.soothe(self._state, decision)
        return self._reply(decision, heard)

    def mood_after(self, turn: CallerTurn) -> Mood:
        """The caller's mood once it has said this."""
        angry = bool(self._angry_words.match(normalise(turn.text)))
        return self._mood.after(turn.delivery, angry_words=angry)

    def note_mood(self, mood: Mood) -> None:
        """How the last turn was spoken has become known after it was answered."""
        self._mood = mood

    def silence(self, count: int) -> Reply:
        """The reply to silence number `count` (from 1) after the agent's last turn."""
        return self._reply(self._strategy.silence(self._state, count), None)

    def interrupted(self, heard_text: str) -> None:
        """The agent's last turn broke off; `heard_text` is what the caller heard of it."""
        if self._history and self._history[-1].speaker == "agent":
            self._history[-1] = Exchange("agent", heard_text)
        self._wording.broke_off(heard_text)

    def dtmf(self, digits: str) -> Reply:
        """The reply to telephone keys that were pressed in one go."""
        goes_on = self._card and self._asked_type() is None and len(digits) >= _SECURITY_CODE_DIGITS
        if len(digits) >= _CARD_DIGITS or goes_on:
            return self._refuse_card("[digits]")
        intent = self._playbook.keys.get(digits)
        if intent is not None:
            heard = Understanding(intent, source="rule")
            return self._reply(self._strategy.decide(self._state, heard), heard)
        return self.respond(CallerTurn(say_digits(digits, ()) if digits.isdigit() else digits))

    def returned_from_queue(self, reason: str) -> Reply:
        """The reply to a caller whom nobody took; `reason` is the queue's result."""
        return self._reply(self._strategy.returned(self._state, reason), None)

    def queue_is_busy(self, outlook: QueueOutlook) -> Reply:
        """The reply instead of the last one, a transfer: somebody else has to be waited for.

        What the last one said before it announced the transfer still holds.
        """
        still_true = self._wording.said[:-1]
        self._take_back()
        decision = self._strategy.busy(self._state, outlook.spoken())
        return self._reply(decision, None, first=still_true)

    def nobody_is_there(self) -> Reply:
        """The reply instead of the last one, a transfer to a queue that nobody serves."""
        self._take_back()
        return self.returned_from_queue("nobody_logged_in")

    def by_turns_hint(self) -> tuple[SpokenLine, ...]:
        """Tells the caller that a key interrupts, where its voice can't."""
        line_id = self._playbook.repair.by_turns
        return (self._wording.literal(line_id),) if line_id is not None else ()

    def handoff_summary(self) -> HandoffSummary:
        """What a human who takes over has to know."""
        return summarise(self._playbook, self._state, self._mood)

    def _refuse_card(self, text: str) -> Reply:
        """The caller's turn was payment digits, or more of them: its words go nowhere."""
        self._card = True
        self._heard = ""
        self._history.append(Exchange("caller", mask_digits(text, 1)))
        heard = Understanding(GIVE_CARD, source="rule")
        return self._reply(self._strategy.refuse_card(self._state), heard)

    def _take_back(self) -> None:
        """The last reply will not be spoken."""
        self.interrupted("")
        self._history.pop()

    def _reply(
        self,
        decision: Decision,
        heard: Understanding | None,
        *,
        first: tuple[SpokenLine, ...] = (),
    ) -> Reply:
        stage, self._state = self._state.stage, decision.state
        self._action = decision.action
        lines = self._wording.turn(decision, self._heard, first)
        self._expects = decision.expects
        self._history.append(Exchange("agent", " ".join(line.text for line in lines)))
        self._latest = Reply(
            lines,
            decision.action,
            decision.expects,
            heard,
            self._state.stage,
            reads_out=self._asked_type() in (SlotType.PHONE, SlotType.POSTCODE, SlotType.EMAIL),
            mood=self._mood,
            grounds=Grounds(decision.by, stage, self._wording.choices, self._wording.refused),
        )
        return self._latest

    def _uninterrupted(self, decision: Decision) -> Reply:
        reply = self._reply(decision, None)
        lines = tuple(replace(line, interruptible=False) for line in reply.lines)
        return replace(reply, lines=lines)

    def _asked_type(self) -> SlotType | None:
        """The type of the slot that was asked for, if one was."""
        asked = self.asked_slot
        return self._playbook.slots[asked].type if asked is not None else None


def identity_of(playbook: Playbook, sha256: str) -> PlaybookIdentity:
    """Which playbook it is; `sha256` is of its file."""
    return PlaybookIdentity(playbook.playbook.id, str(playbook.playbook.version), sha256)
