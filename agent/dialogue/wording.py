"""A decision in words: which variant of each line, nothing twice, nothing that is not known."""

import copy
from collections.abc import Mapping
from datetime import date
from random import Random

import structlog

from agent.dialogue.grounds import LineChoice, Refusal
from agent.dialogue.guard import Violation
from agent.dialogue.language_model import LanguageModel
from agent.dialogue.playbook import Playbook, SlotType
from agent.dialogue.reply import Continue, SpokenLine
from agent.dialogue.retrieval import Chosen, LineBank
from agent.dialogue.slots import spoken
from agent.dialogue.snapshot import DialogueSnapshot
from agent.dialogue.state import Decision, Say, State


class Wording:
    """One call's; it knows what has been said, and what of it the caller did not hear."""

    def __init__(
        self,
        playbook: Playbook,
        lines: LineBank,
        language_model: LanguageModel | None,
        random: Random,
        today: date | None,
    ) -> None:
        self._playbook = playbook
        self._lines = lines
        self._language_model = language_model
        self._random = random
        self._today = today
        self._guard = lines.guard
        self._used: set[str] = set()
        self._keys: dict[str, str] = {}
        self._owed: list[str] = []
        self._just_said: frozenset[str] = frozenset()
        self._broke_off = False
        self._log = structlog.get_logger("dialogue")
        self.said: tuple[SpokenLine, ...] = ()
        self.violations = 0
        # Of the last turn: how its lines were chosen, and what the guard stopped.
        self.choices: tuple[LineChoice, ...] = ()
        self.refused: tuple[Refusal, ...] = ()

    def fork(self) -> "Wording":
        """A copy that goes its own way."""
        other = copy.copy(self)
        other._random = copy.copy(self._random)
        other._used = set(self._used)
        other._keys = dict(self._keys)
        other._owed = list(self._owed)
        return other

    def saved(self) -> dict[str, object]:
        """Its fields of a `DialogueSnapshot`."""
        return {
            "used": frozenset(self._used),
            "keys": dict(self._keys),
            "owed": tuple(self._owed),
            "said": self.said,
        }

    def restore(self, snapshot: DialogueSnapshot) -> None:
        """Stand where another one stood."""
        self._used = set(snapshot.used)
        self._keys = dict(snapshot.keys)
        self._owed = list(snapshot.owed)
        self.said = snapshot.said

    def broke_off(self, heard_text: str) -> None:
        """The last turn broke off; `heard_text` is what the caller heard of it."""
        self._broke_off = True
        rest = heard_text
        for line in self.said:
            _, found, after = rest.partition(line.text)
            if found:
                rest = after
                continue
            self._used.discard(self._keys.get(line.text, ""))
            if line.line_id in self._playbook.compliance.must_say:
                self._owed.append(line.line_id)

    def turn(
        self, decision: Decision, heard: str, first: tuple[SpokenLine, ...] = ()
    ) -> tuple[SpokenLine, ...]:
        """The agent's turn, with lines that come `first`; `heard` are the caller's last words."""
        state = decision.state
        self.choices, self.refused = (), ()
        lines = [
            *first,
            *(line for say in decision.lines for line in self._some(say, state, heard)),
        ]
        if decision.repeat:
            lines += self.said
        else:
            lines = self._with_owed(lines, decision, heard)
            before, self.said = self.said, tuple(lines)
            if lines and self.said == before and not self._broke_off:
                # Nobody says the same twice in a row without a word about it.
                lines = [*self._some(Say((self._playbook.repair.repeat,)), state, heard), *lines]
        self._just_said = frozenset(self._keys.get(line.text, "") for line in lines)
        self._broke_off = False
        return tuple(lines)

    def line(self, say: Say, state: State, heard: str) -> SpokenLine | None:
        """One line; None where none of the candidates can be said now."""
        chosen = self._chosen(say, state, heard)
        if chosen is None:
            return None
        self._used.add(chosen.key)
        self.choices += (LineChoice(chosen.line_id, len(say.candidates), say.by_fit),)
        line = self._playbook.lines[chosen.line_id]
        values = [
            spoken(slot, value, today=self._today)
            for slot_id, value in state.slots.items()
            if (slot := self._playbook.slots[slot_id]).type is not SlotType.TEXT
        ]
        values += (state.queue or {}).values()
        if self._stopped(chosen.line_id, self._guard.check(chosen.text, values)):
            return self.literal(self._playbook.repair.cannot_say)
        text = chosen.text
        if line.reword and not line.locked:
            prompt = self._playbook.stage(state.stage).prompt
            text = self._reworded(chosen, f'{prompt}\nThe caller said: "{heard}"'.strip())
        self._keys[text] = chosen.key
        return SpokenLine(chosen.line_id, text, line.interruptible, say.pause_s)

    def literal(self, line_id: str) -> SpokenLine:
        """A line without variables, as it is written."""
        return SpokenLine(line_id, self._playbook.lines[line_id].texts[0])

    def _some(self, say: Say, state: State, heard: str) -> tuple[SpokenLine, ...]:
        line = self.line(say, state, heard)
        return () if line is None else (line,)

    def _chosen(self, say: Say, state: State, heard: str) -> Chosen | None:
        slots, known = self._playbook.assumed(state.slots), self._variables(state)
        if say.by_fit:
            return self._lines.best(say.candidates, heard, slots, known, self._used, self._random)
        options = (
            self._lines.variant(line_id, slots, known, self._used, self._random, self._just_said)
            for line_id in say.candidates
        )
        usable = [option for option in options if option is not None]
        fresh = [option for option in usable if option.key not in self._used]
        others = [option for option in usable if option.key not in self._just_said]
        return next(iter((*fresh, *others, *usable)), None)

    def _reworded(self, chosen: Chosen, context: str) -> str:
        """A line in the model's words, where they say the same."""
        if self._language_model is None:
            return chosen.text
        text = self._language_model.reword(chosen.text, context)
        if text is None:
            return chosen.text
        found = self._guard.check_rewording(text, chosen.text)
        return chosen.text if self._stopped(chosen.line_id, found) else text

    def _stopped(self, line_id: str, found: tuple[Violation, ...]) -> bool:
        """Whether the guard found something, which is counted.

        The log gets kinds alone: what a text claims may be the caller's name or number.
        """
        if found:
            self.violations += 1
            kinds = tuple(sorted({violation.kind for violation in found}))
            self.refused += (Refusal(line_id, kinds),)
            self._log.warning("guard", line=line_id, found=list(kinds))
        return bool(found)

    def _with_owed(
        self, lines: list[SpokenLine], decision: Decision, heard: str
    ) -> list[SpokenLine]:
        """The lines with what must be said and was not heard, before the closing question."""
        owed, self._owed = self._owed, []
        state = decision.state
        ends_without_order = not isinstance(decision.action, Continue) and (
            state.disposition != self._playbook.objective.definition_of_done
        )
        if ends_without_order:
            return lines
        present = {line.line_id for line in lines}
        missing = [self.line(Say((line_id,)), state, heard) for line_id in dict.fromkeys(owed)]
        again = [line for line in missing if line is not None and line.line_id not in present]
        return [*lines[:-1], *again, *lines[-1:]]

    def _variables(self, state: State) -> Mapping[str, str]:
        said = {
            slot_id: spoken(self._playbook.slots[slot_id], value, today=self._today)
            for slot_id, value in state.slots.items()
        }
        chosen = self._playbook.assumed(state.slots)
        return {**said, **(state.queue or {}), **self._playbook.variables(chosen)}
