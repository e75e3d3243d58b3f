"""Findings in words: what may be decided, figures as people read them, and all of it as JSON."""

from dataclasses import asdict
from typing import Any, Literal

from agent.experiments.report.calls import GATES
from agent.experiments.report.findings import Findings, GateKept, VariantFound
from agent.experiments.report.measures import MEASURES, SUCCESS, Measure
from agent.experiments.report.statistics import LEAST_CALLERS, LEAST_OF_A_KIND, Difference
from agent.experiments.store import Revision

Decision = Literal["mismatch", "gate", "early", "better", "worse", "same", "open"]


def decision(findings: Findings, variant: VariantFound) -> Decision:
    """What may be decided about a variant now."""
    found, effect = variant.differences[SUCCESS.name], findings.smallest_effect
    if findings.mismatch:
        return "mismatch"
    if variant.broken:
        return "gate"
    if found is None:
        return "early"
    if found.shown:
        return "better" if found.change > 0 else "worse"
    return "same" if found.low > -effect and found.high < effect else "open"


def verdict(findings: Findings) -> tuple[str, ...]:
    """A sentence on each variant that may replace the control; one for all where none counts."""
    if findings.mismatch and findings.sharing_p is not None:
        return (
            "Nothing can be decided: callers are not shared out as planned "
            f"(p {probability(findings.sharing_p)}). Calls of a variant got lost; find out where.",
        )
    return tuple(_sentence(findings, variant) for variant in findings.compared)


def _sentence(findings: Findings, variant: VariantFound) -> str:
    name, control = variant.name, findings.control.name
    found = variant.differences[SUCCESS.name]
    success = change(SUCCESS, found) if found is not None else ""
    effect = f"{100 * findings.smallest_effect:g} points"
    match decision(findings, variant):
        case "gate":
            broken = ", ".join(f"{gate.gate} ({_share(gate)} calls)" for gate in variant.broken)
            return f"{name} must not go live: {broken}. Read these calls."
        case "better":
            return f"{name} is better than {control} and may go live: {success}."
        case "worse":
            return f"{name} is worse than {control}: {success}. The experiment can end."
        case "same":
            return (
                f"{name} and {control} differ by less than {effect}: {success}. "
                "The experiment can end; take either."
            )
        case "open":
            return f"{name} is not decided: {success}. {_left(findings, variant)}".strip()
        case _:
            return (
                f"{name}: too early to tell. It takes {LEAST_CALLERS} callers of each variant, so "
                f"many that {LEAST_OF_A_KIND} of each can be expected to succeed, and as many not."
            )


def _left(findings: Findings, variant: VariantFound) -> str:
    """How many callers more it takes, and how long that lasts at the present pace."""
    needed = findings.needed.get(variant.name)
    effect = f"{100 * findings.smallest_effect:g} points"
    if needed is None:
        return ""
    so_far = findings.control.callers + variant.callers
    if so_far >= needed[1]:
        return f"There were callers enough to find {effect}."
    days = (findings.now - findings.revision.began_at).total_seconds() / 86400
    more = needed[1] - so_far
    lasts = more * days / so_far
    return f"It takes about {more} callers more to find {effect}: {lasts:.0f} days at this pace."


def change(measure: Measure, found: Difference | None) -> str:
    """A difference with its interval."""
    if found is None:
        return "too few to tell"
    low, high = (figure(measure, value, sign=True) for value in (found.low, found.high))
    unit = " points" if measure.share else ""
    return f"{figure(measure, found.change, sign=True)}{unit} ({low} to {high})"


def figure(measure: Measure, value: float | None, *, sign: bool = False) -> str:
    """Shares as per cent, differences of shares as points, other figures with two decimals."""
    if value is None:
        return "-"
    mark = "+" if sign else ""
    if not measure.share:
        return f"{value:{mark}z.2f}"
    return f"{100 * value:{mark}z.1f}{'' if sign else ' %'}"


def mean(variant: VariantFound, measure: Measure) -> str:
    """What a variant's callers have of a measure."""
    sample = variant.samples[measure.name]
    return figure(measure, sample.mean if sample is not None else None)


def kept(gate: GateKept) -> str:
    """A gate's count, and in brackets the share that it stays below with 95 % confidence."""
    if not gate.calls:
        return "not tried"
    return f"{_share(gate)} (below {100 * gate.at_most:.2g} %)"


def _share(gate: GateKept) -> str:
    return f"{len(gate.broken)} of {gate.calls}"


def probability(p: float) -> str:
    """A p-value to be read, not computed with."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def sharing(findings: Findings) -> str:
    """Whether callers are shared out as planned."""
    if findings.sharing_p is None:
        return "Nobody has called yet."
    as_planned = "not as planned" if findings.mismatch else "as planned"
    return f"Callers are shared out {as_planned} (chi-square, p {probability(findings.sharing_p)})."


def other_revisions(findings: Findings) -> str:
    """What else was run under this name; it is not mixed in."""
    if not findings.others:
        return ""
    told = "; ".join(_revision(one) for one in findings.others)
    return f"Reported by themselves, with --revision: {told}."


def _revision(one: Revision) -> str:
    return f"{one.number} ({sum(one.callers.values())} callers from {one.began_at:%d %b %Y})"


def as_json(findings: Findings) -> dict[str, Any]:
    """Everything that the summary shows, unrounded."""
    revision = findings.revision
    return {
        "experiment": revision.experiment,
        "revision": revision.number,
        "id": revision.id,
        "began_at": revision.began_at.isoformat(),
        "definition": dict(revision.definition),
        "verdict": list(verdict(findings)),
        "sharing_p": findings.sharing_p,
        "mismatch": findings.mismatch,
        "gates_kept": findings.gates_kept,
        "control": findings.control.name,
        "variants": {
            one.name: {
                "share": one.share,
                "callers": one.callers,
                "calls": one.calls,
                "decision": decision(findings, one) if one in findings.compared else None,
                "measures": {
                    measure.name: {
                        "found": asdict(found) if (found := one.samples[measure.name]) else None,
                        "difference": (
                            asdict(apart) if (apart := one.differences.get(measure.name)) else None
                        ),
                    }
                    for measure in MEASURES
                },
                "gates": {gate.gate: asdict(gate) for gate in one.gates},
                "callers_needed": findings.needed.get(one.name),
            }
            for one in findings.variants
        },
        "other_revisions": {one.number: dict(one.callers) for one in findings.others},
        "gates": list(GATES),
    }
