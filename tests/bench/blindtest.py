"""Whether a blind test's report is right as often as it says, on raters who are drawn by lot.

    python -m tests.bench.blindtest [--runs 200] [--pairs 60] [--seed 3]

Each run is a whole test: pairs in twelve scenarios, calls of differing quality, two raters who see
each call with errors of their own, scores of 0, 1, 2 or NA on the 22 criteria. What is true is
known, so what the report says can be counted. Bars: a false alarm in 5 of 100, an interval that
holds the truth in 95, and power as the sample-size table has it; each within three standard errors
of the runs.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean

import numpy as np

from agent.evaluation.blindtest.answers import ratings_of
from agent.evaluation.blindtest.findings import Against, GroupFinding, against, shown
from agent.evaluation.blindtest.kit import Kit
from agent.evaluation.blindtest.power import signed_rank_power
from agent.evaluation.blindtest.ratings import Answer, AnswerFile, Ratings
from agent.evaluation.blindtest.unblinding import judged_pairs
from tests.evaluation.blindtest.kits import kit_at

_RATER_ERROR, _CALL, _CRITERION = 0.5, 0.5, 0.8
_NOT_SCORED = 0.1
_CUTS = (-0.4, 0.5)
_EXACT = 4000
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
    runs: int = arguments.runs
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder) / "test", arguments.pairs)
        large = Trial(Path(folder) / "large", _EXACT)
        worse = _shift_for(large, _NOT_WORSE, -trial.kit.protocol.margin, arguments.seed)
        random = np.random.default_rng(arguments.seed)
        worlds = (World({}), World({}, 0.35), World({_PRIMARY: -0.3}), World({_NOT_WORSE: worse}))
        found = [[trial.run(world, random) for _ in range(runs)] for world in worlds]
        told = _counted(trial.kit, *found)
    print(f"{runs} tests of {arguments.pairs} pairs in 12 scenarios, two raters each")
    print(f"{'':62}{'counted':>8}{'bar':>9}")
    for name, count, bar, least in told:
        share = count / runs
        if bar is None:
            print(f"{name:62}{share:8.3f}")
            continue
        error = 3 * sqrt(bar * (1 - bar) / runs)
        kept = share >= bar - error if least else share <= bar + error
        sign = ">=" if least else "<="
        print(f"{name:62}{share:8.3f}{sign:>4} {bar:.2f}  {'yes' if kept else 'NO'}")


def _counted(
    kit: Kit,
    same: Sequence[Against],
    moody: Sequence[Against],
    low: Sequence[Against],
    edge: Sequence[Against],
) -> Iterator[tuple[str, int, float | None, bool]]:
    """What is counted, how often, its bar, and whether that is the least there may be."""
    alpha, margin = kit.protocol.alpha, kit.protocol.margin

    def said(of: Sequence[GroupFinding]) -> int:
        return sum(shown(one, kit.protocol) for one in of)

    def primary(of: Sequence[Against]) -> list[GroupFinding]:
        return [_group(one, _PRIMARY) for one in of]

    def held(of: Sequence[Against], value: float) -> int:
        return sum(one.difference.low <= value <= one.difference.high for one in primary(of))

    truth = fmean(one.difference.change for one in primary(low))
    effect = truth / fmean(one.spread for one in primary(low))
    power = signed_rank_power(primary(low)[0].difference.pairs, effect)
    five = sum(said(one.groups) > 0 for one in same)
    yield "no difference: primary said to differ", said(primary(same)), alpha, False
    yield "no difference: any of the five said to differ", five, 2 * alpha, False
    yield "no difference: interval holds it", held(same, 0.0), 0.95, True
    alone = sum(one.difference.p < alpha for one in primary(moody))
    # No bar of the report's: it is why the report asks the interval as well.
    yield "scenarios differ, none on average: Wilcoxon alone", alone, None, False
    yield "the same: primary said to differ", said(primary(moody)), alpha, False
    yield "the same: interval holds it", held(moody, 0.0), 0.95, True
    alone = sum(one.difference.p < alpha for one in primary(low))
    yield f"worse by {-effect:.2f} SD: Wilcoxon alone, as the table has it", alone, power, True
    yield "the same: primary said to differ", said(primary(low)), power, True
    yield f"the same: interval holds {truth:.3f}", held(low, truth), 0.95, True
    claims = sum((_group(one, _NOT_WORSE).at_worst or 0.0) > -margin for one in edge)
    yield f"worse by the margin of {margin}: 'not worse' said", claims, alpha, False


def _shift_for(large: Trial, group: str, change: float, seed: int) -> float:
    """The shift of an agent's quality that moves a group's mean by so much."""
    low, high = -2.0, 0.0
    for _ in range(9):
        middle = (low + high) / 2
        one = large.run(World({group: middle}), np.random.default_rng(seed))
        found = _group(one, group).difference.change
        low, high = (middle, high) if found < change else (low, middle)
    return (low + high) / 2


def _group(one: Against, group: str) -> GroupFinding:
    return next(each for each in one.groups if each.group == group)


def _ids(kit: Kit) -> list[str]:
    return [one.id for one in kit.criteria]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
