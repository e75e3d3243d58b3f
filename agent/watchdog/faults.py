"""How often each engine did what it should not."""

import threading
from collections import Counter
from collections.abc import Mapping

import structlog


class Faults:
    """Counts by engine and kind; for any thread. The first of each kind is logged."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def note(self, engine: str, kind: str, reason: object = "") -> None:
        """An engine failed; `kind` is such as "raised", "no_sound", "not_a_number"."""
        with self._lock:
            self._counts[engine, kind] += 1
            first = self._counts[engine, kind] == 1
        if first:
            log = structlog.get_logger("watchdog")
            log.warning("engine fault", engine=engine, kind=kind, reason=str(reason))

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """Since the start, by (engine, kind)."""
        with self._lock:
            return dict(self._counts)
