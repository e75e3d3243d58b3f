"""What a blocked thread is doing, looked at from another one."""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType

import structlog

_DEEPEST = 12
_HANGS_AFTER_S = 5.0


class StackSampler:
    """Keeps the stack of a thread whose beat has been missing for `stall_s`.

    A thread of its own does the looking. It sees nothing while native code holds the interpreter's
    lock. A beat that does not come back at all is logged from here, since nobody else can.
    """

    def __init__(
        self,
        watched: int,
        beat_s: Callable[[], float],
        stall_s: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`watched` is the thread's identifier, `beat_s` the time of its last sign of life."""
        self._watched = watched
        self._beat_s = beat_s
        self._stall_s = stall_s
        self._now = now
        self._stop = threading.Event()
        self._caught: tuple[float, tuple[str, ...]] | None = None
        self._told: float | None = None
        self._thread = threading.Thread(target=self._run, name="stacks", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join(1.0)

    def take(self, beat_s: float) -> tuple[str, ...]:
        """The stack in the stall that began after this beat, innermost call last; () if unseen."""
        caught, self._caught = self._caught, None
        return caught[1] if caught is not None and caught[0] == beat_s else ()

    def look(self) -> None:
        """Take the stack if the beat is missing."""
        beat_s = self._beat_s()
        missing_s = self._now() - beat_s
        if missing_s < self._stall_s:
            return
        if self._caught is None or self._caught[0] != beat_s:
            frame = sys._current_frames().get(self._watched)
            self._caught = beat_s, _shown(frame)
        if missing_s >= _HANGS_AFTER_S and self._told != beat_s:
            self._told = beat_s
            log = structlog.get_logger("watchdog")
            log.critical("event loop hangs", seconds=round(missing_s, 1), frames=self._caught[1])

    def _run(self) -> None:
        while not self._stop.wait(self._stall_s / 4):
            self.look()


def _shown(frame: FrameType | None) -> tuple[str, ...]:
    if frame is None:
        return ()
    stack = traceback.extract_stack(frame)[-_DEEPEST:]
    return tuple(f"{entry.filename}:{entry.lineno} {entry.name}" for entry in stack)
