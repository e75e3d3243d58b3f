"""What a blind test found: differences by group, whether raters agree, whether they could tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import stdev

from agent.evaluation.agreement.statistics import Agreement, Estimate, agreement, mean_kappa
from agent.evaluation.blindtest.candidate import Arm
from agent.evaluation.blindtest.guesses import ARMS, Believed, GuessRate, by_belief, guess_rates
from agent.evaluation.blindtest.kit import Key, Kit, Protocol
from agent.evaluation.blindtest.power import (
    LEAST_EFFECT,
    effect_told,
    pairs_not_worse,
    pairs_to_tell,
)
from agent.evaluation.blindtest.ratings import Ratings, Score
from agent.evaluation.blindtest.unblinding import JudgedPair, judged_pairs
from agent.evaluation.comparison.statistics import Difference, compare, mean_interval
from agent.evaluation.rubric.criteria import Criterion, Group

_FEWEST_PAIRS = 2
# Of fewer scenarios no interval can be drawn: pairs are drawn instead. With fewer pairs nothing can
# be shown: five differences that all point one way may be chance at 0.05.
FEWEST_CLUSTERS = 6
_Scores = list[Score | None]


@dataclass(frozen=True, slots=True)
class GroupFinding:
    """Agent less people in one group; scores go from 0 to 1.

    `effect` is the mean difference over its SD. `at_worst` is the lower end of the one-sided
    interval at 1 - alpha; None with too few pairs to say. `told` is the least difference that so
    many pairs show four times in five; `needed` and `needed_not_worse` are pairs for the difference
    seen, and for 'not worse' where there is none.
    """

    group: Group
    difference: Difference
    spread: float
    effect: float | None
    at_worst: float | None
    told: float | None
    needed: int | None
    needed_not_worse: int


@dataclass(frozen=True, slots=True)
class Against:
    """The agent against all people, or those of one tier. `clusters` counts scenarios."""

    whom: str
    pairs: int
    clusters: int
    groups: tuple[GroupFinding, ...]


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """Two raters' before the third decided. `overall` and `groups` are mean weighted kappas."""

    overall: Estimate
    groups: Mapping[Group, Estimate]
    criteria: Mapping[str, Agreement]
    one_said_na: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A rater's note on a call."""

    arm: Arm
    call: str
    rater: str
    text: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it. `against` has all people first."""

    protocol: Protocol
    test: str
    pairs: int
    rated: int
    missing: tuple[str, ...]
    against: tuple[Against, ...]
    agreement: RaterAgreement
    guesses: tuple[GuessRate, ...]
    believed: tuple[Believed, ...]
    remarks: tuple[Remark, ...]

    @property
    def could_tell(self) -> bool:
        """Whether raters knew agent from human more often than by chance."""
        return bool(self.guesses) and self.guesses[0].p < self.protocol.alpha

    @property
    def raters_agree(self) -> bool:
        """Whether scores mean enough to conclude anything from them."""
        return self.agrees(self.agreement.overall)

    def agrees(self, kappa: Estimate) -> bool:
        """Whether a kappa is as high as was asked for beforehand; not where it is undefined."""
        return kappa.value is not None and kappa.value >= self.protocol.least_agreement


def shown(one: GroupFinding, protocol: Protocol) -> bool:
    """Whether a difference is beyond chance: by its test, and by its interval.

    The primary group goes by its own p, the others by Holm's. The test takes pairs for independent
    and alone finds too much where scenarios differ (tests/bench/blindtest.py); the interval draws
    scenarios.
    """
    found = one.difference
    p = found.p if one.group == protocol.primary else found.p_holm
    return p < protocol.alpha and not found.low <= 0.0 <= found.high


def find(kit: Kit, key: Key, ratings: Ratings) -> Findings:
    """Join scores and key, and test as the kit's protocol says."""
    pairs = judged_pairs(kit, key, ratings)
    groups = {one.id: one.group for one in kit.criteria}
    tiers = [tier for tier in ("top", "middle", "weak") if any(p.tier == tier for p in pairs)]
    parts = [("all people", pairs)]
    parts += [(f"{tier} people", tuple(p for p in pairs if p.tier == tier)) for tier in tiers]
    return Findings(
        protocol=kit.protocol,
        test=kit.test,
        pairs=len(key.pairs),
        rated=len(pairs),
        missing=ratings.missing,
        against=tuple(against(whom, part, kit) for whom, part in parts),
        agreement=_agreement(kit, ratings),
        guesses=guess_rates(pairs),
        believed=by_belief(pairs, groups),
        remarks=tuple(_remarks(pairs)),
    )


def against(whom: str, pairs: Sequence[JudgedPair], kit: Kit) -> Against:
    """The agent against the people of these pairs, group by group.

    Intervals draw scenarios, or pairs where there are fewer than FEWEST_CLUSTERS.
    """
    groups = list(dict.fromkeys(one.group for one in kit.criteria))
    human, agent = (
        {str(group): [pair.of(arm).groups[group] for pair in pairs] for group in groups}
        for arm in ARMS
    )
    scenarios = [pair.scenario for pair in pairs]
    clusters = len(set(scenarios))
    if clusters < FEWEST_CLUSTERS:
        scenarios = [str(at) for at in range(len(pairs))]
    found = {one.measure: one for one in compare(human, agent, scenarios)}
    return Against(
        whom=whom,
        pairs=len(pairs),
        clusters=clusters,
        groups=tuple(
            _group(group, found[group], human[group], agent[group], scenarios, kit.protocol)
            for group in groups
            if group in found
        ),
    )


def _remarks(pairs: Sequence[JudgedPair]) -> Iterator[Remark]:
    for arm in ARMS:
        for pair in pairs:
            call = pair.of(arm)
            for rating in call.ratings:
                if rating.answer.notes.strip():
                    yield Remark(arm, call.call.call, rating.rater, rating.answer.notes.strip())


def _group(
    group: Group,
    difference: Difference,
    human: Sequence[float | None],
    agent: Sequence[float | None],
    scenarios: Sequence[str],
    protocol: Protocol,
) -> GroupFinding:
    both = [
        (b - a, scenario)
        for a, b, scenario in zip(human, agent, scenarios, strict=True)
        if a is not None and b is not None
    ]
    changes = [change for change, _ in both]
    spread = stdev(changes) if len(changes) >= _FEWEST_PAIRS else 0.0
    effect = difference.change / spread if spread else None
    told = effect_told(len(changes), alpha=protocol.alpha)
    low, _ = mean_interval(changes, [scenario for _, scenario in both], 1 - 2 * protocol.alpha)
    return GroupFinding(
        group=group,
        difference=difference,
        spread=spread,
        effect=effect,
        at_worst=low if len(changes) >= FEWEST_CLUSTERS else None,
        told=None if told is None or not spread else told * spread,
        needed=_needed(effect, protocol),
        needed_not_worse=pairs_not_worse(protocol.margin, spread, alpha=protocol.alpha),
    )


def _needed(effect: float | None, protocol: Protocol) -> int | None:
    if effect is None or abs(effect) < LEAST_EFFECT:
        return None
    return pairs_to_tell(effect, alpha=protocol.alpha)


def _agreement(kit: Kit, ratings: Ratings) -> RaterAgreement:
    scores = {one.id: _of_both(kit, one, ratings) for one in kit.criteria}
    by_group: dict[Group, list[str]] = {}
    for one in kit.criteria:
        by_group.setdefault(one.group, []).append(one.id)
    known = {name: _numbers(*both) for name, both in scores.items()}
    return RaterAgreement(
        overall=mean_kappa(list(known.values())),
        groups={
            group: mean_kappa([known[name] for name in own]) for group, own in by_group.items()
        },
        criteria={name: agreement(*both) for name, both in known.items()},
        one_said_na=sum(
            (a == "NA") != (b == "NA") and a is not None and b is not None
            for both in scores.values()
            for a, b in zip(*both, strict=True)
        ),
    )


def _of_both(
    kit: Kit, criterion: Criterion, ratings: Ratings
) -> tuple[list[Score | None], list[Score | None]]:
    """Each rater's score of every item, None where it was not rated; items in the kit's order."""
    by_rater = {
        (rating.rater, rating.item): rating.answer.scores.get(criterion.id)
        for rating in ratings.ratings
    }
    first, second = ([by_rater.get((rater, item.id)) for item in kit.items] for rater in kit.raters)
    return first, second


def _numbers(first: _Scores, second: _Scores) -> tuple[list[int | None], list[int | None]]:
    def plain(scores: _Scores) -> list[int | None]:
        return [score if isinstance(score, int) else None for score in scores]

    return plain(first), plain(second)
