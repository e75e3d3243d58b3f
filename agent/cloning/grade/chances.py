"""What to expect of a call before it is known who has it: by its case.

A ridge logistic regression over the decided calls, with as many columns as there are outcomes for:
ten of the rarer kind each (Peduzzi et al. 1996).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

_OUTCOMES_A_COLUMN = 10
_LEVELS = range(2, 9)
_KNOWN_IN = 0.8
# A level that is this unlikely to be all won or all lost by chance was filled in afterwards.
_BY_CHANCE = 0.01
_RIDGE = 1.0

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One decided call: who had it, how it ended, what kind of case it was."""

    agent: str
    won: bool
    case: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities of success: overall, and of each call with whoever has it.

    `considered`: the columns of the case that tell calls apart.
    """

    pooled: float
    of_call: _Floats
    considered: tuple[str, ...] = ()


def expected_chances(outcomes: Sequence[Outcome]) -> Chances:
    """Every call's is the pooled rate where there are too few outcomes to tell more."""
    won = np.array([outcome.won for outcome in outcomes])
    pooled = float((won.sum() + 0.5) / (len(won) + 1))
    room = int(min(won.sum(), (~won).sum())) // _OUTCOMES_A_COLUMN
    cases = _case_columns(outcomes, room)
    if not cases:
        return Chances(pooled, np.full(len(won), pooled))
    table = np.column_stack(list(cases.values()))
    model = LogisticRegression(C=1 / _RIDGE).fit(table, won)
    considered = sorted({name for name, _ in cases})
    return Chances(pooled, model.predict_proba(table)[:, 1], tuple(considered))


def _case_columns(outcomes: Sequence[Outcome], room: int) -> dict[tuple[str, str], _Floats]:
    """Indicators of (column, level) without each column's commonest level, while there is room."""
    names = sorted({name for outcome in outcomes for name in outcome.case})
    found: dict[tuple[str, str], _Floats] = {}
    for name in names:
        levels = _levels(name, outcomes)
        if levels and len(found) + len(levels) - 1 <= room:
            for level in levels[1:]:
                is_there = [float(outcome.case.get(name) == level) for outcome in outcomes]
                found[name, level] = np.array(is_there)
    return found


def _levels(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """A column's values, commonest first; empty for one that tells nothing or too much."""
    won, all_of = Counter[str](), Counter[str]()
    for outcome in outcomes:
        level = outcome.case.get(name, "")
        all_of[level] += 1
        won[level] += outcome.won
    known = [level for level in all_of if level]
    if len(known) not in _LEVELS or all_of[""] > (1 - _KNOWN_IN) * len(outcomes):
        return []
    rate = sum(won.values()) / len(outcomes)
    for level in known:
        if won[level] == 0 and (1 - rate) ** all_of[level] < _BY_CHANCE:
            return []
        if won[level] == all_of[level] and rate ** all_of[level] < _BY_CHANCE:
            return []
    return sorted(known, key=lambda level: (-all_of[level], level))
