"""Pairs of a human and an agent's call that are as alike in scenario as the calls allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from random import Random

import numpy as np
from scipy.optimize import linear_sum_assignment

from agent.evaluation.blindtest.candidate import Candidate
from agent.evaluation.blindtest.scenario import Scenario

Read = tuple[Candidate, Scenario]
# In the unit of one: the customers' reasons have nothing in common.
_OTHER_DIRECTION = 1.0
_PER_FACTOR_E_IN_LENGTH = 0.5
_NEVER = 1e6


@dataclass(frozen=True, slots=True)
class Pair:
    """`distance` is 0 for the same reasons, direction and length."""

    human: Candidate
    agent: Candidate
    scenario: str
    distance: float


def match(humans: Sequence[Read], agents: Sequence[Read]) -> list[Pair]:
    """Each call in one pair at most, the sum of distances least (Kuhn and Munkres).

    The outcome's class has to be the same, and the product where both are known. The nearest pairs
    come first.
    """
    if not humans or not agents:
        return []
    cost = np.array([[_distance(human[1], agent[1]) for agent in agents] for human in humans])
    pairs = [
        Pair(humans[row][0], agents[column][0], humans[row][1].label, float(cost[row, column]))
        for row, column in zip(*linear_sum_assignment(cost), strict=True)
        if cost[row, column] < _NEVER
    ]
    return sorted(pairs, key=lambda pair: (pair.distance, pair.human.call))


def draw(pairs: Sequence[Pair], count: int, random: Random) -> list[Pair]:
    """So many of the pairs by lot, all where there are no more; in an order by lot."""
    return random.sample(pairs, min(count, len(pairs)))


def _distance(human: Scenario, agent: Scenario) -> float:
    if human.outcome != agent.outcome:
        return _NEVER
    if human.product and agent.product and human.product != agent.product:
        return _NEVER
    both = human.reasons | agent.reasons
    apart = 1 - len(human.reasons & agent.reasons) / len(both) if both else 0.0
    length = abs(log(max(human.words, 1) / max(agent.words, 1)))
    direction = _OTHER_DIRECTION * (human.customer_rang != agent.customer_rang)
    return apart + direction + _PER_FACTOR_E_IN_LENGTH * length
