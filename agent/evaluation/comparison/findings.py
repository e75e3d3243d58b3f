"""What a simulation found of one version, or of a new one against an old one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scipy import stats

from agent.evaluation.comparison.statistics import Difference, compare
from agent.evaluation.customers.persona import Persona
from agent.evaluation.simulation.gates import GATES, Gate
from agent.evaluation.simulation.measures import MEASURES, Measure, measured
from agent.evaluation.simulation.text_call import SimulatedCall

_CONFIDENCE = 0.95
_ALPHA = 0.05
_RARELY = 0.01
_Values = dict[str, list[float | None]]


@dataclass(frozen=True, slots=True)
class Side:
    """One version's calls, in the order of the appointments."""

    label: str
    title: str
    stages: tuple[str, ...]
    calls: tuple[SimulatedCall, ...]


@dataclass(frozen=True, slots=True)
class GateKept:
    """How often a gate was broken; `at_most` is the upper 95 % bound of that share (exact)."""

    gate: Gate
    calls: int
    broken: int
    at_most: float


@dataclass(frozen=True, slots=True)
class Mean:
    """A measure over the calls in which there was an opportunity for it; None: in none.

    Of two versions: over the calls in which both had it, as their difference is.
    """

    measure: Measure
    calls: int
    value: float | None


@dataclass(frozen=True, slots=True)
class PersonaRow:
    """One kind of customer: calls, and the share that reached the goal and that hung up, a side."""

    persona: Persona
    calls: int
    done: tuple[float, ...]
    left: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StageRow:
    """The share of calls that came to a stage, and that were hung up on in it, a side."""

    stage: str
    reached: tuple[float, ...]
    left: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it. `sides` is the version alone, or the old one and the new one; gates by side.

    `differences` are of measures, `gate_differences` of the calls that broke a gate.
    """

    sides: tuple[Side, ...]
    gates: tuple[tuple[GateKept, ...], ...]
    means: tuple[tuple[Mean, ...], ...]
    differences: Mapping[str, Difference]
    gate_differences: Mapping[str, Difference]
    personas: tuple[PersonaRow, ...]
    funnel: tuple[StageRow, ...]

    @property
    def new(self) -> Side:
        """The version that is to be decided on."""
        return self.sides[-1]

    @property
    def gates_kept(self) -> bool:
        """Whether the new version broke none."""
        return not any(gate.broken for gate in self.gates[-1])

    @property
    def better(self) -> tuple[Difference, ...]:
        """Where the new version is better, by a test that is corrected for all measures."""
        return tuple(self._shown(1))

    @property
    def worse(self) -> tuple[Difference, ...]:
        """Where it is worse, by the same."""
        return tuple(self._shown(-1))

    def _shown(self, sign: int) -> Iterator[Difference]:
        for measure in MEASURES:
            found = self.differences.get(measure.name)
            if found is None or found.p_holm >= _ALPHA:
                continue
            if found.change * measure.better * sign > 0:
                yield found


def find(sides: Sequence[Side], personas: Sequence[Persona]) -> Findings:
    """Raises ValueError where two sides did not meet the same customers."""
    if len({tuple(call.seed for call in side.calls) for side in sides}) > 1:
        raise ValueError("the versions met different customers")
    values = [measured(side.calls) for side in sides]
    if len(sides) > 1:
        values = _in_pairs(*values)
    differences = compare(values[0], values[1]) if len(sides) > 1 else ()
    broken = [_broken(side.calls) for side in sides]
    of_gates = compare(broken[0], broken[1]) if len(sides) > 1 else ()
    return Findings(
        sides=tuple(sides),
        gates=tuple(gates_of(side.calls) for side in sides),
        means=tuple(
            tuple(_mean(measure, one[measure.name]) for measure in MEASURES) for one in values
        ),
        differences={one.measure: one for one in differences},
        gate_differences={one.measure: one for one in of_gates},
        personas=tuple(_personas(sides, personas)),
        funnel=tuple(_funnel(sides)),
    )


def worst(findings: Findings, count: int) -> tuple[SimulatedCall, ...]:
    """The new version's calls that a person should read first.

    Broken gates, then what the old version won and the new one lost, then customers who could have
    been won and hung up; among equals the lowest marks.
    """
    before = {call.seed: call for call in findings.sides[0].calls}

    def badness(call: SimulatedCall) -> tuple[float, ...]:
        lost = before[call.seed].done and not call.done
        begun = len(call.stages) > 1
        marks = sum(call.rubric.values()) / len(call.rubric) if call.rubric else 1.0
        return (-len(call.breaches), -lost, -(call.left and call.can_be_won and begun), marks)

    return tuple(sorted(findings.new.calls, key=badness)[:count])


def gates_of(calls: Sequence[SimulatedCall]) -> tuple[GateKept, ...]:
    """Every gate over a version's calls."""
    values = _broken(calls)
    return tuple(_kept(gate, values[gate]) for gate in GATES)


def _broken(calls: Sequence[SimulatedCall]) -> _Values:
    """1 for each call that broke a gate, None where it could not."""

    def broke(gate: Gate, call: SimulatedCall) -> float | None:
        if gate == "do-not-call missed" and not call.asked_removal:
            return None
        return float(any(one.gate == gate for one in call.breaches))

    return {gate: [broke(gate, call) for call in calls] for gate in GATES}


def _kept(gate: Gate, values: Sequence[float | None]) -> GateKept:
    met = [value for value in values if value is not None]
    broken = int(sum(met))
    at_most = 1.0 if broken == len(met) else float(
        stats.beta.ppf(_CONFIDENCE, broken + 1, len(met) - broken)
    )  # fmt: skip
    return GateKept(gate, len(met), broken, at_most)


def _in_pairs(a: _Values, b: _Values) -> list[_Values]:
    def paired(own: _Values, other: _Values) -> _Values:
        return {
            name: [x if y is not None else None for x, y in zip(of_own, other[name], strict=True)]
            for name, of_own in own.items()
        }

    return [paired(a, b), paired(b, a)]


def _mean(measure: Measure, values: Sequence[float | None]) -> Mean:
    known = [value for value in values if value is not None]
    return Mean(measure, len(known), sum(known) / len(known) if known else None)


def _personas(sides: Sequence[Side], personas: Sequence[Persona]) -> Iterator[PersonaRow]:
    for persona in personas:
        own = [[call for call in side.calls if call.persona == persona.id] for side in sides]
        if own[0]:
            yield PersonaRow(
                persona,
                len(own[0]),
                tuple(_share(call.done for call in calls) for calls in own),
                tuple(_share(call.left for call in calls) for calls in own),
            )


def _funnel(sides: Sequence[Side]) -> Iterator[StageRow]:
    """In the order of the playbooks; stages that hardly anybody comes to are left out."""
    for stage in dict.fromkeys(stage for side in sides for stage in side.stages):
        reached = tuple(_share(stage in call.stages for call in side.calls) for side in sides)
        left = tuple(
            _share(call.left and call.stages[-1] == stage for call in side.calls) for side in sides
        )
        if max(reached) >= _RARELY:
            yield StageRow(stage, reached, left)


def _share(of: Iterator[bool]) -> float:
    found = list(of)
    return sum(found) / len(found) if found else 0.0
