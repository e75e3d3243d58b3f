"""Measures the headroom that admission decides by, and counts what it decided."""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.calls.admission import Admission, AdmissionPolicy, AdmissionSettings, Headroom, Verdict
from agent.media.pacing import LatenessMeter
from agent.watchdog.pool import WatchedPool

# Figures are those of the last so many seconds.
_WINDOW_S = 5.0
_SAMPLE_S = 1.0
_PERCENT = 95


@dataclass(frozen=True, slots=True)
class AdmissionStats:
    """Callers by verdict, the refused ones by figure, and the load when last asked (1: full)."""

    verdicts: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    load: float = 0.0


class RecentLateness:
    """The 95th percentile of a meter over the last 5 s, in ms."""

    def __init__(self, meter: LatenessMeter) -> None:
        self._meter = meter
        self._copies: deque[tuple[float, LatenessMeter]] = deque()

    def sample(self, now_s: float) -> None:
        """Remember where the meter stands; at most once a second."""
        if self._copies and now_s - self._copies[-1][0] < _SAMPLE_S:
            return
        self._copies.append((now_s, LatenessMeter.merged([self._meter])))
        while len(self._copies) > 1 and now_s - self._copies[1][0] >= _WINDOW_S:
            self._copies.popleft()

    @property
    def ms(self) -> float:
        """Of all, before there was a sample."""
        meter = self._meter.since(self._copies[0][1]) if self._copies else self._meter
        return meter.percentile_ms(_PERCENT)


class Gatekeeper:
    """Asked once for each new caller, and again for one who has heard the line."""

    def __init__(
        self,
        settings: AdmissionSettings,
        *,
        loop: LatenessMeter,
        pacing: LatenessMeter,
        decisions: WatchedPool,
        synthesis: WatchedPool,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.busy_line = settings.busy_line
        self.enforces = settings.enforce
        self._policy = AdmissionPolicy(settings)
        self._loop = RecentLateness(loop)
        self._pacing = RecentLateness(pacing)
        self._decisions = decisions
        self._synthesis = synthesis
        self._now = now
        self._starts: deque[float] = deque()
        self._waiting = 0
        self._verdicts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._load = 0.0

    def sample(self, now_s: float) -> None:
        """Keep the figures of the last seconds up to date; called many times a second."""
        self._loop.sample(now_s)
        self._pacing.sample(now_s)

    def ask(self, live: int, recognition_lag_ms: float) -> Admission:
        """Whether there is room for a new caller beside `live` calls."""
        admission = self._decide(live, recognition_lag_ms, again=False)
        self._waiting += self.enforces and admission.verdict is Verdict.WAITS
        return admission

    def ask_again(self, live: int, recognition_lag_ms: float) -> Admission:
        """Whether there is room by now for a caller who is one of the `live` calls already."""
        return self._decide(live - 1, recognition_lag_ms, again=True)

    def waited(self) -> None:
        """A caller who was let wait does so no more, whatever became of it."""
        self._waiting -= 1

    @property
    def stats(self) -> AdmissionStats:
        """Since the start."""
        return AdmissionStats(dict(self._verdicts), dict(self._refused), self._load)

    def _decide(self, live: int, recognition_lag_ms: float, *, again: bool) -> Admission:
        now_s = self._now()
        while self._starts and now_s - self._starts[0] >= _WINDOW_S:
            self._starts.popleft()
        headroom = Headroom(
            live=live,
            recent=len(self._starts),
            waiting=self._waiting,
            loop_lag_ms=self._loop.ms,
            pacing_ms=self._pacing.ms,
            recognition_lag_ms=recognition_lag_ms,
            decision_wait_ms=1000.0 * self._decisions.stats.oldest_wait_s,
            synthesis_wait_ms=1000.0 * self._synthesis.stats.oldest_wait_s,
        )
        admission = self._policy.ask(headroom, now_s, again=again)
        self._load = admission.load
        self._verdicts[admission.verdict.value] += 1
        if admission.verdict is Verdict.QUEUED:
            self._refused[admission.tightest] += 1
        if admission.verdict is Verdict.TAKEN or not self.enforces:
            self._starts.append(now_s)
        return admission
