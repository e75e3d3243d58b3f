"""What comes next, as a pure function of the state and what was understood.

    exit of the stage  >  the intent's own move  >  the open question again
    objection:  acknowledge + clarify  ->  answer + re-ask  ->  other answer + re-ask  ->  give way
    slot:       ask  ->  ask again  ->  (read back)  ->  next, or give the slot up
    unsure:     ask whether the guess was meant, or again  ->  the stage's fallback

Everything it decides with is in the playbook; `table` prints it.
"""

from collections.abc import Mapping
from dataclasses import replace

from agent.dialogue.course import Course, fresh, say
from agent.dialogue.objection_steps import ObjectionSteps
from agent.dialogue.playbook import Playbook
from agent.dialogue.reply import Action, Continue, HangUp, Transfer
from agent.dialogue.slot_answers import SlotAnswers
from agent.dialogue.state import Decision, Row, Say, State, Step
from agent.dialogue.transitions import transition_table
from agent.dialogue.understanding import AFFIRM, DENY, INFORM, NONE, REPEAT, Understanding

# The second turn in a row that is not understood leaves the stage by its fallback.
_MAX_MISSES = 2
# The reason of a transfer that a supervisor has ordered.
ORDERED = "ordered"


class Strategy:
    """The decisions of one playbook; holds no call's state."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._repair = playbook.repair
        self._course = Course(playbook)
        self._slots = SlotAnswers(playbook, self._course)
        self._objections = ObjectionSteps(playbook, self._course)

    # -- entry points

    def open(self) -> Decision:
        """The first turn of a call."""
        return self._course.enter(State(self._playbook.start), self._playbook.start, ())

    def open_outbound(self, state: State) -> Decision:
        """The first turn of a call that the agent has placed."""
        outbound = self._playbook.outbound
        return self._course.enter(state, outbound.start if outbound else self._playbook.start, ())

    def answered_by_machine(self, state: State, disposition: str, *, message: bool) -> Decision:
        """The end of a call that no person has answered, after the message if there is one."""
        outbound = self._playbook.outbound
        line = outbound.voicemail if outbound and message else None
        lines = (say(line),) if line is not None else ()
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
        too_long = self._course.go(replace(state, all_turns=0), objective.too_long)
        return _by("the call goes round in circles", too_long)

    def _decide(self, state: State, heard: Understanding) -> Decision:
        before, changed = state, self._slots.changed(state, heard)
        state = replace(
            self._slots.fill(state, heard), turns=state.turns + 1, heard=state.heard + 1
        )
        if state.resuming:
            decision = self._about_resuming(state, heard)
            if decision is not None:
                return _by("whether to go on with the earlier call", decision)
        if state.checking is not None and heard.intent != REPEAT:
            if heard.intent == AFFIRM:
                heard = self._meant(state.checking)
            state = replace(state, checking=None)
            if heard.intent == DENY:
                return _by("a no to the guess", self._ask_openly(state))
        if changed is not None:
            contradicted = self._slots.contradicted(
                replace(state, misses=0), changed, before.slots[changed]
            )
            return _by(f"the caller changes {changed}", contradicted)
        if heard.intent == NONE or self._worth_a_check(state, heard):
            return self._not_understood(state, heard)
        state = self._signalled(replace(state, misses=0), heard.intent)
        if heard.intent == REPEAT and not self._course.worn_out(state):
            again = self._course.resume(state, ())
            again = replace(again, lines=(say(self._repair.repeat),), repeat=True)
            return _by("asked to say it again", again)
        if heard.objection is not None:
            return _by("an objection", self._objections.raised(state, heard.objection))
        return self._understood(state, heard)

    def _understood(self, state: State, heard: Understanding) -> Decision:
        if state.confirming is not None and heard.intent in (AFFIRM, DENY):
            slot, yes = state.confirming, heard.intent == AFFIRM
            confirmed = self._slots.confirmed(state, slot, yes=yes)
            return _by(f"{slot} read back: {'right' if yes else 'wrong'}", confirmed)
        if state.asking is not None and state.objection is None and heard.intent == INFORM:
            answered = self._slots.answered(replace(state, second=heard.second), state.asking)
            return _by(f"an answer for {state.asking}", answered)
        if state.objection is not None:
            decision = self._objections.followed_up(state, heard.intent)
            if decision is not None:
                return _by(f"the objection {state.objection} goes on", decision)
        move = self._course.move(state.stage, heard.intent)
        if move is None:
            return _by("no move for it: the open question again", self._course.resume(state, ()))
        own = move in self._course.stage(state).exits
        rule = "an exit of the stage" if own else "the intent's own move"
        return _by(rule, self._course.go(state, move))

    def soothe(self, state: State, decision: Decision) -> Decision:
        """What is done for an angry caller in the place of a decision that would go on as usual."""
        rules = self._playbook.mood
        if rules is None or state.soothed or not isinstance(decision.action, Continue):
            return decision
        angry = self._course.go(replace(decision.state, soothed=True), rules.angry)
        return _by("an angry caller", angry)

    def silence(self, state: State, count: int) -> Decision:
        """The reply to nothing: prompt, rephrase, then the end."""
        prompts = self._repair.no_input
        if count > len(prompts):
            return self._course.go(state, self._repair.no_input_end)
        if count == 1:
            return Decision(state, (say(prompts[0]),), expects=self._course.expects(state))
        return self._course.resume(state, (say(prompts[count - 1]),))

    def returned(self, state: State, result: str) -> Decision:
        """The caller is back from a queue where nobody answered."""
        lines = self._repair.returned
        line = lines.get(result, lines["default"])
        back = state.back or state.stage
        state = replace(fresh(state, self._repair.returned_to), back=back, queue=None, reason="")
        return Decision(state, (say(line),), expects=self._course.expects(state))

    def busy(self, state: State, told: Mapping[str, str]) -> Decision:
        """Instead of a transfer: nobody is free, and the caller may choose what to do.

        `told` are the playbook variables that describe the queue.
        """
        stage = self._playbook.stage(self._repair.busy_to or state.stage)
        state = replace(fresh(state, stage.id), queue=told)
        busy = Decision(state, (say(*self._repair.busy),), expects=self._course.expects(state))
        return _by("nobody in the queue is free", busy)

    def rang_back(self, state: State) -> Decision:
        """The caller of an unfinished call, in a new one: who speaks, and whether to go on."""
        rules = self._playbook.compliance
        notices = dict.fromkeys((rules.ai_disclosure, rules.recording_notice))
        state = replace(
            state, resuming=True, misses=0, turns=0, disposition="", queue=None, reason=""
        )
        return self._course.resume(state, tuple(say(line) for line in notices))

    def taken_back(self, state: State, pending: Action | None) -> Decision:
        """The agent is back in a call that it lost; `pending` is the end of a turn cut off."""
        lines = (say(self._repair.resume.lost),) if self._repair.resume else ()
        if pending is None:
            return self._course.resume(state, lines)
        return Decision(state, lines, pending, self._course.expects(state), repeat=True)

    def put_through(self, state: State, queue: str) -> Decision:
        """A supervisor has decided that the caller goes to this queue."""
        transfer = Transfer(queue, ORDERED)
        return Decision(
            replace(state, reason=ORDERED), _perhaps(self._repair.put_through), transfer
        )

    def say_goodbye(self, state: State) -> Decision:
        """A supervisor has decided that the call is over."""
        return Decision(state, _perhaps(self._repair.goodbye), HangUp())

    def refuse_card(self, state: State) -> Decision:
        """Payment digits arrived by keypad."""
        refused = self._course.resume(state, (say(self._repair.card_refused),))
        return _by("card numbers are refused", refused)

    def table(self) -> tuple[Row, ...]:
        """Every transition of the playbook, in its order; "*" is every stage."""
        return transition_table(self._playbook)

    # -- a call that broke off

    def _about_resuming(self, state: State, heard: Understanding) -> Decision | None:
        """The answer to "shall we go on?"; None when the turn is about something else."""
        resume = self._repair.resume
        if resume is None or heard.intent == DENY:
            return self._anew((say(resume.anew),) if resume else ())
        if heard.intent == NONE:
            state = replace(state, misses=state.misses + 1)
            apologies = self._repair.no_match
            if state.misses > len(apologies):
                return self._anew((say(resume.anew),))
            return self._course.resume(state, (say(apologies[state.misses - 1]),))
        if heard.intent in (AFFIRM, INFORM):
            return self._course.resume(
                replace(state, resuming=False, misses=0), (say(resume.go_on),)
            )
        if heard.objection is not None:
            return self._decide(replace(state, resuming=False), heard)
        return None

    def _anew(self, lines: tuple[Say, ...]) -> Decision:
        """From the call's beginning, without the notices that this call began with."""
        rules = self._playbook.compliance
        notices = {rules.ai_disclosure, rules.recording_notice}
        decision = self._course.enter(State(self._playbook.start), self._playbook.start, lines)
        kept = tuple(say for say in decision.lines if not notices & set(say.candidates))
        return replace(decision, lines=kept)

    # -- objections

    def _not_understood(self, state: State, heard: Understanding) -> Decision:
        check = self._worth_a_check(state, heard)
        state = replace(state, misses=state.misses + 1)
        if state.step is Step.CLARIFY and state.objection is not None:
            # Any words are an answer to "what is it about that?".
            answer = self._objections.answer(
                replace(state, misses=0), self._playbook.objection(state.objection), ()
            )
            return _by("any words answer what was asked about the objection", answer)
        if check is not None:
            checked = self._course.resume(replace(state, checking=heard.guess), ())
            return _by("unsure: asks whether the guess was meant", checked)
        if state.asking is not None:
            slot = self._playbook.slots[state.asking]
            failed = self._course.slot_failed(state, state.asking, slot)
            return _by(f"no answer for {state.asking}", failed)
        stage = self._course.stage(state)
        if state.misses >= _MAX_MISSES or self._course.worn_out(state):
            return _by("the stage's fallback", self._course.go(state, stage.fallback))
        again = self._course.resume(state, (say(*self._repair.no_match),))
        return _by("not understood: asks again", again)

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
        openly = say(*filter(None, [self._repair.not_that]))
        if not openly.candidates or state.asking is not None:
            return self._course.resume(state, (say(self._repair.no_match[-1]),))
        return Decision(state, (openly,))

    # -- buying signals

    def _signalled(self, state: State, intent: str) -> State:
        if not any(i.id == intent and i.buying_signal for i in self._playbook.intents):
            return state
        first = state.heard if state.signalled_at is None else state.signalled_at
        return replace(state, signals=state.signals + 1, signalled_at=first)


def _by(rule: str, decision: Decision) -> Decision:
    """With the rule that decided, unless an inner one has."""
    return decision if decision.by else replace(decision, by=rule)


def _perhaps(line_id: str | None) -> tuple[Say, ...]:
    return (say(line_id),) if line_id is not None else ()
