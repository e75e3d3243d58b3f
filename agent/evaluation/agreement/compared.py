"""The software's scores held against people's scorecards."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.evaluation.agreement.cards import Cards
from agent.evaluation.agreement.statistics import Agreement, Estimate, agreement, mean_kappa
from agent.evaluation.rubric.criteria import Criterion, Rubric

GOOD_KAPPA = 0.6

Given = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion. `abstained`: calls that people scored and the software did not."""

    criterion: Criterion
    agreement: Agreement
    abstained: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`calls` were scored by both; `missing` are on the cards only, `uncarded` have no card."""

    calls: tuple[str, ...]
    missing: tuple[str, ...]
    uncarded: tuple[str, ...]
    criteria: tuple[Compared, ...]
    mean: Estimate

    @property
    def good(self) -> int:
        """Criteria whose kappa reaches 0.6."""
        return sum((one.agreement.kappa.value or 0) >= GOOD_KAPPA for one in self.criteria)


def compare(rubric: Rubric, ours: Given, cards: Cards) -> Comparison:
    """Criteria that nobody scored on a card are left out."""
    calls = tuple(call for call in ours if call in cards)
    criteria, columns = [], []
    for criterion in rubric:
        theirs = [cards[call].get(criterion.id.upper()) for call in calls]
        if all(score is None for score in theirs):
            continue
        own = [ours[call].get(criterion.id) for call in calls]
        abstained = sum(
            one is not None and other is None for one, other in zip(theirs, own, strict=True)
        )
        criteria.append(Compared(criterion, agreement(theirs, own), abstained))
        columns.append((theirs, own))
    return Comparison(
        calls=calls,
        missing=tuple(call for call in cards if call not in ours),
        uncarded=tuple(call for call in ours if call not in cards),
        criteria=tuple(criteria),
        mean=mean_kappa(columns),
    )
