"""How good agents are at getting a yes, from few calls: shrunk, adjusted, with its uncertainty.

Beta-binomial empirical Bayes: agents' rates come from one beta distribution, whose concentration is
estimated from all of them (Casella 1985, "An Introduction to Empirical Bayes Data Analysis"). Wins
are set against what the same cases bring on average (indirect standardisation; chances.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import betaln
from scipy.stats import beta, norm

from agent.cloning.grade.chances import Outcome, expected_chances

_INTERVAL = 0.80
# The concentration's own prior: agents of one desk differ, but not wildly. 10 calls' worth is the
# middle, a factor of e either way one standard deviation.
_CONCENTRATION_LOG_MEAN, _CONCENTRATION_LOG_SD = np.log(10.0), 1.0

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent's rate of success: posterior mean and the ends of its 80 % credible interval.

    `better`: the probability that it is above the rate of all agents together.
    """

    decided: int
    won: int
    rate: float
    low: float
    high: float
    better: float


@dataclass(frozen=True, slots=True)
class Standings:
    """All agents, and by what their calls were told apart."""

    by_agent: Mapping[str, Standing]
    pooled: float
    considered: tuple[str, ...] = ()


def standings(outcomes: Sequence[Outcome], agents: Sequence[str]) -> Standings:
    """Of all these agents, those without a decided call too; without outcomes, none."""
    if not outcomes:
        return Standings({}, 0.0)
    place = {agent: index for index, agent in enumerate(agents)}
    chances = expected_chances(outcomes)
    pooled = chances.pooled
    counts, wins, due = (np.zeros(len(agents)) for _ in range(3))
    for outcome, chance in zip(outcomes, chances.of_call, strict=True):
        index = place[outcome.agent]
        counts[index] += 1
        wins[index] += outcome.won
        due[index] += chance
    adjusted = np.clip(wins * pooled * counts / np.maximum(due, 1e-9), 0.0, counts)
    strength = _concentration(adjusted, counts, pooled)
    return Standings(
        {
            agent: _standing(int(counts[i]), int(wins[i]), adjusted[i], pooled, strength)
            for i, agent in enumerate(agents)
        },
        pooled,
        chances.considered,
    )


def _standing(decided: int, won: int, adjusted: float, pooled: float, strength: float) -> Standing:
    posterior = beta(pooled * strength + adjusted, (1 - pooled) * strength + decided - adjusted)
    low, high = posterior.interval(_INTERVAL)
    better = posterior.sf(pooled)
    return Standing(decided, won, float(posterior.mean()), float(low), float(high), float(better))


def _concentration(wins: _Floats, counts: _Floats, pooled: float) -> float:
    """How many calls the prior counts as: the mode of its posterior."""

    def cost(log_strength: float) -> float:
        a, b = pooled * np.exp(log_strength), (1 - pooled) * np.exp(log_strength)
        likelihood = betaln(a + wins, b + counts - wins) - betaln(a, b)
        prior = norm.logpdf(log_strength, _CONCENTRATION_LOG_MEAN, _CONCENTRATION_LOG_SD)
        return -float(likelihood.sum() + prior)

    return float(np.exp(minimize_scalar(cost, bounds=(0.0, 7.0), method="bounded").x))
