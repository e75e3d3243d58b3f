"""Findings in words: the verdict, figures as people read them, and all of it as JSON."""

from collections.abc import Mapping
from typing import Any

from agent.evaluation.comparison.findings import Findings, GateKept
from agent.evaluation.comparison.statistics import Difference
from agent.evaluation.simulation.measures import MEASURES

_BY_NAME = {measure.name: measure for measure in MEASURES}


def verdict(findings: Findings) -> tuple[str, ...]:
    """Whether the new version may go live: the verdict, then what is worse and what is better."""
    new, broken = findings.new.label, [gate for gate in findings.gates[-1] if gate.broken]
    worse, better = findings.worse, findings.better
    named = ", ".join(f"{gate.gate} ({gate.broken} of {gate.calls} calls)" for gate in broken)
    if broken:
        first = f"{new} must not go live: it broke {named}."
    elif len(findings.sides) == 1:
        first = f"{new} kept every gate in {len(findings.new.calls)} calls."
    else:
        first = f"{new} kept every gate, {_against(findings)}."
    told = (("Worse", worse), ("Better", better))
    return (
        first,
        *(f"{word}: {'; '.join(change(one) for one in found)}." for word, found in told if found),
    )


def _against(findings: Findings) -> str:
    old = findings.sides[0].label
    if findings.worse and findings.better:
        return f"and is worse than {old} in some things and better in others"
    if findings.worse:
        return f"but is worse than {old}"
    if findings.better:
        return f"and is better than {old}"
    return f"and no difference to {old} is shown that chance would not explain"


def change(one: Difference) -> str:
    """One difference with its interval."""
    low, high = figure(one.measure, one.low, sign=True), figure(one.measure, one.high, sign=True)
    return f"{one.measure} {figure(one.measure, one.change, sign=True)} ({low} to {high})"


def figure(measure: str, value: float | None, *, sign: bool = False) -> str:
    """Shares as per cent, differences of shares as points, other figures with one decimal."""
    if value is None:
        return "-"
    mark = "+" if sign else ""
    if not _BY_NAME[measure].share:
        return f"{value:{mark}.1f}"
    return f"{100 * value:{mark}.1f}{'' if sign else ' %'}"


def kept(gate: GateKept) -> str:
    """A gate's count, and in brackets the share that it stays below with 95 % confidence."""
    if not gate.calls:
        return "not tried"
    return f"{gate.broken} of {gate.calls} (below {100 * gate.at_most:.2g} %)"


def probability(p: float) -> str:
    """A p-value to be read, not computed with."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def as_json(findings: Findings) -> dict[str, Any]:
    """Everything that the summary shows, unrounded; the calls are not in it."""
    return {
        "verdict": list(verdict(findings)),
        "gates_kept": findings.gates_kept,
        "versions": [
            {
                "label": side.label,
                "title": side.title,
                "calls": len(side.calls),
                "gates": {
                    gate.gate: {
                        "calls": gate.calls, "broken": gate.broken, "at_most": gate.at_most,
                    }
                    for gate in gates
                },
                "measures": {
                    mean.measure.name: {"calls": mean.calls, "mean": mean.value} for mean in means
                },
            }
            for side, gates, means in zip(
                findings.sides, findings.gates, findings.means, strict=True
            )
        ],
        "differences": _differences(findings.differences),
        "gate_differences": _differences(findings.gate_differences),
        "personas": {
            row.persona.id: {"calls": row.calls, "done": row.done, "left": row.left}
            for row in findings.personas
        },
        "funnel": {
            row.stage: {"reached": row.reached, "left": row.left} for row in findings.funnel
        },
    }  # fmt: skip


def _differences(found: Mapping[str, Difference]) -> dict[str, Any]:
    return {
        name: {
            "pairs": one.pairs, "change": one.change, "low": one.low, "high": one.high,
            "effect": one.effect, "p": one.p, "p_holm": one.p_holm, "test": one.test,
        }
        for name, one in found.items()
    }  # fmt: skip
