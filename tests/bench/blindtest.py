"""Whether a blind test's report is right as often as it says, on raters who are drawn by lot.

    python -m tests.bench.blindtest [--runs 200] [--pairs 60] [--seed 3]

Each run is a whole test: pairs in scenarios of unequal size, calls of differing quality, two raters
who see each call with errors of their own, scores of 0, 1, 2 or NA on the 22 criteria. What is true
is known, so what the report says can be counted. Bars: a false alarm in 5 of 100, an interval that
holds the truth in 95, and power as the sample-size table has it; each within three standard errors
of the runs.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from agent.evaluation.blindtest.answers import ratings_of
from agent.evaluation.blindtest.findings import Against, GroupFinding, against
from agent.evaluation.blindtest.kit import Kit
from agent.evaluation.blindtest.power import signed_rank_power
from agent.evaluation.blindtest.ratings import Answer, AnswerFile, Ratings
from agent.evaluation.blindtest.unblinding import judged_pairs
from tests.evaluation.blindtest.kits import kit_at

_RATER_ERROR, _CALL, _CRITERION = 0.5, 0.5, 0.8
_NOT_SCORED = 0.1
_CUTS = (-0.4, 0.5)
_EXACT = 2000
_PRIMARY, _NOT_WORSE = "objections", "introduction"


@dataclass(frozen=True)
class World:
    """What is true: the agent's shift in a group, and how much scenarios differ in it."""

    shift: dict[str, float]
    by_scenario: float = 0.0


class Trial:
    """A kit, and raters for it."""

    def __init__(self, folder: Path, pairs: int) -> None:
        self.kit, self.key = kit_at(folder, pairs)
        names = {item.id: at for at, item in enumerate(self.kit.items)}
        self._place = [
            (names[call.item], call.arm == "agent", number % 12)
            for number, pair in enumerate(self.key.pairs)
            for call in pair.calls
        ]

    def run(self, world: World, random: np.random.Generator) -> Against:
        """One test from raters to differences."""
        scores = self._scores(world, random)
        files = [
            AnswerFile(
                test=self.kit.test, rater=rater, session=1,
                answers={
                    item.id: Answer(scores=dict(zip(_ids(self.kit), row, strict=True)))
                    for item, row in zip(self.kit.items, of_rater, strict=True)
                },
            )
            for rater, of_rater in zip(self.kit.raters, scores, strict=True)
        ]  # fmt: skip
        ratings = Ratings(test=self.kit.test, ratings=ratings_of(files))
        return against("people", judged_pairs(self.kit, self.key, ratings), self.kit)

    def _scores(self, world: World, random: np.random.Generator) -> list[list[list[object]]]:
        groups = [one.group for one in self.kit.criteria]
        shift = np.array([world.shift.get(group, 0.0) for group in groups])
        moods = random.normal(0, world.by_scenario, 12)
        quality = np.zeros((len(self.kit.items), len(groups)))
        for at, is_agent, scenario in self._place:
            quality[at] = random.normal(0, _CALL) + is_agent * (shift + moods[scenario])
        quality += random.normal(0, _CRITERION, quality.shape)
        absent = random.random(quality.shape) < _NOT_SCORED
        seen = []
        for _ in self.kit.raters:
            marks = np.digitize(quality + random.normal(0, _RATER_ERROR, quality.shape), _CUTS)
            seen.append(
                [
                    ["NA" if missing else int(mark) for mark, missing in zip(*row, strict=True)]
                    for row in zip(marks, absent, strict=True)
                ]
            )
        return seen


def main() -> None:
    """Draw the tests and print what was counted."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder) / "test", arguments.pairs)
        large = Trial(Path(folder) / "large", _EXACT)
        random = np.random.default_rng(arguments.seed)
        worse = _shift_for(large, _NOT_WORSE, -trial.kit.protocol.margin, random)
        told = _measured(trial, large, worse, arguments.runs, random)
    print(f"{arguments.runs} tests of {arguments.pairs} pairs in 12 scenarios, two raters each")
    print(f"{'':62}{'counted':>8}{'bar':>16}")
    for name, count, low, high in told:
        bar = low or high
        share, error = count / arguments.runs, 3 * sqrt(bar * (1 - bar) / arguments.runs)
        kept = low - error <= share <= high + error
        print(f"{name:62}{share:8.3f}{_bar(low, high):>16}  {'yes' if kept else 'NO'}")


def _measured(
    trial: Trial, large: Trial, worse: float, runs: int, random: np.random.Generator
) -> list[tuple[str, int, float, float]]:
    alpha, margin = trial.kit.protocol.alpha, trial.kit.protocol.margin
    same = [trial.run(World({}), random) for _ in range(runs)]
    moody = [trial.run(World({}, 0.35), random) for _ in range(runs)]
    effect = World({_PRIMARY: -0.3})
    low = [trial.run(effect, random) for _ in range(runs)]
    edge = [trial.run(World({_NOT_WORSE: worse}), random) for _ in range(runs)]
    truth = _group(large.run(effect, random), _PRIMARY)
    power = signed_rank_power(len(trial.key.pairs), truth.effect or 0.0)

    def count(of: list[Against], test: Callable[[Against], bool]) -> int:
        return sum(test(one) for one in of)

    def alarm(one: Against) -> bool:
        return _group(one, _PRIMARY).difference.p < alpha

    def any_alarm(one: Against) -> bool:
        return any(each.difference.p_holm < alpha for each in one.groups)

    def holds(value: float) -> Callable[[Against], bool]:
        def test(one: Against) -> bool:
            found = _group(one, _PRIMARY).difference
            return found.low <= value <= found.high

        return test

    def not_worse(one: Against) -> bool:
        return _group(one, _NOT_WORSE).at_worst > -margin

    return [
        ("no difference: primary said to differ", count(same, alarm), 0.0, alpha),
        ("no difference: any of five said to differ (Holm)", count(same, any_alarm), 0.0, alpha),
        ("no difference: interval holds it", count(same, holds(0.0)), 0.95, 1.0),
        ("scenarios differ, none on average: primary told", count(moody, alarm), 0, alpha),
        ("scenarios differ, none on average: interval holds it", count(moody, holds(0)), 0.95, 1.0),
        (f"worse by {truth.effect:+.2f} SD: told (power {power:.2f} expected)", count(low, alarm),
         power, 1.0),
        (f"worse by {truth.difference.change:+.3f}: interval holds it",
         count(low, holds(truth.difference.change)), 0.95, 1.0),
        (f"worse by the margin of {margin}: 'not worse' said", count(edge, not_worse), 0.0, alpha),
    ]  # fmt: skip


def _shift_for(large: Trial, group: str, change: float, random: np.random.Generator) -> float:
    """The shift of an agent's quality that moves a group's mean by so much."""
    low, high = -2.0, 0.0
    for _ in range(8):
        middle = (low + high) / 2
        found = _group(large.run(World({group: middle}), random), group).difference.change
        low, high = (middle, high) if found < change else (low, middle)
    return (low + high) / 2


def _group(one: Against, group: str) -> GroupFinding:
    return next(each for each in one.groups if each.group == group)


def _ids(kit: Kit) -> list[str]:
    return [one.id for one in kit.criteria]


def _bar(low: float, high: float) -> str:
    return f"<= {high:.2f}" if low == 0 else f">= {low:.2f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
