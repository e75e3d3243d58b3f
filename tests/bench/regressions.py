"""Is a version that was made worse on purpose caught, by what, and in how many calls?

    python -m tests.bench.regressions [--calls 120] [--seed 5] [--interruptions 12]

Each defect meets the same simulated customers as the sound playbook, as `understudy simulate --vs`
does it. It is caught where a gate or a measure is worse with p < 0.01 after Holm's correction.
Calls needed: the fewest, in steps of five, from which on every larger set catches it, too; it tells
how large a set has to be, and is no test by itself. Text has no sound to interrupt: an agent that
is deaf to interruptions meets speech on a telephone line instead, with the product's own
turn-taking (`tests.bench.turns`).
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scipy import stats

from agent.config import Settings
from agent.evaluation.comparison.findings import Findings, Side, find
from agent.evaluation.comparison.statistics import Difference
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.kept import KeptCalls
from agent.evaluation.simulation.plan import Appointment, plan
from agent.evaluation.simulation.run import simulate
from agent.evaluation.simulation.version import Version, version_of
from agent.turns.settings import BargeInSettings, TurnSettings
from tests.bench.turns.plan import specs
from tests.bench.turns.run import Options, measure
from tests.evaluation.simulation.versions import (
    harmed,
    pushy,
    without_answers,
    without_disclosure,
    wrong_price,
)

_P = 0.01
_STEP = 5
_BUYING = "reached its goal, of who can be won"
_DEFECTS = (
    ("objection answers removed", without_answers),
    ("a wrong price", wrong_price),
    ("disclosure missing", without_disclosure),
    ("deliberately bad: presses who objects", pushy),
)
# Every frame of the caller's is below it: none is speech.
DEAF = TurnSettings(barge_in=BargeInSettings(gate_dbfs=0.0))


def main() -> None:
    """Simulate, and print what caught what."""
    arguments = _arguments()
    appointments = plan(shipped_personas(), arguments.calls, arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder, settings = Path(scratch), Settings()
        sound = _calls(version_of(settings, "larkfield"), appointments, folder)
        _print_gates(sound)
        _print_gates(_calls(version_of(settings, "harbour"), appointments, folder))
        print(f"\n{'defect':40}{'caught by':38}{'p (Holm)':>10}{'calls needed':>14}")
        for name, harm in _DEFECTS:
            version = harmed(settings, folder, harm)
            bad = replace(_calls(version, appointments, folder), label=name)
            _print_caught(name, sound, bad)
    heard = [yields(settings, arguments.interruptions) for settings in (TurnSettings(), DEAF)]
    by = f"stops within 2 s: {sum(heard[0])} against {sum(heard[1])} of {len(heard[0])}"
    found = [mcnemar(*(one[:calls] for one in heard)) for calls in range(1, len(heard[0]) + 1)]
    needed = next((calls for calls, p in enumerate(found, start=1) if p < _P), "more")
    print(f"{'deaf to interruptions':40}{by:38}{found[-1]:>10.2g}{needed:>14}")
    _print_buying(find([sound, bad], shipped_personas()))


def caught(findings: Findings) -> Difference | None:
    """What shows best that the new version is worse, a gate before a measure; None: nothing."""
    gates = [one for one in findings.gate_differences.values() if one.change > 0]
    for found in (gates, findings.worse):
        sure = [one for one in found if one.p_holm < _P]
        if sure:
            return min(sure, key=lambda one: one.p_holm)
    return None


def yields(settings: TurnSettings, interruptions: int) -> list[bool]:
    """Whether the agent fell silent for good within two seconds of each interruption."""
    clean = [
        spec
        for spec in specs("test", 1.0)
        if spec.kind == "interruption" and spec.condition.name == "clean"
    ]
    options = Options(seed=1, vad="paired", policies=("understudy",), settings=settings)
    found = [measure(spec, options).yields[0] for spec in clean[:interruptions]]
    return [one.commit_ms is not None and one.commit_ms <= 2000 for one in found]


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """The exact test's two-sided p."""
    pairs = list(zip(before, after, strict=True))
    lost, gained = pairs.count((True, False)), pairs.count((False, True))
    return float(stats.binomtest(lost, lost + gained).pvalue) if lost + gained else 1.0


def _calls(version: Version, appointments: Sequence[Appointment], folder: Path) -> Side:
    calls = simulate(version, appointments, KeptCalls(folder / version.fingerprint))
    return Side(version.playbook.stem, version.short, (), calls)


def _print_gates(side: Side) -> None:
    for gate in find([side], shipped_personas()).gates[0]:
        bound = f"below {100 * gate.at_most:.2g} % at 95 % confidence"
        print(f"{side.label:12}{gate.gate:20}{gate.broken} of {gate.calls}, {bound}")


def _print_caught(name: str, sound: Side, bad: Side) -> None:
    found = caught(find([sound, bad], shipped_personas()))
    if found is None:
        print(f"{name:40}NOT CAUGHT in {len(sound.calls)} calls")
        return
    needed = _needed(sound, bad)
    print(f"{name:40}{found.measure:38}{found.p_holm:>10.2g}{needed:>14}")


def _needed(sound: Side, bad: Side) -> int:
    fewest = len(sound.calls)
    for calls, first, second in _shorter(sound, bad):
        if caught(find([first, second], shipped_personas())) is None:
            break
        fewest = calls
    return fewest


def _shorter(*sides: Side) -> Iterator[tuple[int, Side, Side]]:
    for calls in range(len(sides[0].calls) // _STEP * _STEP, 0, -_STEP):
        first, second = (replace(side, calls=side.calls[:calls]) for side in sides)
        yield calls, first, second


def _print_buying(findings: Findings) -> None:
    one = findings.differences[_BUYING]
    print(f"\n{_BUYING}: good {one.a:.1%}, deliberately bad {one.b:.1%},")
    low, high = 100 * one.low, 100 * one.high
    print(f"difference {low:+.1f} to {high:+.1f} points at 95 %, {one.pairs} pairs")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=120)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--interruptions", type=int, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    main()
