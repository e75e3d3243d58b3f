"""How the connection to Asterisk has fared."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionStats:
    """Since the start: losses of the event socket, seconds without it, restarts of Asterisk."""

    connected: bool
    losses: int
    away_s: float
    restarts: int


class Connection:
    """Is told of every change; `connected` is set while events arrive."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.connected = asyncio.Event()
        self._clock = clock
        self._lost_at_s: float | None = None
        self._losses = self._restarts = 0
        self._away_s = 0.0
        self._asterisk_since = ""

    @property
    def stats(self) -> ConnectionStats:
        """The figures so far; an outage that lasts counts."""
        return ConnectionStats(
            self.connected.is_set(), self._losses, self._away_s + self._lasts_s(), self._restarts
        )

    def made(self) -> float:
        """Events arrive; returns for how many seconds they had not, 0 at the first time."""
        away_s, self._lost_at_s = self._lasts_s(), None
        self._away_s += away_s
        self.connected.set()
        return away_s

    def lost(self) -> None:
        """Events are missed from now on."""
        self._lost_at_s = self._clock()
        self._losses += 1
        self.connected.clear()

    def asterisk_since(self, started_at: str) -> bool:
        """Whether Asterisk, which says when it was started, is another one than before."""
        restarted = self._asterisk_since not in ("", started_at)
        self._asterisk_since = started_at
        self._restarts += restarted
        return restarted

    def _lasts_s(self) -> float:
        return 0.0 if self._lost_at_s is None else self._clock() - self._lost_at_s
