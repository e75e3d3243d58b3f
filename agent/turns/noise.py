"""How noisy the caller's line is, and what that means for barge-in."""

from collections import deque
from enum import Enum

import numpy as np

_WINDOW_FRAMES = 200  # 4 s of 20 ms frames
_PERCENTILE = 10
_UPDATE_EVERY = 10
_LEARNING = 0.3
_HYSTERESIS_DB = 2.0
_CLEAN_FROM_DB = 15.0
_NOISY_FROM_DB = 10.0
# Active level of telephone speech (ITU-T P.56) before a caller has been heard.
USUAL_CALLER_DBFS = -26.0


class Rung(Enum):
    """Steps of the noise ladder, by the caller's level over the noise."""

    CLEAN = "clean"
    NOISY = "noisy"
    LOUD = "loud"


class NoiseFloor:
    """The 10th percentile of the caller's level over the last 4 s.

    Speech is in it too: its gaps show the noise, and a detector that takes the noise for speech
    can't hide it. Frames that may be the agent's echo stay out.
    """

    def __init__(self, initial_dbfs: float = -60.0) -> None:
        self._levels: deque[float] = deque(maxlen=_WINDOW_FRAMES)
        self._dbfs = initial_dbfs
        self._frames = 0

    @property
    def dbfs(self) -> float:
        """The present estimate."""
        return self._dbfs

    def update(self, level_dbfs: float) -> None:
        """Take in a frame's level."""
        self._levels.append(level_dbfs)
        self._frames += 1
        # A percentile of 200 values a frame is wasted work; the floor moves slowly.
        if self._frames % _UPDATE_EVERY == 0:
            self._dbfs = float(np.percentile(list(self._levels), _PERCENTILE))


class NoiseLadder:
    """Signal-to-noise ratio of one call, as a rung with 2 dB of hysteresis."""

    def __init__(self) -> None:
        self.floor = NoiseFloor()
        self._caller_dbfs = USUAL_CALLER_DBFS
        self.caller_known = False
        self._rung = Rung.CLEAN

    @property
    def caller_dbfs(self) -> float:
        """The caller's usual level while it speaks."""
        return self._caller_dbfs

    @property
    def snr_db(self) -> float:
        """The caller's level over the noise floor."""
        return self._caller_dbfs - self.floor.dbfs

    def heard_turn(self, level_dbfs: float) -> None:
        """Take in the mean level of the speech frames of a turn that held words."""
        learning = _LEARNING if self.caller_known else 1.0
        self._caller_dbfs += learning * (level_dbfs - self._caller_dbfs)
        self.caller_known = True

    def rung(self) -> Rung:
        """The present rung."""
        self._rung = min(
            (r for r in Rung if self.snr_db >= self._threshold_db(r)),
            key=list(Rung).index,
        )
        return self._rung

    def _threshold_db(self, rung: Rung) -> float:
        order = list(Rung)
        base = {Rung.CLEAN: _CLEAN_FROM_DB, Rung.NOISY: _NOISY_FROM_DB, Rung.LOUD: float("-inf")}
        # The way up takes 2 dB more than staying does.
        better = order.index(rung) < order.index(self._rung)
        return base[rung] + (_HYSTERESIS_DB if better else 0.0)
