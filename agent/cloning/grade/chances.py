"""What to expect of a call before it is known who has it, and of an agent before its outcomes.

One ridge logistic regression over the decided calls, with as many columns as there are outcomes
for: ten of the rarer kind each (Peduzzi et al. 1996). First comes quality: the mean rubric score of
the agent's *other* calls, so that a call's success can't speak for itself. So quality moves an
agent's prior as far as it is found to predict outcomes here, which matters for who has few calls.
Then come the cases.
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
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities of success: overall, of each call with an average agent, of each agent."""

    pooled: float
    of_call: _Floats
    of_agent: Mapping[str, float]
    considered: tuple[str, ...] = ()


def expected_chances(outcomes: Sequence[Outcome], quality: Mapping[str, float | None]) -> Chances:
    """Everybody's is the pooled rate where there are too few outcomes to tell more."""
    won = np.array([outcome.won for outcome in outcomes])
    pooled = float((won.sum() + 0.5) / (len(won) + 1))
    flat = Chances(pooled, np.full(len(won), pooled), dict.fromkeys(quality, pooled))
    room = int(min(won.sum(), (~won).sum())) // _OUTCOMES_A_COLUMN
    standing = _standardised(quality) if room else {}
    cases = _case_columns(outcomes, room - bool(standing))
    columns = [*([_of_others(outcomes, quality)] if standing else ()), *cases.values()]
    if not columns:
        return flat
    table = np.column_stack(columns)
    model = LogisticRegression(C=1 / _RIDGE).fit(table, won)

    def of_everybody(quality_of_agent: float) -> _Floats:
        there = table.copy()
        if standing:
            there[:, 0] = quality_of_agent
        found: _Floats = model.predict_proba(there)[:, 1]
        return found

    considered = (["quality"] if standing else []) + sorted({name for name, _ in cases})
    return Chances(
        pooled,
        of_everybody(0.0),
        {a: float(of_everybody(standing.get(a, 0.0)).mean()) for a in quality},
        tuple(considered),
    )


def _standardised(quality: Mapping[str, float | None]) -> dict[str, float]:
    """In standard deviations of the agents'; empty where they don't differ."""
    known = {agent: value for agent, value in quality.items() if value is not None}
    spread = float(np.std(list(known.values()))) if len(known) > 1 else 0.0
    if spread < 1e-6:
        return {}
    mean = float(np.mean(list(known.values())))
    return {agent: (value - mean) / spread for agent, value in known.items()}


def _of_others(outcomes: Sequence[Outcome], quality: Mapping[str, float | None]) -> _Floats:
    """For each call the standing of its agent's other calls; 0, the average, without any."""
    known = [value for value in quality.values() if value is not None]
    mean, spread = float(np.mean(known)), float(np.std(known))
    total, count = Counter[str](), Counter[str]()
    for outcome in outcomes:
        if outcome.score is not None:
            total[outcome.agent] += outcome.score  # type: ignore[assignment]
            count[outcome.agent] += 1

    def of(outcome: Outcome) -> float:
        own = outcome.score is not None
        others = count[outcome.agent] - own
        if not others:
            return 0.0
        rest = total[outcome.agent] - (outcome.score or 0.0)
        return (rest / others - mean) / spread

    return np.array([of(outcome) for outcome in outcomes])


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
