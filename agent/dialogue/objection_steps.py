"""Reasons not to buy: granted, looked into, answered, asked again, given way to."""

from dataclasses import replace

from agent.dialogue.course import Course, say
from agent.dialogue.playbook import Objection, Playbook
from agent.dialogue.state import Decision, Say, State, Step
from agent.dialogue.understanding import AFFIRM, DENY, INFORM

# Good sellers slow down at an objection: it is granted, then comes a breath, then the answer.
_THOUGHTFUL_S = 0.4


class ObjectionSteps:
    """What follows an objection."""

    def __init__(self, playbook: Playbook, course: Course) -> None:
        self._playbook = playbook
        self._course = course

    def raised(self, state: State, objection_id: str) -> Decision:
        """An objection, new or once more."""
        objection = self._playbook.objection(objection_id)
        if self._pushes_left(state, objection) <= 0:
            return self._course.go(state, objection.after_fail)
        clarifying = state.step is Step.CLARIFY
        known = state.objection == objection_id or objection_id in state.pushes
        state = replace(state, objection=objection_id)
        if objection.clarify and not clarifying and not known:
            state = replace(state, step=Step.CLARIFY)
            return Decision(state, (_grant(objection), say(*objection.clarify)))
        acknowledge = () if known or clarifying else (_grant(objection),)
        return self.answer(state, objection, acknowledge)

    def followed_up(self, state: State, intent: str) -> Decision | None:
        """What follows while an objection is open; None when the turn is about something else."""
        assert state.objection is not None  # noqa: S101  the caller has looked
        objection = self._playbook.objection(state.objection)
        if state.step is Step.CLARIFY and intent in (AFFIRM, DENY, INFORM):
            return self.answer(state, objection, ())
        if intent == AFFIRM:
            settled = replace(state, objection=None, step=None)
            move = self._course.move(state.stage, AFFIRM)
            return self._course.go(settled, move) if move else self._course.resume(settled, ())
        if intent == DENY:
            if self._pushes_left(state, objection) <= 0:
                return self._course.go(state, objection.after_fail)
            return self.answer(state, objection, ())
        return None

    def answer(self, state: State, objection: Objection, lines: tuple[Say, ...]) -> Decision:
        """One more answer to it and the question again, after these lines."""
        pushes = {**state.pushes, objection.id: state.pushes.get(objection.id, 0) + 1}
        state = replace(state, pushes=pushes, objection=objection.id, step=Step.RE_ASK)
        answer = (Say(objection.answer, by_fit=True), say(*objection.re_ask))
        return Decision(state, (*lines, *answer), expects="yes_no")

    def _pushes_left(self, state: State, objection: Objection) -> int:
        allowed = min(objection.max_attempts, self._playbook.objective.push_level)
        return allowed - state.pushes.get(objection.id, 0)


def _grant(objection: Objection) -> Say:
    return Say(objection.acknowledge, pause_s=_THOUGHTFUL_S)
