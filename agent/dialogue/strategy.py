"""What comes next, as a pure function of the state and what was understood.

    exit of the stage  >  the intent's own move  >  the open question again
    objection:  acknowledge + clarify  ->  answer + re-ask  ->  other answer + re-ask  ->  give way
    slot:       ask  ->  ask again  ->  (read back)  ->  next, or give the slot up
    unsure:     ask whether the guess was meant, or again  ->  the stage's fallback

Everything it decides with is in the playbook; `table` prints it.
"""

from collections.abc import Mapping
from dataclasses import replace

from agent.dialogue import slots as slot_values
from agent.dialogue.playbook import BACK, STAY, Move, Objection, Playbook, Slot, Stage
from agent.dialogue.reply import Action, Continue, HangUp, Transfer
from agent.dialogue.state import Decision, Row, Say, State, Step
from agent.dialogue.transitions import transition_table
from agent.dialogue.understanding import AFFIRM, DENY, INFORM, NONE, REPEAT, Understanding

DONE = "done"
# The second turn in a row that is not understood leaves the stage by its fallback.
_MAX_MISSES = 2
# Good sellers slow down at an objection: it is granted, then comes a breath, then the answer.
_THOUGHTFUL_S = 0.4


class Strategy:
    """The decisions of one playbook; holds no call's state."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._repair = playbook.repair

    # -- entry points

    def open(self) -> Decision:
        """The first turn of a call."""
        return self._enter(State(self._playbook.start), self._playbook.start, ())

    def open_outbound(self, state: State) -> Decision:
        """The first turn of a call that the agent has placed."""
        outbound = self._playbook.outbound
        return self._enter(state, outbound.start if outbound else self._playbook.start, ())

    def answered_by_machine(self, state: State, disposition: str, *, message: bool) -> Decision:
        """The end of a call that no person has answered, after the message if there is one."""
        outbound = self._playbook.outbound
        line = outbound.voicemail if outbound and message else None
        lines = (_say(line),) if line is not None else ()
        return Decision(replace(state, disposition=disposition), lines, HangUp())

    def decide(self, state: State, heard: Understanding, certainty: float = 1.0) -> Decision:
        """The reply to a caller's turn; a call that goes round in circles ends with a human.

        `certainty` is the recogniser's (0 to 1).
        """
        state = replace(state, all_turns=state.all_turns + 1, certainty=certainty)
        decision = self._decide(state, heard)
        objective = self._playbook.objective
        if state.all_turns < objective.max_turns or not isinstance(decision.action, Continue):
            return decision
        return self._go(replace(state, all_turns=0), objective.too_long)

    def _decide(self, state: State, heard: Understanding) -> Decision:
        before, changed = state, self._changed_slot(state, heard)
        state = replace(self._fill(state, heard), turns=state.turns + 1, heard=state.heard + 1)
        if state.resuming:
            decision = self._about_resuming(state, heard)
            if decision is not None:
                return decision
        if state.checking is not None and heard.intent != REPEAT:
            if heard.intent == AFFIRM:
                heard = self._meant(state.checking)
            state = replace(state, checking=None)
            if heard.intent == DENY:
                return self._ask_openly(state)
        if changed is not None:
            return self._contradicted(replace(state, misses=0), changed, before.slots[changed])
        if heard.intent == NONE or self._worth_a_check(state, heard):
            return self._not_understood(state, heard)
        state = self._signalled(replace(state, misses=0), heard.intent)
        if heard.intent == REPEAT and not self._worn_out(state):
            return replace(self._resume(state, ()), lines=(_say(self._repair.repeat),), repeat=True)
        if heard.objection is not None:
            return self._objected(state, heard.objection)
        return self._understood(state, heard)

    def _understood(self, state: State, heard: Understanding) -> Decision:
        if state.confirming is not None and heard.intent in (AFFIRM, DENY):
            return self._confirmed(state, state.confirming, yes=heard.intent == AFFIRM)
        if state.asking is not None and state.objection is None and heard.intent == INFORM:
            return self._answered(replace(state, second=heard.second), state.asking)
        if state.objection is not None:
            decision = self._about_objection(state, heard.intent)
            if decision is not None:
                return decision
        move = self._move(state.stage, heard.intent)
        return self._go(state, move) if move is not None else self._resume(state, ())

    def soothe(self, state: State, decision: Decision) -> Decision:
        """What is done for an angry caller in the place of a decision that would go on as usual."""
        rules = self._playbook.mood
        if rules is None or state.soothed or not isinstance(decision.action, Continue):
            return decision
        return self._go(replace(decision.state, soothed=True), rules.angry)

    def silence(self, state: State, count: int) -> Decision:
        """The reply to nothing: prompt, rephrase, then the end."""
        prompts = self._repair.no_input
        if count > len(prompts):
            return self._go(state, self._repair.no_input_end)
        if count == 1:
            return Decision(state, (_say(prompts[0]),), expects=self._expects(state))
        return self._resume(state, (_say(prompts[count - 1]),))

    def returned(self, state: State, result: str) -> Decision:
        """The caller is back from a queue where nobody answered."""
        lines = self._repair.returned
        line = lines.get(result, lines["default"])
        back = state.back or state.stage
        state = replace(_fresh(state, self._repair.returned_to), back=back, queue=None)
        return Decision(state, (_say(line),), expects=self._expects(state))

    def busy(self, state: State, told: Mapping[str, str]) -> Decision:
        """Instead of a transfer: nobody is free, and the caller may choose what to do.

        `told` are the playbook variables that describe the queue.
        """
        stage = self._playbook.stage(self._repair.busy_to or state.stage)
        state = replace(_fresh(state, stage.id), queue=told)
        return Decision(state, (_say(*self._repair.busy),), expects=self._expects(state))

    def rang_back(self, state: State) -> Decision:
        """The caller of an unfinished call, in a new one: who speaks, and whether to go on."""
        rules = self._playbook.compliance
        notices = dict.fromkeys((rules.ai_disclosure, rules.recording_notice))
        state = replace(state, resuming=True, misses=0, turns=0, disposition="")
        return self._resume(state, tuple(_say(line) for line in notices))

    def taken_back(self, state: State, pending: Action | None) -> Decision:
        """The agent is back in a call that it lost; `pending` is the end of a turn cut off."""
        lines = (_say(self._repair.resume.lost),) if self._repair.resume else ()
        if pending is None:
            return self._resume(state, lines)
        return Decision(state, lines, pending, self._expects(state), repeat=True)

    def refuse_card(self, state: State) -> Decision:
        """Payment digits arrived by keypad."""
        return self._resume(state, (_say(self._repair.card_refused),))

    def table(self) -> tuple[Row, ...]:
        """Every transition of the playbook, in its order; "*" is every stage."""
        return transition_table(self._playbook)

    # -- a call that broke off

    def _about_resuming(self, state: State, heard: Understanding) -> Decision | None:
        """The answer to "shall we go on?"; None when the turn is about something else."""
        resume = self._repair.resume
        if resume is None or heard.intent == DENY:
            return self._anew((_say(resume.anew),) if resume else ())
        if heard.intent == NONE:
            state = replace(state, misses=state.misses + 1)
            apologies = self._repair.no_match
            if state.misses > len(apologies):
                return self._anew((_say(resume.anew),))
            return self._resume(state, (_say(apologies[state.misses - 1]),))
        if heard.intent in (AFFIRM, INFORM):
            return self._resume(replace(state, resuming=False, misses=0), (_say(resume.go_on),))
        if heard.objection is not None:
            return self._decide(replace(state, resuming=False), heard)
        return None

    def _anew(self, lines: tuple[Say, ...]) -> Decision:
        """From the call's beginning, without the notices that this call began with."""
        rules = self._playbook.compliance
        notices = {rules.ai_disclosure, rules.recording_notice}
        decision = self._enter(State(self._playbook.start), self._playbook.start, lines)
        kept = tuple(say for say in decision.lines if not notices & set(say.candidates))
        return replace(decision, lines=kept)

    # -- slots

    def _fill(self, state: State, heard: Understanding) -> State:
        if not heard.slots:
            return state
        values = {**state.slots, **heard.slots}
        for slot_id, slot in self._playbook.slots.items():
            words = heard.slots.get(slot.infer_from or "")
            if words is not None and slot_id not in state.slots:
                choice = slot_values.infer(slot, words)
                if choice is not None:
                    values[slot_id] = choice
        incomplete = (state.incomplete - set(heard.slots)) | heard.incomplete
        return replace(state, slots=values, incomplete=incomplete)

    def _changed_slot(self, state: State, heard: Understanding) -> str | None:
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

    def _contradicted(self, state: State, slot_id: str, replaced: str) -> Decision:
        """The later value counts, once the caller has said yes to it."""
        state = replace(state, confirming=slot_id, replaced=replaced)
        confirm = self._playbook.slots[slot_id].confirm or ""
        return Decision(state, (_say(confirm),), expects="yes_no")

    def _answered(self, state: State, slot_id: str) -> Decision:
        slot = self._playbook.slots[slot_id]
        if slot_id in state.incomplete:
            return self._slot_failed(state, slot_id, slot)
        certain = slot.confirm_below is not None and state.certainty >= slot.confirm_below
        if slot.confirm is not None and not certain:
            state = replace(state, asking=None, confirming=slot_id)
            return Decision(state, (_say(slot.confirm),), expects="yes_no")
        return self._next_slot(replace(state, asking=None), ())

    def _confirmed(self, state: State, slot_id: str, *, yes: bool) -> Decision:
        replaced = state.replaced
        state = replace(state, confirming=None, replaced=None)
        if yes:
            return self._next_slot(state, ())
        if replaced is not None:
            # It was somebody else's, or misheard: the value before stands.
            return self._resume(replace(state, slots={**state.slots, slot_id: replaced}), ())
        wrong = state.denied.get(slot_id, frozenset()) | {state.slots.get(slot_id, "")}
        state = replace(state, denied={**state.denied, slot_id: wrong})
        if state.second is not None and state.second not in wrong:
            read = {**state.slots, slot_id: state.second}
            state = replace(state, slots=read, second=None, confirming=slot_id)
            confirm = self._playbook.slots[slot_id].confirm or ""
            return Decision(state, (_say(confirm),), expects="yes_no")
        without = {key: value for key, value in state.slots.items() if key != slot_id}
        slot = self._playbook.slots[slot_id]
        return self._slot_failed(replace(state, slots=without), slot_id, slot)

    def _slot_failed(
        self, state: State, slot_id: str, slot: Slot, lines: tuple[Say, ...] = ()
    ) -> Decision:
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
        said = (_say(slot.skip),) if excuse and slot.skip else ()
        return self._next_slot(state, (*lines, *said))

    def _next_slot(self, state: State, lines: tuple[Say, ...]) -> Decision:
        wanted = self._stage(state).slots
        for slot_id in wanted:
            if slot_id not in state.slots and slot_id not in state.skipped:
                return self._ask(replace(state, asking=slot_id), slot_id, lines)
        done = self._move(state.stage, DONE)
        return self._go(state, done, lines) if done else self._resume(state, lines)

    def _ask(self, state: State, slot_id: str, lines: tuple[Say, ...]) -> Decision:
        asks = self._playbook.slots[slot_id].ask
        line = asks[min(state.failures.get(slot_id, 0), len(asks) - 1)]
        return Decision(state, (*lines, _say(line)), expects=f"slot:{slot_id}")

    # -- objections

    def _objected(self, state: State, objection_id: str) -> Decision:
        objection = self._playbook.objection(objection_id)
        if self._pushes_left(state, objection) <= 0:
            return self._go(state, objection.after_fail)
        clarifying = state.step is Step.CLARIFY
        known = state.objection == objection_id or objection_id in state.pushes
        state = replace(state, objection=objection_id)
        if objection.clarify and not clarifying and not known:
            state = replace(state, step=Step.CLARIFY)
            return Decision(state, (_grant(objection), _say(*objection.clarify)))
        acknowledge = () if known or clarifying else (_grant(objection),)
        return self._answer(state, objection, acknowledge)

    def _about_objection(self, state: State, intent: str) -> Decision | None:
        """What follows while an objection is open; None when the turn is about something else."""
        assert state.objection is not None  # noqa: S101  the caller has looked
        objection = self._playbook.objection(state.objection)
        if state.step is Step.CLARIFY and intent in (AFFIRM, DENY, INFORM):
            return self._answer(state, objection, ())
        if intent == AFFIRM:
            settled = replace(state, objection=None, step=None)
            move = self._move(state.stage, AFFIRM)
            return self._go(settled, move) if move else self._resume(settled, ())
        if intent == DENY:
            if self._pushes_left(state, objection) <= 0:
                return self._go(state, objection.after_fail)
            return self._answer(state, objection, ())
        return None

    def _answer(self, state: State, objection: Objection, lines: tuple[Say, ...]) -> Decision:
        pushes = {**state.pushes, objection.id: state.pushes.get(objection.id, 0) + 1}
        state = replace(state, pushes=pushes, objection=objection.id, step=Step.RE_ASK)
        answer = (Say(objection.answer, by_fit=True), _say(*objection.re_ask))
        return Decision(state, (*lines, *answer), expects="yes_no")

    def _pushes_left(self, state: State, objection: Objection) -> int:
        allowed = min(objection.max_attempts, self._playbook.objective.push_level)
        return allowed - state.pushes.get(objection.id, 0)

    # -- moves

    def _move(self, stage_id: str, intent: str) -> Move | None:
        stage = self._playbook.stage(stage_id)
        for way in stage.exits:
            if way.on == intent:
                return way
        if intent in (AFFIRM, DENY, INFORM, DONE):
            return None
        return self._playbook.intent(intent).then

    def _go(self, state: State, move: Move, lines: tuple[Say, ...] = ()) -> Decision:
        lines = (*lines, *(_say(line) for line in move.say))
        state = self._changed(state, move)
        if move.transfer is not None:
            reason = state.reason or move.transfer
            back = move.back or (state.back if self._is_side(state.stage) else state.stage)
            state = replace(_fresh(state, state.stage), back=back, reason=reason)
            return Decision(state, lines, self._transfer(state, reason))
        if move.hang_up:
            return Decision(state, lines, HangUp())
        if move.to == BACK and state.back:
            return self._return(state, lines)
        if move.to in (None, STAY, BACK):
            return self._resume(state, lines)
        if move.to == state.stage and state.asking is not None:
            # The caller asks for what is under way and still owes the answer.
            slot = self._playbook.slots[state.asking]
            return self._slot_failed(state, state.asking, slot, lines)
        return self._enter(state, move.to, lines)

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
            if slot.infer_from in self._stage(state).slots and slot.default is not None
        }
        return replace(state, slots={**implied, **state.slots})

    def _enter(self, state: State, stage_id: str, lines: tuple[Say, ...]) -> Decision:
        stage = self._playbook.stage(stage_id)
        back = state.back
        if self._is_side(stage_id):
            back = back if self._is_side(state.stage) else state.stage
        elif stage_id != state.stage:
            state = self._settle(state)
        state = replace(_fresh(state, stage_id), back=back)
        state, give_up = self._count_close(state)
        if give_up:
            return self._go(state, self._playbook.objective.give_up, lines)
        lines = (*lines, *(_say(line) for line in stage.entry))
        if stage.then is not None:
            return self._go(state, stage.then, lines)
        if stage.slots:
            return self._next_slot(state, lines)
        return Decision(state, lines, expects=self._expects(state))

    def _return(self, state: State, lines: tuple[Say, ...]) -> Decision:
        """From a side stage back to the open question of the one before."""
        state, give_up = self._count_close(_fresh(replace(state, reason=""), state.back))
        if give_up:
            return self._go(state, self._playbook.objective.give_up, lines)
        return self._resume(state, lines)

    def _count_close(self, state: State) -> tuple[State, bool]:
        """Coming to a closing stage is an attempt; the flag tells when it is one too many."""
        if not self._stage(state).closing:
            return state, False
        state = replace(_asked(state), closes=state.closes + 1)
        return state, state.closes > self._playbook.objective.max_close_attempts

    def _resume(self, state: State, lines: tuple[Say, ...]) -> Decision:
        """Back to the question that is open, or on by the fallback after too many turns here."""
        if state.resuming and self._repair.resume is not None:
            return Decision(state, (*lines, Say(self._repair.resume.ask)), expects="yes_no")
        stage = self._stage(state)
        if self._worn_out(state):
            return self._go(state, stage.fallback, lines)
        if stage.then is not None:
            return self._go(state, stage.then, (*lines, *(_say(line) for line in stage.entry[-1:])))
        if state.checking is not None:
            check = self._playbook.check(state.checking)
            return Decision(state, (*lines, _say(check or "")), expects="yes_no")
        if state.confirming is not None:
            confirm = self._playbook.slots[state.confirming].confirm
            return Decision(state, (*lines, _say(confirm or "")), expects="yes_no")
        if state.objection is not None:
            objection = self._playbook.objection(state.objection)
            asked = objection.clarify if state.step is Step.CLARIFY else objection.re_ask
            return Decision(state, (*lines, _say(*asked)), expects=self._expects(state))
        if state.asking is not None:
            return self._ask(state, state.asking, lines)
        if self._open_slots(state):
            return self._next_slot(state, lines)
        question = stage.again or stage.entry[-1:]
        if state.signalled_at is not None and stage.trial_close:
            state, question = _asked(state), stage.trial_close
        return Decision(state, (*lines, _say(*question)), expects=self._expects(state))

    def _not_understood(self, state: State, heard: Understanding) -> Decision:
        check = self._worth_a_check(state, heard)
        state = replace(state, misses=state.misses + 1)
        if state.step is Step.CLARIFY and state.objection is not None:
            # Any words are an answer to "what is it about that?".
            return self._answer(
                replace(state, misses=0), self._playbook.objection(state.objection), ()
            )
        if check is not None:
            return self._resume(replace(state, checking=heard.guess), ())
        if state.asking is not None:
            return self._slot_failed(state, state.asking, self._playbook.slots[state.asking])
        stage = self._stage(state)
        if state.misses >= _MAX_MISSES or self._worn_out(state):
            return self._go(state, stage.fallback)
        return self._resume(state, (_say(*self._repair.no_match),))

    def _worth_a_check(self, state: State, heard: Understanding) -> str | None:
        """The line that asks whether the guess was meant; once, before the caller is handed on."""
        if heard.guess is None or state.misses:
            return None
        return self._playbook.check(heard.guess)

    def _meant(self, label: str) -> Understanding:
        """What the caller has just said yes to."""
        if any(objection.id == label for objection in self._playbook.objections):
            return Understanding("objection", objection=label, source="expected")
        return Understanding(label, source="expected")

    def _ask_openly(self, state: State) -> Decision:
        """After a no to a guess; it stays a turn that was not understood."""
        openly = _say(*filter(None, [self._repair.not_that]))
        if not openly.candidates or state.asking is not None:
            return self._resume(state, (_say(self._repair.no_match[-1]),))
        return Decision(state, (openly,))

    # -- buying signals

    def _signalled(self, state: State, intent: str) -> State:
        if not any(i.id == intent and i.buying_signal for i in self._playbook.intents):
            return state
        first = state.heard if state.signalled_at is None else state.signalled_at
        return replace(state, signals=state.signals + 1, signalled_at=first)

    # -- small things

    def _stage(self, state: State) -> Stage:
        return self._playbook.stage(state.stage)

    def _worn_out(self, state: State) -> bool:
        """Whether a stage has had its turns, and its fallback leads out of it."""
        stage = self._stage(state)
        stays = stage.fallback.to in (STAY, stage.id)
        return state.turns > stage.max_turns and stage.then is None and not stays

    def _is_side(self, stage_id: str) -> bool:
        return any(way.to == BACK for way in self._playbook.stage(stage_id).exits)

    def _open_slots(self, state: State) -> bool:
        return any(
            s not in state.slots and s not in state.skipped for s in self._stage(state).slots
        )

    def _expects(self, state: State) -> str | None:
        if state.resuming or state.checking is not None:
            return "yes_no"
        if state.step is not None:
            return "yes_no" if state.step is Step.RE_ASK else None
        if state.confirming is not None:
            return "yes_no"
        return f"slot:{state.asking}" if state.asking else self._stage(state).expects


def _say(*candidates: str) -> Say:
    return Say(candidates)


def _grant(objection: Objection) -> Say:
    return Say(objection.acknowledge, pause_s=_THOUGHTFUL_S)


def _fresh(state: State, stage_id: str) -> State:
    """The state on arrival in a stage: nothing open."""
    return replace(
        state, stage=stage_id, asking=None, confirming=None, checking=None, replaced=None,
        objection=None, step=None, misses=0, turns=0, resuming=False,
    )  # fmt: skip


def _asked(state: State) -> State:
    """The caller is asked for the order: a buying signal before it has had its answer."""
    if state.signalled_at is None:
        return state
    waited = state.heard - state.signalled_at
    return replace(state, signalled_at=None, asked_after=(*state.asked_after, waited))
