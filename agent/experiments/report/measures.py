"""What is measured of the callers of a variant. Callers were shared out, so callers are counted.

A caller who rang twice is one: succeeded if any of the calls did, and the mean of the calls in all
else. Every assigned caller counts, however the calls went (intention to treat).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from agent.evaluation.rubric.criteria import Group
from agent.experiments.report.calls import CountedCall


@dataclass(frozen=True, slots=True)
class Measure:
    """`better` is 1 where more is better, -1 where less is, 0 where neither can be said.

    `share`: yes or no of a caller.
    """

    name: str
    of: Callable[[Sequence[CountedCall]], float | None]
    better: int = 1
    share: bool = True


def _any(what: Callable[[CountedCall], bool]) -> Callable[[Sequence[CountedCall]], float]:
    return lambda calls: float(any(map(what, calls)))


def _rubric(group: Group) -> Callable[[Sequence[CountedCall]], float | None]:
    def mean(calls: Sequence[CountedCall]) -> float | None:
        marks = [call.rubric[group] for call in calls if group in call.rubric]
        return fmean(marks) if marks else None

    return mean


SUCCESS = Measure("succeeded", _any(lambda call: call.success))
OTHERS: tuple[Measure, ...] = (
    Measure("handed over", _any(lambda call: call.handed_over), better=0),
    Measure("hung up without a result", _any(lambda call: call.hung_up), better=-1),
    Measure(
        "minutes a call",
        lambda calls: fmean(call.minutes for call in calls),
        better=0,
        share=False,
    ),
    Measure("rubric A: introduction", _rubric("introduction"), share=False),
    Measure("rubric B: product", _rubric("product"), share=False),
    Measure("rubric C: drive", _rubric("drive"), share=False),
    Measure("rubric D: objections", _rubric("objections"), share=False),
    Measure("rubric E: closing", _rubric("closing"), share=False),
)
MEASURES = (SUCCESS, *OTHERS)


def by_caller(calls: Sequence[CountedCall]) -> Sequence[Sequence[CountedCall]]:
    """Each caller's calls, callers in the order of their first one."""
    callers: dict[str, list[CountedCall]] = {}
    for call in calls:
        callers.setdefault(call.unit, []).append(call)
    return list(callers.values())


def measured(measure: Measure, callers: Sequence[Sequence[CountedCall]]) -> list[float]:
    """A value a caller; callers in whom it can't be measured are left out."""
    return [value for calls in callers if (value := measure.of(calls)) is not None]
