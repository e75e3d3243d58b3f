"""How long things take, as a histogram over the whole range from 1 ms to 10 s."""

from bisect import bisect_left
from dataclasses import dataclass

BOUNDS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by upper bound; the last count is of what was longer than every bound."""

    bounds_s: tuple[float, ...]
    counts: tuple[int, ...]
    sum_s: float
    max_s: float

    @property
    def count(self) -> int:
        """How many were observed."""
        return sum(self.counts)

    def percentile_s(self, percent: float) -> float:
        """The upper bound of the bin that holds the percentile; 0 without observations."""
        wanted, below = self.count * percent / 100, 0
        for bound_s, count in zip((*self.bounds_s, self.max_s), self.counts, strict=True):
            below += count
            if count and below >= wanted:
                return min(bound_s, self.max_s)
        return 0.0


class Durations:
    """Counts durations; one writer at a time."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self._sum_s = 0.0
        self._max_s = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(BOUNDS_S, seconds)] += 1
        self._sum_s += seconds
        self._max_s = max(self._max_s, seconds)

    def histogram(self) -> Histogram:
        """All of them so far."""
        return Histogram(BOUNDS_S, tuple(self._counts), self._sum_s, self._max_s)
