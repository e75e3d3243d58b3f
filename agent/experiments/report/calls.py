"""What each call of an experiment counts for, by its record and by its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.cloning.recorded import Conversation, Turn
from agent.evaluation.group_scores import group_scores
from agent.evaluation.rubric.criteria import Group
from agent.evaluation.rubric.score import score_call
from agent.evaluation.rubric.speech import by, sentences_of
from agent.evaluation.simulation.gates import discloses
from agent.experiments.store import RecordedCall
from agent.records import models
from agent.records.models import Speaker
from agent.records.records import DO_NOT_CALL, NOT_KEPT

MISSED, UNDISCLOSED = "do-not-call missed", "not disclosed"
GATES = (MISSED, UNDISCLOSED)


@dataclass(frozen=True, slots=True)
class CountedCall:
    """One ended call. `rubric` has the groups that came up, from 0 to 1; none without words.

    `gates` says for each gate that there was an opportunity to break whether it was broken.
    """

    call_id: str
    variant: str
    unit: str
    success: bool
    handed_over: bool
    hung_up: bool
    minutes: float
    rubric: Mapping[Group, float]
    gates: Mapping[str, bool]


def counted(recorded: RecordedCall, success: frozenset[str]) -> CountedCall:
    """A call whose outcome is one of `success` succeeded; every other one did not."""
    call, said = recorded.call, _conversation(recorded)
    return CountedCall(
        call_id=call.id,
        variant=recorded.assigned.variant,
        unit=recorded.assigned.unit,
        success=bool(success & {call.outcome, call.disposition}),
        handed_over=call.transfer_queue is not None,
        hung_up=call.ended_by == "caller" and not call.disposition,
        minutes=(call.duration_s or 0.0) / 60,
        rubric=group_scores(score_call(said)) if said.turns else {},
        gates=dict(_gates(recorded, said)) if said.turns else {},
    )


def _gates(recorded: RecordedCall, said: Conversation) -> list[tuple[str, bool]]:
    """Whether the agent obeyed is told by the record, whether it was asked to by the words."""
    gates = []
    if any("do_not_call" in sentence.cues for sentence in by("customer", sentences_of(said))):
        obeyed = recorded.removed or recorded.call.disposition == DO_NOT_CALL
        gates.append((MISSED, not obeyed))
    agents = [turn for turn in said.turns if turn.speaker == "agent"]
    # Who hung up in the middle of the greeting could not be told.
    first = next((turn for turn in recorded.turns if turn.speaker is Speaker.AGENT), None)
    if first is not None and (not first.interrupted or len(agents) > 1):
        gates.append((UNDISCLOSED, not any(discloses(turn.text) for turn in agents)))
    return gates


def _conversation(recorded: RecordedCall) -> Conversation:
    """What was really heard; empty where the words are not kept."""
    kept = [turn for turn in recorded.turns if turn.text != NOT_KEPT]
    turns = tuple(_turn(turn) for turn in kept) if len(kept) == len(recorded.turns) else ()
    return Conversation(call=recorded.call.id, source="recognised", turns=turns)


def _turn(turn: models.Turn) -> Turn:
    return Turn(
        speaker="agent" if turn.speaker is Speaker.AGENT else "customer",
        start=turn.start_s,
        end=turn.end_s,
        text=turn.text if turn.heard_text is None else turn.heard_text,
    )
