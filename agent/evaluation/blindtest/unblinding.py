"""Raters' scores and the key together: pairs of calls with what they were given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from agent.evaluation.blindtest.candidate import Arm, Tier
from agent.evaluation.blindtest.kit import Key, KeyCall, Kit
from agent.evaluation.blindtest.ratings import Rating, Ratings, Score
from agent.evaluation.rubric.criteria import Criterion, Group

_FULL = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """One call. `groups` are shares of full marks, None where nothing of a group came up."""

    call: KeyCall
    groups: Mapping[Group, float | None]
    ratings: tuple[Rating, ...]


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair whose calls were both rated."""

    scenario: str
    human: Judged
    agent: Judged

    @property
    def tier(self) -> Tier:
        """The person's."""
        return self.human.call.tier

    def of(self, arm: Arm) -> Judged:
        """The call of one arm."""
        return self.human if arm == "human" else self.agent


def judged_pairs(kit: Kit, key: Key, ratings: Ratings) -> tuple[JudgedPair, ...]:
    """The pairs of which both calls have a rating, in the key's order."""
    return tuple(_pairs(kit, key, ratings))


def _pairs(kit: Kit, key: Key, ratings: Ratings) -> Iterator[JudgedPair]:
    given: dict[str, list[Rating]] = {}
    for rating in ratings.ratings:
        given.setdefault(rating.item, []).append(rating)
    for pair in key.pairs:
        judged = {
            call.arm: _judged(
                kit, call, given.get(call.item, ()), ratings.adjudicated.get(call.item, {})
            )
            for call in pair.calls
        }
        if all(one.ratings for one in judged.values()):
            yield JudgedPair(pair.scenario, judged["human"], judged["agent"])


def _judged(kit: Kit, call: KeyCall, own: Sequence[Rating], third: Mapping[str, Score]) -> Judged:
    final = {one.id: _final(one, own, third) for one in kit.criteria}
    groups: dict[Group, float | None] = {}
    for group in dict.fromkeys(one.group for one in kit.criteria):
        known = [
            score
            for one in kit.criteria
            if one.group == group and (score := final[one.id]) is not None
        ]
        groups[group] = fmean(known) / _FULL if known else None
    return Judged(call, groups, tuple(own))


def _final(
    criterion: Criterion, ratings: Sequence[Rating], third: Mapping[str, Score]
) -> float | None:
    """The third rater's score where there is one, else the mean of those given; None for NA."""
    if criterion.id in third:
        decided = third[criterion.id]
        return float(decided) if isinstance(decided, int) else None
    given = [rating.answer.scores.get(criterion.id) for rating in ratings]
    scores = [score for score in given if isinstance(score, int)]
    return fmean(scores) if scores else None
