"""'Human or AI?': whether raters could tell, and what their scores are by what they thought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from scipy import stats

from agent.evaluation.blindtest.candidate import Arm
from agent.evaluation.blindtest.unblinding import JudgedPair
from agent.evaluation.rubric.criteria import Group

_CHANCE = 0.5
ARMS: tuple[Arm, Arm] = ("human", "agent")


@dataclass(frozen=True, slots=True)
class GuessRate:
    """How often a guess was right, with its exact 95 % interval (Clopper and Pearson).

    `p` is that of the exact binomial test against 50 %, one-sided: above chance.
    """

    who: str
    right: int
    total: int
    low: float
    high: float
    p: float

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.right / self.total


@dataclass(frozen=True, slots=True)
class Believed:
    """Mean group scores of one arm's calls that raters took for `guessed`, by those raters."""

    arm: Arm
    guessed: Arm
    judgments: int
    groups: Mapping[Group, float | None]


def guess_rates(pairs: Sequence[JudgedPair]) -> tuple[GuessRate, ...]:
    """All raters together first, then each; those who guessed nothing are left out.

    Together, two raters' guesses on one call count as two.
    """
    made: dict[str, list[bool]] = {"all": []}
    for pair in pairs:
        for arm in ARMS:
            for rating in pair.of(arm).ratings:
                if rating.answer.arm is not None:
                    right = rating.answer.arm == arm
                    made["all"].append(right)
                    made.setdefault(rating.rater, []).append(right)
    return tuple(_rate(who, guesses) for who, guesses in made.items() if guesses)


def by_belief(pairs: Sequence[JudgedPair], groups: Mapping[str, Group]) -> tuple[Believed, ...]:
    """The raters' own scores, by arm and by what they took it for; `groups` by criterion."""
    found = []
    for arm in ARMS:
        for guessed in ARMS:
            answers = [
                rating.answer
                for pair in pairs
                for rating in pair.of(arm).ratings
                if rating.answer.arm == guessed
            ]
            scores: dict[Group, list[int]] = {group: [] for group in groups.values()}
            for answer in answers:
                for criterion, score in answer.scores.items():
                    if isinstance(score, int):
                        scores[groups[criterion]].append(score)
            means = {group: fmean(own) / 2 if own else None for group, own in scores.items()}
            found.append(Believed(arm, guessed, len(answers), means))
    return tuple(found)


def _rate(who: str, guesses: Sequence[bool]) -> GuessRate:
    right, total = sum(guesses), len(guesses)
    interval = stats.binomtest(right, total, _CHANCE).proportion_ci(method="exact")
    above = stats.binomtest(right, total, _CHANCE, alternative="greater").pvalue
    return GuessRate(who, right, total, float(interval.low), float(interval.high), float(above))
