"""A call's scores on the criteria, by rules over its words."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from agent.cloning.grades import CriterionScore
from agent.cloning.recorded import Conversation
from agent.evaluation.rubric import (
    clarity,
    closing,
    drive,
    introduction,
    objections,
    product,
)
from agent.evaluation.rubric.criteria import Criterion, OwnCriterion, Rubric, criteria
from agent.evaluation.rubric.knowledge import Knowledge
from agent.evaluation.rubric.own import own_verdict
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Meanings

_SCORERS: Mapping[str, Callable[[Reading], Verdict]] = MappingProxyType(
    {
        "A1": introduction.identifies,
        "A2": introduction.states_reason,
        "A3": introduction.asks_permission,
        "A4": introduction.makes_contact,
        "B1": product.tells_core,
        "B2": product.tells_truth,
        "B3": product.ties_to_need,
        "B4": clarity.is_clear,
        "B5": clarity.answers_questions,
        "C1": drive.asks_first,
        "C2": drive.listens,
        "C3": drive.leads,
        "C4": drive.persuades_honestly,
        "C5": drive.takes_up_a_yes,
        "D1": objections.accepts,
        "D2": objections.asks_behind,
        "D3": objections.answers,
        "D4": objections.asks_again,
        "E1": closing.asks_for_it,
        "E2": closing.reads_back,
        "E4": closing.takes_leave,
    }
)


def score_call(
    conversation: Conversation,
    knowledge: Knowledge | None = None,
    *,
    company: str = "",
    rubric: Rubric | None = None,
    meanings: Meanings = (),
) -> tuple[CriterionScore, ...]:
    """Every criterion in order, by default the 22; None where no rule can tell or the chance did
    not come up. `company`: its name as agents say it. `meanings`: what sentences do that phrases
    may not tell (see `meaning`).
    """
    reading = Reading(conversation, knowledge, company, meanings)
    return tuple(_score(criterion, reading) for criterion in rubric or criteria())


def _score(criterion: Criterion, reading: Reading) -> CriterionScore:
    if isinstance(criterion, OwnCriterion):
        return _grounded(criterion.id, own_verdict(criterion, reading), reading)
    scorer = _SCORERS.get(criterion.id)
    if scorer is None:
        return CriterionScore(criterion=criterion.id, score=None, why="left to people")
    return _grounded(criterion.id, scorer(reading), reading)


def _grounded(criterion: str, verdict: Verdict, reading: Reading) -> CriterionScore:
    """No score without words of the call that it stands on."""
    on = verdict.on
    if on is None or on.text not in reading.turns[on.place].text:
        why = verdict.why if verdict.score is None else "there are no words to score it by"
        return CriterionScore(criterion=criterion, score=None, why=why)
    return CriterionScore(
        criterion=criterion, score=verdict.score, turn=on.place, quote=on.text, why=verdict.why
    )
