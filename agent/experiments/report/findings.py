"""What an experiment has found so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.experiments.report.calls import GATES, CountedCall
from agent.experiments.report.measures import MEASURES, SUCCESS, Measure, by_caller, measured
from agent.experiments.report.statistics import (
    CONFIDENCE,
    MISMATCH,
    Difference,
    Sample,
    at_most,
    callers_needed,
    difference,
    difference_of_shares,
    sample,
    sharing_p,
)
from agent.experiments.settings import HOLDOUT
from agent.experiments.store import Revision


@dataclass(frozen=True, slots=True)
class GateKept:
    """How often a gate was broken where it could be; `at_most` is the share's upper 95 % bound."""

    gate: str
    calls: int
    broken: tuple[str, ...]
    at_most: float


@dataclass(frozen=True, slots=True)
class VariantFound:
    """One variant's callers: `samples` and the differences to the control are by measure.

    `callers` counts live calls' callers too; the samples have those whose calls are over.
    """

    name: str
    share: float
    callers: int
    calls: int
    samples: Mapping[str, Sample | None]
    differences: Mapping[str, Difference | None]
    gates: tuple[GateKept, ...]

    @property
    def broken(self) -> tuple[GateKept, ...]:
        """The gates that it broke."""
        return tuple(gate for gate in self.gates if gate.broken)


@dataclass(frozen=True, slots=True)
class Findings:
    """All of a revision. The control comes first among `variants`, the holdout last, if any.

    `compared` are what is held against the control. `needed` is, for each of them, how many callers
    of it and the control it takes to find the smallest effect of interest: with a single look at
    the end, and with looks at any time; nothing as long as the control's rate is unknown.
    """

    revision: Revision
    others: tuple[Revision, ...]
    variants: tuple[VariantFound, ...]
    sharing_p: float | None
    needed: Mapping[str, tuple[int, int]]
    now: datetime

    @property
    def control(self) -> VariantFound:
        """What the others are held against."""
        return self.variants[0]

    @property
    def compared(self) -> tuple[VariantFound, ...]:
        """The variants that may replace the control."""
        return tuple(one for one in self.variants[1:] if one.name != HOLDOUT)

    @property
    def mismatch(self) -> bool:
        """Whether callers are shared out so unevenly that nothing else can be believed."""
        return self.sharing_p is not None and self.sharing_p < MISMATCH

    @property
    def gates_kept(self) -> bool:
        """Whether no variant that may replace the control broke one."""
        return not any(one.broken for one in self.compared)

    @property
    def smallest_effect(self) -> float:
        """The difference in successes that was said to be worth finding."""
        return float(self.revision.definition["smallest_effect"])


def shares_of(definition: Mapping[str, object]) -> dict[str, float]:
    """The planned share of callers of each variant, the control first, the holdout last."""
    variants, holdout = definition["variants"], definition["holdout"]
    if not isinstance(variants, Mapping) or not isinstance(holdout, int | float):
        raise TypeError("the definition of an experiment lacks its variants or its holdout")
    weights = {name: float(variant["weight"]) for name, variant in variants.items()}
    in_order = sorted(weights, key=lambda name: (name != definition["control"], name))
    scale = (1 - holdout) / sum(weights.values())
    shares = {name: weights[name] * scale for name in in_order}
    return {**shares, HOLDOUT: float(holdout)} if holdout else shares


def find(
    revision: Revision, others: Sequence[Revision], calls: Sequence[CountedCall], now: datetime
) -> Findings:
    """`calls` are the revision's that are over; `others` the experiment's other revisions."""
    shares = shares_of(revision.definition)
    samples = {name: _samples([call for call in calls if call.variant == name]) for name in shares}
    control = next(iter(shares))
    compared = [name for name in shares if name not in (control, HOLDOUT)]
    planned = int(revision.definition["callers"])
    # Each variant may be taken for better by chance: what they risk is shared (Bonferroni).
    alpha = (1 - CONFIDENCE) / len(compared)
    variants = tuple(
        VariantFound(
            name=name,
            share=share,
            callers=revision.callers.get(name, 0),
            calls=revision.calls.get(name, 0),
            samples=samples[name],
            differences={
                measure.name: _difference(measure, samples[control], samples[name], planned, alpha)
                for measure in (MEASURES if name in compared else ())
            },
            gates=tuple(
                _gate(gate, [call for call in calls if call.variant == name]) for gate in GATES
            ),
        )
        for name, share in shares.items()
    )
    return Findings(
        revision=revision,
        others=tuple(others),
        variants=variants,
        sharing_p=sharing_p(revision.callers, shares),
        needed=_needed(revision, samples[control], shares, alpha),
        now=now,
    )


def _samples(calls: Sequence[CountedCall]) -> dict[str, Sample | None]:
    callers = by_caller(calls)
    return {measure.name: sample(measured(measure, callers)) for measure in MEASURES}


def _difference(
    measure: Measure,
    control: Mapping[str, Sample | None],
    variant: Mapping[str, Sample | None],
    planned: int,
    alpha: float,
) -> Difference | None:
    compare = difference_of_shares if measure.share else difference
    # Only successes decide; the other measures are told for what they are, at 95 % each.
    risk = alpha if measure is SUCCESS else 1 - CONFIDENCE
    name = measure.name
    return compare(control[name], variant[name], planned=planned, alpha=risk)


def _needed(
    revision: Revision,
    control: Mapping[str, Sample | None],
    shares: Mapping[str, float],
    alpha: float,
) -> dict[str, tuple[int, int]]:
    known = control[SUCCESS.name]
    if known is None or not 0 < known.mean < 1:
        return {}
    (_, own), *others = shares.items()
    plan = revision.definition
    return {
        name: callers_needed(
            known.mean,
            float(plan["smallest_effect"]),
            (own / (own + share), share / (own + share)),
            planned=int(plan["callers"]),
            alpha=alpha,
        )
        for name, share in others
        if name != HOLDOUT
    }


def _gate(gate: str, calls: Sequence[CountedCall]) -> GateKept:
    met = [call for call in calls if gate in call.gates]
    broken = tuple(call.call_id for call in met if call.gates[gate])
    return GateKept(gate, len(met), broken, at_most(len(broken), len(met)))
