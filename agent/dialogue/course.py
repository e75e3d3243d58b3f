"""The way through a playbook's stages: what a move leads to, and which question is open."""

from dataclasses import replace

from agent.dialogue.playbook import BACK, STAY, Move, Playbook, Slot, Stage
from agent.dialogue.reply import HangUp, Transfer
from agent.dialogue.state import Decision, Say, State, Step
from agent.dialogue.understanding import AFFIRM, DENY, INFORM

DONE = "done"


class Course:
    """The stages, moves and open questions of one playbook; holds no call's state."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._repair = playbook.repair

    def move(self, stage_id: str, intent: str) -> Move | None:
        """What an intent does in a stage: the stage's exit, or else the intent's own move."""
        stage = self._playbook.stage(stage_id)
        for way in stage.exits:
            if way.on == intent:
                return way
        if intent in (AFFIRM, DENY, INFORM, DONE):
            return None
        return self._playbook.intent(intent).then

    def go(self, state: State, move: Move, lines: tuple[Say, ...] = ()) -> Decision:
        """Take a move, after these lines."""
        lines = (*lines, *(say(line) for line in move.say))
        state = self._changed(state, move)
        if move.transfer is not None:
            reason = state.reason or move.transfer
            back = move.back or (state.back if self._is_side(state.stage) else state.stage)
            state = replace(fresh(state, state.stage), back=back, reason=reason)
            return Decision(state, lines, self._transfer(state, reason))
        if move.hang_up:
            return Decision(state, lines, HangUp())
        if move.to == BACK and state.back:
            return self._return(state, lines)
        if move.to in (None, STAY, BACK):
            return self.resume(state, lines)
        if move.to == state.stage and self.worn_out(state):
            return self.go(state, self.stage(state).fallback, lines)
        if move.to == state.stage and state.asking is not None:
            # The caller asks for what is under way and still owes the answer.
            slot = self._playbook.slots[state.asking]
            return self.slot_failed(state, state.asking, slot, lines)
        return self.enter(state, move.to, lines)

    def _transfer(self, state: State, reason: str) -> Transfer:
        place = self._playbook.destination(reason)
        undecided = state.queue is None and self._repair.busy_to is not None
        return Transfer(
            place.queue,
            reason,
            priority=place.priority,
            may_choose=place.choice and undecided,
            warm=place.warm,
        )

    def _changed(self, state: State, move: Move) -> State:
        kept = {key: value for key, value in state.slots.items() if key not in move.clear}
        cleared = set(move.clear)
        return replace(
            state,
            slots={**kept, **move.set},
            skipped=state.skipped - cleared,
            failures={key: n for key, n in state.failures.items() if key not in cleared},
            disposition=move.disposition or state.disposition,
            back=move.back or state.back,
            reason=move.reason or state.reason,
        )

    def _settle(self, state: State) -> State:
        """Choices that a stage's slots were to imply get their default when the call leaves it."""
        implied = {
            slot_id: slot.default
            for slot_id, slot in self._playbook.slots.items()
            if set(slot.infer_from) & set(self.stage(state).slots) and slot.default is not None
        }
        return replace(state, slots={**implied, **state.slots})

    def enter(self, state: State, stage_id: str, lines: tuple[Say, ...]) -> Decision:
        """Come to a stage: its entry, then its question, its first slot or what follows at once."""
        stage = self._playbook.stage(stage_id)
        back = state.back
        if self._is_side(stage_id):
            back = back if self._is_side(state.stage) else state.stage
        elif stage_id != state.stage:
            state = self._settle(state)
        # Who is sent to the stage that it is in has its turns there all the same.
        turns = state.turns if stage_id == state.stage else 0
        state = replace(fresh(state, stage_id), back=back, turns=turns)
        state, give_up = self._count_close(state)
        if give_up:
            return self.go(state, self._playbook.objective.give_up, lines)
        lines = (*lines, *(say(line) for line in stage.entry))
        if stage.then is not None:
            return self.go(state, stage.then, lines)
        if stage.slots:
            return self.next_slot(state, lines)
        return Decision(state, lines, expects=self.expects(state))

    def _return(self, state: State, lines: tuple[Say, ...]) -> Decision:
        """From a side stage back to the open question of the one before."""
        state, give_up = self._count_close(fresh(replace(state, reason=""), state.back))
        if give_up:
            return self.go(state, self._playbook.objective.give_up, lines)
        return self.resume(state, lines)

    def _count_close(self, state: State) -> tuple[State, bool]:
        """Coming to a closing stage is an attempt; the flag tells when it is one too many."""
        if not self.stage(state).closing:
            return state, False
        state = replace(asked(state), closes=state.closes + 1)
        return state, state.closes > self._playbook.objective.max_close_attempts

    def resume(self, state: State, lines: tuple[Say, ...]) -> Decision:
        """Back to the question that is open, or on by the fallback after too many turns here."""
        if state.resuming and self._repair.resume is not None:
            return Decision(state, (*lines, Say(self._repair.resume.ask)), expects="yes_no")
        stage = self.stage(state)
        if self.worn_out(state):
            return self.go(state, stage.fallback, lines)
        if stage.then is not None:
            return self.go(state, stage.then, (*lines, *(say(line) for line in stage.entry[-1:])))
        if state.checking is not None:
            check = self._playbook.check(state.checking)
            return Decision(state, (*lines, say(check or "")), expects="yes_no")
        if state.confirming is not None:
            confirm = self._playbook.slots[state.confirming].confirm
            return Decision(state, (*lines, say(confirm or "")), expects="yes_no")
        if state.objection is not None:
            objection = self._playbook.objection(state.objection)
            step = objection.clarify if state.step is Step.CLARIFY else objection.re_ask
            return Decision(state, (*lines, say(*step)), expects=self.expects(state))
        if state.asking is not None:
            return self._ask(state, state.asking, lines)
        if self._open_slots(state):
            return self.next_slot(state, lines)
        question = stage.again or stage.entry[-1:]
        if state.signalled_at is not None and stage.trial_close:
            state, question = asked(state), stage.trial_close
        return Decision(state, (*lines, say(*question)), expects=self.expects(state))

    def slot_failed(
        self, state: State, slot_id: str, slot: Slot, lines: tuple[Say, ...] = ()
    ) -> Decision:
        """An answer was of no use: ask again, or give the slot up."""
        failures = {**state.failures, slot_id: state.failures.get(slot_id, 0) + 1}
        state = replace(state, failures=failures, asking=slot_id)
        if failures[slot_id] < slot.max_attempts:
            return self._ask(state, slot_id, lines)
        if slot_id in state.denied:
            # What was wrong before is hardly right in part.
            state = replace(state, slots={k: v for k, v in state.slots.items() if k != slot_id})
        state = replace(state, asking=None, skipped=state.skipped | {slot_id}, misses=0)
        # Half an answer is better than none, and needs no excuse.
        excuse = slot.skip is not None and slot_id not in state.slots
        said = (say(slot.skip),) if excuse and slot.skip else ()
        return self.next_slot(state, (*lines, *said))

    def next_slot(self, state: State, lines: tuple[Say, ...]) -> Decision:
        """Ask for what the stage still wants to know; nothing left: on by its exit "done"."""
        wanted = self.stage(state).slots
        for slot_id in wanted:
            if slot_id not in state.slots and slot_id not in state.skipped:
                return self._ask(replace(state, asking=slot_id), slot_id, lines)
        done = self.move(state.stage, DONE)
        return self.go(state, done, lines) if done else self.resume(state, lines)

    def _ask(self, state: State, slot_id: str, lines: tuple[Say, ...]) -> Decision:
        asks = self._playbook.slots[slot_id].ask
        line = asks[min(state.failures.get(slot_id, 0), len(asks) - 1)]
        return Decision(state, (*lines, say(line)), expects=f"slot:{slot_id}")

    def stage(self, state: State) -> Stage:
        """The stage of the playbook that the call is in."""
        return self._playbook.stage(state.stage)

    def worn_out(self, state: State) -> bool:
        """Whether a stage has had its turns, and its fallback leads out of it."""
        stage = self.stage(state)
        stays = stage.fallback.to in (STAY, stage.id)
        return state.turns > stage.max_turns and stage.then is None and not stays

    def _is_side(self, stage_id: str) -> bool:
        return any(way.to == BACK for way in self._playbook.stage(stage_id).exits)

    def _open_slots(self, state: State) -> bool:
        return any(s not in state.slots and s not in state.skipped for s in self.stage(state).slots)

    def expects(self, state: State) -> str | None:
        """The kind of answer to the open question: "yes_no", "slot:<id>" or None."""
        if state.resuming or state.checking is not None:
            return "yes_no"
        if state.step is not None:
            return "yes_no" if state.step is Step.RE_ASK else None
        if state.confirming is not None:
            return "yes_no"
        return f"slot:{state.asking}" if state.asking else self.stage(state).expects


def say(*candidates: str) -> Say:
    """The first of these lines that can be said now."""
    return Say(candidates)


def fresh(state: State, stage_id: str) -> State:
    """The state on arrival in a stage: nothing open."""
    return replace(
        state, stage=stage_id, asking=None, confirming=None, checking=None, replaced=None,
        objection=None, step=None, misses=0, turns=0, resuming=False,
    )  # fmt: skip


def asked(state: State) -> State:
    """The caller is asked for the order: a buying signal before it has had its answer."""
    if state.signalled_at is None:
        return state
    waited = state.heard - state.signalled_at
    return replace(state, signalled_at=None, asked_after=(*state.asked_after, waited))
