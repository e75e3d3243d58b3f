"""Does looking every day at an experiment make false winners? And how soon are true ones found?

    python -m tests.bench.experiment [--experiments 2000] [--seed 1]

Simulated experiments in which the variants are alike (A/A), or one is better (A/B). The report's
own intervals are looked at after every 20 callers, and the experiment ends when zero is outside.
Some callers ring again and succeed then only, so that earlier callers' outcomes change under way.
The bar is 5 % of A/A experiments with a false winner, beyond chance of this bench's size. For
comparison: an ordinary 95 % interval, looked at as often.
"""

import argparse
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from agent.experiments.report.statistics import (
    CONFIDENCE,
    MISMATCH,
    Sample,
    callers_needed,
    difference,
    difference_of_shares,
    sharing_p,
)

_EVERY = 20
_PLANNED = 2000
_ALPHA = 1 - CONFIDENCE
_RINGS_AGAIN = 0.15
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """`rate` of successes, none for minutes a call; `effect` on it; the variant's `share`."""

    rate: float | None
    share: float
    callers: int
    effect: float = 0.0

    @property
    def name(self) -> str:
        what = "minutes a call" if self.rate is None else f"success {self.rate:.0%}"
        better = f", +{100 * self.effect:g} points" if self.effect else ""
        return f"{what}{better}, {1 - self.share:.0%} : {self.share:.0%}, {self.callers} callers"


@dataclass(frozen=True)
class Outcome:
    """Whether a winner was declared, and after how many callers."""

    always_valid: int | None
    ordinary: int | None


_ALIKE = tuple(
    Setting(rate, share, callers)
    for rate, share, callers in (
        (0.02, 0.5, 10_000), (0.05, 0.5, 2000), (0.1, 0.5, 2000), (0.1, 0.5, 10_000),
        (0.1, 0.1, 10_000), (0.3, 0.5, 2000), (0.3, 0.2, 10_000), (None, 0.5, 2000),
        (None, 0.1, 10_000),
    )
)  # fmt: skip
_BETTER = (
    Setting(0.10, 0.5, 10_000, 0.05),
    Setting(0.10, 0.5, 10_000, 0.10),
    Setting(0.05, 0.5, 10_000, 0.03),
)


def main() -> None:
    """Simulate, and print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--experiments", type=int, default=2000, help="of each A/A setting")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    _print_alike(arguments.experiments, arguments.seed)
    _print_shared_out(arguments.experiments, arguments.seed)
    _print_better(max(1, arguments.experiments // 10), arguments.seed)


def _print_alike(experiments: int, seed: int) -> None:
    # What a true 5 % would stay below in 99 of 100 benches of this size.
    bar = float(stats.binom.ppf(0.99, experiments, _ALPHA)) / experiments
    print(f"variants alike: false winners in {experiments} experiments, a look every {_EVERY}")
    print(f"{'':48}{'always valid':>14}{'ordinary':>10}  at most {bar:.1%}")
    for setting in _ALIKE:
        outcomes = _run(setting, experiments, seed)
        always = sum(one.always_valid is not None for one in outcomes) / experiments
        ordinary = sum(one.ordinary is not None for one in outcomes) / experiments
        kept = "yes" if always <= bar else "NO"
        print(f"{setting.name:48}{always:14.1%}{ordinary:10.1%}  {kept}")


def _print_shared_out(experiments: int, seed: int) -> None:
    """The test for lost callers is for a single look; its level is low for that reason."""
    alarms = sum(_false_alarm(np.random.default_rng((seed, n))) for n in range(experiments))
    print(
        f"\ncallers shared out fairly, {_PLANNED} of them, a look every {_EVERY}: "
        f"taken for a mismatch in {alarms / experiments:.1%}"
    )


def _false_alarm(random: np.random.Generator) -> bool:
    new = np.cumsum(random.random(_PLANNED) < 0.5)
    shares = {"old": 0.5, "new": 0.5}
    for now in range(_EVERY, _PLANNED + 1, _EVERY):
        treated = int(new[now - 1])
        p = sharing_p({"old": now - treated, "new": treated}, shares)
        if p is not None and p < MISMATCH:
            return True
    return False


def _print_better(experiments: int, seed: int) -> None:
    print(f"\none better: found in {experiments} experiments, and callers until then (median)")
    print(f"{'':60}{'found':>7}{'callers':>9}{'planned for 80 %':>18}")
    for setting in _BETTER:
        found = [one.always_valid for one in _run(setting, experiments, seed)]
        after = [callers for callers in found if callers is not None]
        _, needed = callers_needed(
            setting.rate or 0.0, setting.effect, (0.5, 0.5), planned=_PLANNED, alpha=_ALPHA
        )
        by_then = sum(callers <= needed for callers in after) / experiments
        median = f"{np.median(after):9.0f}" if after else f"{'-':>9}"
        told = f"{needed} ({by_then:.0%})"
        print(f"{setting.name:60}{len(after) / experiments:7.0%}{median}{told:>18}")


def _run(setting: Setting, experiments: int, seed: int) -> list[Outcome]:
    return [
        _experiment(setting, np.random.default_rng((seed, number))) for number in range(experiments)
    ]


def _experiment(setting: Setting, random: np.random.Generator) -> Outcome:
    treated = random.random(setting.callers) < setting.share
    values, known_at = _outcomes(setting, treated, random)
    looks = np.arange(_EVERY, setting.callers + 1, _EVERY)
    arms = [_samples(values, known_at, treated == arm, looks) for arm in (False, True)]
    always = ordinary = None
    for now, control, variant in zip(looks, *arms, strict=True):
        always = always or (int(now) if _shown(control, variant, setting) else None)
        ordinary = ordinary or (int(now) if _ordinarily_shown(control, variant) else None)
        if always and ordinary:
            break
    return Outcome(always, ordinary)


def _outcomes(
    setting: Setting, treated: NDArray[np.bool_], random: np.random.Generator
) -> tuple[Numbers, NDArray[np.int64]]:
    """A value a caller, and the number of callers at which it is known; 0 counts until then."""
    first = np.arange(setting.callers)
    if setting.rate is None:
        return random.lognormal(1.0, 0.8, setting.callers), first
    success = random.random(setting.callers) < setting.rate + setting.effect * treated
    late = success & (random.random(setting.callers) < _RINGS_AGAIN)
    return success.astype(float), first + late * random.integers(1, 400, setting.callers)


def _samples(
    values: Numbers, known_at: NDArray[np.int64], arm: NDArray[np.bool_], looks: NDArray[np.int64]
) -> list[Sample | None]:
    """What the report would make of an arm at each look."""
    size = max(len(values), int(known_at.max()) + 1)

    def until(amounts: Numbers, at: NDArray[np.int64]) -> Numbers:
        return np.cumsum(np.bincount(at[arm], amounts[arm], size))[looks - 1]

    count = until(np.ones(len(values)), np.arange(len(values)))
    total, squares = until(values, known_at), until(values**2, known_at)
    return [
        Sample(int(n), s / n, (q - s * s / n) / (n - 1)) if n > 1 else None
        for n, s, q in zip(count, total, squares, strict=True)
    ]


def _shown(control: Sample | None, variant: Sample | None, setting: Setting) -> bool:
    compare = difference if setting.rate is None else difference_of_shares
    found = compare(control, variant, planned=_PLANNED)
    return found is not None and found.shown


def _ordinarily_shown(control: Sample | None, variant: Sample | None) -> bool:
    """By Wald's interval, from as many callers on as rules of thumb ask for."""
    if control is None or variant is None or min(control.callers, variant.callers) < 30:
        return False
    error = math.sqrt(control.variance / control.callers + variant.variance / variant.callers)
    return error > 0 and abs(variant.mean - control.mean) > 1.96 * error


if __name__ == "__main__":
    main()
