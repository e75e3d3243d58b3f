"""How punctual the 20 ms cadence is."""

from collections.abc import Iterable
from typing import Self

LATE_AFTER_MS = 5.0
_BIN_MS = 0.25
_BINS = 400


class LatenessMeter:
    """Lateness against deadlines: mean, maximum, count above 5 ms, percentiles to 0.25 ms.

    The histogram ends at 100 ms; what is later counts in its last bin.
    """

    def __init__(self) -> None:
        self.count = 0
        self.late = 0
        self.max_ms = 0.0
        self._sum_ms = 0.0
        self._bins = [0] * _BINS

    @classmethod
    def merged(cls, meters: Iterable["LatenessMeter"]) -> Self:
        """One meter of what several measured."""
        total = cls()
        for meter in meters:
            total.count += meter.count
            total.late += meter.late
            total.max_ms = max(total.max_ms, meter.max_ms)
            total._sum_ms += meter._sum_ms
            total._bins = [a + b for a, b in zip(total._bins, meter._bins, strict=True)]
        return total

    def since(self, earlier: "LatenessMeter") -> "LatenessMeter":
        """What was observed after a copy (`merged`) was taken; the maximum stays that of all."""
        later = LatenessMeter()
        later.count = self.count - earlier.count
        later.late = self.late - earlier.late
        later.max_ms = self.max_ms
        later._sum_ms = self._sum_ms - earlier._sum_ms
        later._bins = [a - b for a, b in zip(self._bins, earlier._bins, strict=True)]
        return later

    @property
    def mean_ms(self) -> float:
        return self._sum_ms / self.count if self.count else 0.0

    def observe(self, late_s: float) -> None:
        """Count one deadline that was met `late_s` seconds after its time."""
        late_ms = max(0.0, late_s * 1000)
        self.count += 1
        self._sum_ms += late_ms
        if late_ms > self.max_ms:
            self.max_ms = late_ms
        if late_ms > LATE_AFTER_MS:
            self.late += 1
        self._bins[min(int(late_ms / _BIN_MS), _BINS - 1)] += 1

    def up_to(self, late_ms: float) -> int:
        """How many deadlines were met within `late_ms` (at most 99.75), to 0.25 ms."""
        return sum(self._bins[: int(late_ms / _BIN_MS)])

    def percentile_ms(self, percent: float) -> float:
        """The upper edge of the histogram bin that holds the percentile; 0 without observations."""
        wanted = self.count * percent / 100
        below = 0
        for index, count in enumerate(self._bins):
            below += count
            if count and below >= wanted:
                return (index + 1) * _BIN_MS
        return 0.0
