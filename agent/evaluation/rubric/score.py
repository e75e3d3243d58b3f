"""A call's scores on the criteria, by rules over its words."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from agent.cloning.grades import CriterionScore
from agent.cloning.mined import MinedFact
from agent.cloning.recorded import Conversation
from agent.evaluation.rubric import closing, drive, introduction, objections, product
from agent.evaluation.rubric.criteria import criteria
from agent.evaluation.rubric.reading import Reading, Verdict

_SCORERS: Mapping[str, Callable[[Reading], Verdict]] = MappingProxyType(
    {
        "A1": introduction.identifies,
        "A2": introduction.states_reason,
        "A3": introduction.asks_permission,
        "A4": introduction.makes_contact,
        "B1": product.tells_core,
        "B3": product.ties_to_need,
        "C1": drive.asks_first,
        "C2": drive.listens,
        "C4": drive.persuades_honestly,
        "C5": drive.takes_up_a_yes,
        "D2": objections.asks_behind,
        "D4": objections.asks_again,
        "E1": closing.asks_for_it,
        "E2": closing.reads_back,
        "E4": closing.takes_leave,
    }
)


def score_call(
    conversation: Conversation,
    facts: tuple[MinedFact, ...] | None = None,
    *,
    company: str = "",
) -> tuple[CriterionScore, ...]:
    """All 22, in order; None where no rule can tell or the chance did not come up."""
    reading = Reading(conversation, facts, company)
    return tuple(_score(criterion.id, reading) for criterion in criteria())


def _score(criterion: str, reading: Reading) -> CriterionScore:
    scorer = _SCORERS.get(criterion)
    if scorer is None:
        return CriterionScore(criterion=criterion, score=None, why="left to people")
    verdict = scorer(reading)
    on = verdict.on
    return CriterionScore(
        criterion=criterion,
        score=verdict.score,
        turn=None if on is None else on.place,
        quote="" if on is None else on.text,
        why=verdict.why,
    )
