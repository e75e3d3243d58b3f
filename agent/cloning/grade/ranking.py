"""Agents in order, their tiers, and how much a statement of theirs weighs.

Two voices: outcomes, as the probability that an agent is better than all together; and quality,
the mean rubric score among the agents'. Outcomes rank, for they are what the calls are for; the
lower end of the interval keeps luck with a few calls from leading. Quality breaks ties, and decides
with outcomes who is top or weak: the top set has to be good by both, so that neither luck nor
smoothness makes a model of somebody. Where few calls leave outcomes undecided, quality that stands
out decides: who is far below the others is weak and comes last, unless many wins prove otherwise.
Without outcomes quality speaks alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist, fmean, pstdev
from typing import Literal

from agent.cloning.grade.chances import Outcome
from agent.cloning.grade.endings import decided
from agent.cloning.grade.judged import JudgedCall
from agent.cloning.grade.standing import Standing, Standings, standings
from agent.cloning.grades import AgentGrade

Tier = Literal["top", "middle", "weak"]

_TOP_SHARE = 1 / 3
_PROVEN, _BETTER, _AS_GOOD, _WORSE = 0.9, 0.6, 0.45, 0.33
# Quality in standard deviations of the agents'.
_NOT_POOR, _POOR = -0.5, -0.5
_FINE, _FAR_BELOW = 0.5, -1.5
_BREACHED_CALLS, _BREACHED_SHARE = 3, 0.25
_TRUST: Mapping[Tier, tuple[float, float]] = {
    "top": (0.8, 0.95),
    "middle": (0.4, 0.7),
    "weak": (0.05, 0.3),
}
# The lower end of an 80 % interval, in standard deviations.
_LOW = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The agents, best first, and what they were compared by."""

    agents: tuple[AgentGrade, ...]
    by_outcome: bool
    considered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    agent: str
    calls: int
    quality: float | None
    quality_low: float
    z: float
    breached: int
    standing: Standing | None

    @property
    def order(self) -> tuple[bool, float, float, str]:
        low = self.standing.low if self.standing else 0.0
        return self.is_far_below, -low, -self.quality_low, self.agent

    @property
    def better(self) -> float:
        return self.standing.better if self.standing else NormalDist().cdf(self.z)

    @property
    def is_good(self) -> bool:
        """Better by outcomes and not poor by quality, or as good and finer."""
        if self.breaks_rules:
            return False
        better = self.better >= _BETTER and self.z >= _NOT_POOR
        return better or (self.better >= _AS_GOOD and self.z >= _FINE)

    @property
    def is_far_below(self) -> bool:
        """So poor by quality that a few wins do not speak for them: they may be false."""
        return self.z <= _FAR_BELOW and self.better < _PROVEN

    @property
    def is_weak(self) -> bool:
        """By rules broken, by both voices, or far below by one."""
        poor = self.better <= _WORSE and self.z <= _POOR
        return self.breaks_rules or poor or self.is_far_below

    @property
    def breaks_rules(self) -> bool:
        return self.breached >= max(_BREACHED_CALLS, _BREACHED_SHARE * self.calls)


def rank(calls: Sequence[JudgedCall]) -> Ranking:
    """All named agents. A call that nobody is named for ranks nobody."""
    of_agent = defaultdict[str, list[JudgedCall]](list)
    for judged in calls:
        if judged.call.agent:
            of_agent[judged.call.agent].append(judged)
    quality = {agent: _quality(mine) for agent, mine in of_agent.items()}
    found = standings(_outcomes(calls), sorted(of_agent))
    ordered = sorted(_candidates(of_agent, quality, found), key=lambda one: one.order)
    tiers = _tiers(ordered)
    return Ranking(
        tuple(_grade(one, place, tiers[one.agent]) for place, one in enumerate(ordered, start=1)),
        bool(found.by_agent),
        found.considered,
    )


def _outcomes(calls: Sequence[JudgedCall]) -> list[Outcome]:
    return [
        Outcome(judged.call.agent, bool(judged.won), _case(judged))
        for judged in calls
        if judged.call.agent and decided(judged.call, judged.ending)
    ]


def _case(judged: JudgedCall) -> dict[str, str]:
    case = {key: value.strip().casefold() for key, value in judged.call.case.items()}
    if judged.call.started_at is not None:
        hour = judged.call.started_at.hour
        case["hour"] = "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
    return case


def _quality(calls: Sequence[JudgedCall]) -> float | None:
    scores = [judged.score for judged in calls if judged.score is not None]
    return fmean(scores) if scores else None


def _candidates(
    of_agent: Mapping[str, Sequence[JudgedCall]],
    quality: Mapping[str, float | None],
    found: Standings,
) -> list[_Candidate]:
    known = [value for value in quality.values() if value is not None]
    mean, spread = (fmean(known), pstdev(known)) if known else (0.0, 0.0)
    scores = [j.score for mine in of_agent.values() for j in mine if j.score is not None]
    noise = pstdev(scores) if scores else 0.0

    def candidate(agent: str, calls: Sequence[JudgedCall]) -> _Candidate:
        value = quality[agent]
        return _Candidate(
            agent,
            len(calls),
            value,
            0.0 if value is None else value - _LOW * noise / sqrt(len(calls)),
            (value - mean) / spread if value is not None and spread > 1e-6 else 0.0,
            sum(bool(judged.breaches) for judged in calls),
            found.by_agent.get(agent),
        )

    return [candidate(agent, calls) for agent, calls in of_agent.items()]


def _tiers(ordered: Sequence[_Candidate]) -> dict[str, Tier]:
    """Somebody is always top: learning from the best there is beats learning from nobody."""
    room = ceil(len(ordered) * _TOP_SHARE)
    good = [one.agent for one in ordered if one.is_good]
    fallback = sorted(ordered, key=lambda one: (one.is_weak, one.z < _NOT_POOR))[:1]
    top = good[:room] or [one.agent for one in fallback]
    tiers: dict[str, Tier] = {}
    for one in ordered:
        tiers[one.agent] = "top" if one.agent in top else "weak" if one.is_weak else "middle"
    return tiers


def _grade(one: _Candidate, place: int, tier: Tier) -> AgentGrade:
    low, high = _TRUST[tier]
    voice = (one.better + NormalDist().cdf(one.z)) / 2
    clean = 1 - one.breached / one.calls
    standing = one.standing
    return AgentGrade(
        agent=one.agent,
        calls=one.calls,
        decided=standing.decided if standing else 0,
        won=standing.won if standing else 0,
        rate=round(standing.rate, 4) if standing else 0.0,
        low=round(standing.low, 4) if standing else 0.0,
        high=round(standing.high, 4) if standing else 1.0,
        quality=None if one.quality is None else round(one.quality, 4),
        rank=place,
        tier=tier,
        trust=round(low + (high - low) * voice * clean, 3),
    )
