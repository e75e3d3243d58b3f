"""One call's dialogue: text in, lines and an action out.

Synchronous and without I/O besides the encoder and a language model: the caller runs it in a
thread. It keeps what was really said and heard; what to do next is the strategy's.
"""

import copy
from collections.abc import Mapping
from random import Random
from types import MappingProxyType

import structlog

from agent.dialogue.guard import Guard
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.playbook import Playbook, SlotType
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
from agent.dialogue.rules import mask_digits
from agent.dialogue.slots import spoken
from agent.dialogue.spoken_digits import say_digits
from agent.dialogue.state import Decision, Say, State
from agent.dialogue.strategy import Strategy
from agent.dialogue.summary import summarise
from agent.dialogue.understanding import Understander, Understanding

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


class Conversation:
    """One call's dialogue."""

    def __init__(
        self,
        playbook: Playbook,
        understander: Understander,
        *,
        language_model: LanguageModel | None = None,
        seed: int | bytes,
    ) -> None:
        """`language_model` rewords the lines that the playbook allows it to; None: literal lines.

        The same seed and turns give the same replies.
        """
        self._playbook = playbook
        self._understander = understander
        self._language_model = language_model
        self._strategy = Strategy(playbook)
        self._guard = Guard(playbook)
        self._random = Random(seed)  # noqa: S311  picks a wording, not a secret
        self._state = State(playbook.start)
        self._used: set[str] = set()
        self._keys: dict[str, str] = {}
        self._owed: list[str] = []
        self._said: tuple[SpokenLine, ...] = ()
        self._expects: str | None = None
        self._heard = ""
        self._history: list[Exchange] = []
        self._log = structlog.get_logger("dialogue")
        self.guard_violations = 0

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
    def asked_openly(self) -> bool:
        """Whether any words answer what was asked, so that more of them may follow."""
        return self._asked_type() is SlotType.TEXT

    @property
    def history(self) -> tuple[Exchange, ...]:
        """What was said and heard so far, card digits masked."""
        return tuple(self._history)

    def fork(self) -> "Conversation":
        """A copy that goes its own way: a reply can be prepared in it and be dropped unheard."""
        other = copy.copy(self)
        other._random = copy.copy(self._random)
        other._used = set(self._used)
        other._keys = dict(self._keys)
        other._owed = list(self._owed)
        other._history = list(self._history)
        return other

    # -- the call's events

    def open(self) -> Reply:
        """The agent's first turn."""
        return self._reply(self._strategy.open(), None)

    def respond(self, turn: CallerTurn) -> Reply:
        """The reply to a caller's turn."""
        digits_wanted = self._asked_type() in (SlotType.PHONE, SlotType.POSTCODE)
        text = turn.text if digits_wanted else mask_digits(turn.text)
        self._history.append(Exchange("caller", text))
        heard = self._understander.understand(
            turn.text, self._state.stage, self._expects, self._state.slots
        )
        self._heard = turn.text
        return self._reply(self._strategy.decide(self._state, heard), heard)

    def silence(self, count: int) -> Reply:
        """The reply to silence number `count` (from 1) after the agent's last turn."""
        return self._reply(self._strategy.silence(self._state, count), None)

    def interrupted(self, heard_text: str) -> None:
        """The agent's last turn broke off; `heard_text` is what the caller heard of it."""
        if self._history and self._history[-1].speaker == "agent":
            self._history[-1] = Exchange("agent", heard_text)
        rest = heard_text
        for line in self._said:
            _, found, after = rest.partition(line.text)
            if found:
                rest = after
                continue
            self._used.discard(self._keys.get(line.text, ""))
            if line.line_id in self._playbook.compliance.must_say:
                self._owed.append(line.line_id)

    def dtmf(self, digits: str) -> Reply:
        """The reply to telephone keys that were pressed in one go."""
        if len(digits) >= _CARD_DIGITS:
            return self._reply(self._strategy.refuse_card(self._state), None)
        intent = self._playbook.keys.get(digits)
        if intent is not None:
            heard = Understanding(intent, source="rule")
            return self._reply(self._strategy.decide(self._state, heard), heard)
        return self.respond(CallerTurn(say_digits(digits, ()) if digits.isdigit() else digits))

    def returned_from_queue(self, reason: str) -> Reply:
        """The reply to a caller whom nobody took; `reason` is the queue's result."""
        return self._reply(self._strategy.returned(self._state, reason), None)

    def by_turns_hint(self) -> tuple[SpokenLine, ...]:
        """Tells the caller that a key interrupts, where its voice can't."""
        line_id = self._playbook.repair.by_turns
        return (self._literal(line_id),) if line_id is not None else ()

    def handoff_summary(self) -> HandoffSummary:
        """What a human who takes over has to know."""
        return summarise(self._playbook, self._state)

    # -- turning a decision into words

    def _reply(self, decision: Decision, heard: Understanding | None) -> Reply:
        self._state = decision.state
        known = self._variables()
        lines = [line for say in decision.lines if (line := self._line(say, known)) is not None]
        if decision.repeat:
            lines += self._said
        else:
            lines = self._with_owed(lines, decision, known)
            self._said = tuple(lines)
        self._expects = decision.expects
        self._history.append(Exchange("agent", " ".join(line.text for line in lines)))
        return Reply(
            tuple(lines),
            decision.action,
            decision.expects,
            heard,
            self._state.stage,
            reads_out=self._asked_type() in (SlotType.PHONE, SlotType.POSTCODE, SlotType.EMAIL),
        )

    def _line(self, say: Say, known: Mapping[str, str]) -> SpokenLine | None:
        bank, slots = self._understander.lines, self._state.slots
        if say.by_fit:
            chosen = bank.best(say.candidates, self._heard, slots, known, self._used, self._random)
        else:
            options = (
                bank.variant(line_id, slots, known, self._used, self._random)
                for line_id in say.candidates
            )
            usable = [option for option in options if option is not None]
            chosen = next((o for o in usable if o.key not in self._used), None)
            chosen = chosen or (usable[0] if usable else None)
        if chosen is None:
            return None
        self._used.add(chosen.key)
        line = self._playbook.lines[chosen.line_id]
        text = self._reworded(chosen.text) if line.reword else chosen.text
        text = text if not self._violations(text) else chosen.text
        if self._violations(text):
            self._log.warning("line not said", line=chosen.line_id)
            return self._literal(self._playbook.repair.cannot_say)
        self._keys[text] = chosen.key
        return SpokenLine(chosen.line_id, text, line.interruptible)

    def _reworded(self, text: str) -> str:
        if self._language_model is None:
            return text
        return self._language_model.reword(text, self._heard) or text

    def _violations(self, text: str) -> int:
        values = [spoken(self._playbook.slots[s], v) for s, v in self._state.slots.items()]
        found = self._guard.check(text, values)
        if found:
            self.guard_violations += 1
            self._log.warning("guard", found=[f"{v.kind} {v.text}" for v in found])
        return len(found)

    def _literal(self, line_id: str) -> SpokenLine:
        return SpokenLine(line_id, self._playbook.lines[line_id].texts[0])

    def _with_owed(
        self, lines: list[SpokenLine], decision: Decision, known: Mapping[str, str]
    ) -> list[SpokenLine]:
        """The lines with what must be said and was not heard, before the closing question."""
        owed, self._owed = self._owed, []
        ends_without_order = not isinstance(decision.action, Continue) and (
            self._state.disposition != self._playbook.objective.definition_of_done
        )
        if ends_without_order:
            return lines
        present = {line.line_id for line in lines}
        missing = [self._line(Say((line_id,)), known) for line_id in dict.fromkeys(owed)]
        again = [line for line in missing if line is not None and line.line_id not in present]
        return [*lines[:-1], *again, *lines[-1:]]

    def _variables(self) -> dict[str, str]:
        slots = self._state.slots
        said = {slot_id: spoken(self._playbook.slots[slot_id], v) for slot_id, v in slots.items()}
        return {**said, **self._playbook.variables(slots)}

    def _asked_type(self) -> SlotType | None:
        """The type of the slot that was asked for, if one was."""
        asked = self.asked_slot
        return self._playbook.slots[asked].type if asked is not None else None
