"""Values that callers give: filled, read back, corrected, contradicted."""

from dataclasses import replace

from agent.dialogue import slots as slot_values
from agent.dialogue.course import Course, say
from agent.dialogue.playbook import Playbook
from agent.dialogue.state import Decision, State
from agent.dialogue.understanding import AFFIRM, DENY, INFORM, NONE, Understanding


class SlotAnswers:
    """What follows an answer to a slot's question."""

    def __init__(self, playbook: Playbook, course: Course) -> None:
        self._playbook = playbook
        self._course = course

    def fill(self, state: State, heard: Understanding) -> State:
        """The state with the values that a turn gave, and with choices that they imply."""
        if not heard.slots:
            return state
        values = {**state.slots, **heard.slots}
        for slot_id, slot in self._playbook.slots.items():
            told = [heard.slots[name] for name in slot.infer_from if name in heard.slots]
            if told and slot_id not in state.slots:
                choice = slot_values.infer(slot, " ".join(told))
                if choice is not None:
                    values[slot_id] = choice
        incomplete = (state.incomplete - set(heard.slots)) | heard.incomplete
        return replace(state, slots=values, incomplete=incomplete)

    def changed(self, state: State, heard: Understanding) -> str | None:
        """A slot that a caller fills with another value than the one it gave before.

        Only where that is all the turn says: a question or an objection goes first, and what was
        just read back as one value is corrected by asking again.
        """
        if heard.intent not in (AFFIRM, DENY, INFORM, NONE) or heard.objection is not None:
            return None
        for slot_id, value in heard.slots.items():
            known = state.slots.get(slot_id, value)
            part_of_it = slot_id in state.incomplete or slot_id == state.asking
            if known != value and not part_of_it and self._playbook.slots[slot_id].confirm:
                return slot_id
        return None

    def contradicted(self, state: State, slot_id: str, replaced: str) -> Decision:
        """The later value counts, once the caller has said yes to it."""
        state = replace(state, confirming=slot_id, replaced=replaced)
        confirm = self._playbook.slots[slot_id].confirm or ""
        return Decision(state, (say(confirm),), expects="yes_no")

    def answered(self, state: State, slot_id: str) -> Decision:
        """The slot that was asked for has a value: read back, or on to the next."""
        slot = self._playbook.slots[slot_id]
        if slot_id in state.incomplete:
            return self._course.slot_failed(state, slot_id, slot)
        certain = slot.confirm_below is not None and state.certainty >= slot.confirm_below
        if slot.confirm is not None and not certain:
            state = replace(state, asking=None, confirming=slot_id)
            return Decision(state, (say(slot.confirm),), expects="yes_no")
        return self._course.next_slot(replace(state, asking=None), ())

    def confirmed(self, state: State, slot_id: str, *, yes: bool) -> Decision:
        """The answer to a value that was read back."""
        replaced = state.replaced
        state = replace(state, confirming=None, replaced=None)
        if yes:
            return self._course.next_slot(state, ())
        if replaced is not None:
            # It was somebody else's, or misheard: the value before stands.
            return self._course.resume(replace(state, slots={**state.slots, slot_id: replaced}), ())
        wrong = state.denied.get(slot_id, frozenset()) | {state.slots.get(slot_id, "")}
        state = replace(state, denied={**state.denied, slot_id: wrong})
        if state.second is not None and state.second not in wrong:
            read = {**state.slots, slot_id: state.second}
            state = replace(state, slots=read, second=None, confirming=slot_id)
            confirm = self._playbook.slots[slot_id].confirm or ""
            return Decision(state, (say(confirm),), expects="yes_no")
        without = {key: value for key, value in state.slots.items() if key != slot_id}
        slot = self._playbook.slots[slot_id]
        return self._course.slot_failed(replace(state, slots=without), slot_id, slot)
