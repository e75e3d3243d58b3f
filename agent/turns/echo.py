r"""The agent's own voice in the caller's line: known by what was sent.

    sent    F[t]  ___/^^^\___/^^\____          levels of 20 ms frames
    heard   N[t]  ______/***\___/**\_          the same shape, later and quieter: echo

Five times a second the two envelopes are correlated over the last 3 s. Where they fit, the lag and
the return loss predict the echo in the frames to come, and a frame that is no louder than that is
not the caller (guide: turn-taking 4.6).
"""

from collections import deque
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from agent.turns.lexicon import has_stop_word, tokens

FRAME_S = 0.02
_WINDOW = 150  # frames: 3 s
_MAX_LAG = 30  # frames: 600 ms
_EVERY = 10  # frames: 0.2 s
# A fit above the second is echo, below the first it is none; between them it takes more of the
# agent's voice to tell, and the first counts.
_FIT, _SURE_FIT = 0.6, 0.8
_SOME, _ENOUGH = 25, 50
# Speech moves more than this; a noise that drifts fits a few frames of anything.
_SPEECH_RANGE_DB = 10.0
_FITS_NEEDED = 2
_VERDICTS = 8
_ACTIVE_DBFS = -45.0
_LOUDEST_RETURN_PERCENTILE = 10
_SPREAD = 2  # frames around the lag
_MARGIN_DB = 6.0
# Until the path is known: more would keep soft callers out, and a false pause is taken back.
_ASSUMED_LOSS_DB = 24.0
_ASSUMED_LAGS = 15
_NO_ECHO_DB = 40.0
_ECHOED_BIGRAMS = 0.6
_ECHOED_TOKENS = 0.8
_FEW_TOKENS = 3


class EchoGate:
    """One call's echo path. Feed `sent` and `heard` once a 20 ms tick each, in this order."""

    def __init__(self, *, learn: bool = True) -> None:
        """Without `learn` the line is known to return nothing."""
        self._learn = learn
        self._sent: deque[float] = deque([-96.0] * (_WINDOW + _MAX_LAG), _WINDOW + _MAX_LAG)
        self._heard: deque[float] = deque([-96.0] * _WINDOW, _WINDOW)
        self._fits: deque[bool] = deque(maxlen=_VERDICTS)
        self._ticks = 0
        self._lag = 0
        self.return_loss_db: float | None = None

    @property
    def present(self) -> bool:
        """Whether the line returns the agent's voice."""
        return bool(self._fits) and sum(self._fits) >= min(_FITS_NEEDED, len(self._fits))

    @property
    def known(self) -> bool:
        """Whether there was enough of the agent's voice to tell."""
        return not self._learn or bool(self._fits)

    def sent(self, level_dbfs: float) -> None:
        """The level of the frame that was sent at this tick."""
        self._sent.append(level_dbfs)

    def heard(self, level_dbfs: float) -> None:
        """The level of the caller's frame at this tick."""
        self._heard.append(level_dbfs)
        self._ticks += 1
        if self._learn and self._ticks % _EVERY == 0:
            self._estimate()

    def gate_dbfs(self) -> float:
        """A frame must be louder than this to be the caller; -inf where no echo is to be feared."""
        far = list(self._sent)
        if self.known:
            if not self.present or self.return_loss_db is None:
                return float("-inf")
            newest = len(far) - self._lag + _SPREAD
            near_lag = far[max(0, newest - 2 * _SPREAD - 1) : newest]
            return max(near_lag, default=-96.0) - self.return_loss_db + _MARGIN_DB
        return max(far[-_ASSUMED_LAGS:]) - _ASSUMED_LOSS_DB + _MARGIN_DB

    def _estimate(self) -> None:
        sent = np.array(self._sent)
        heard = np.array(self._heard)
        active = int((sent[-_WINDOW:] > _ACTIVE_DBFS).sum())
        if active < _SOME:
            return  # too little of the agent's voice to learn from
        # Where no echo can be, the caller may speak: those frames say nothing of the echo.
        windows = sliding_window_view(sent, _WINDOW)[::-1]
        possible = (windows > _ACTIVE_DBFS).any(axis=0)
        fits = _correlations(heard[possible], windows[:, possible])
        best = int(np.argmax(fits))
        delayed = windows[best]
        loud = delayed > _ACTIVE_DBFS
        losses = delayed[loud] - heard[loud]
        loss = float(np.percentile(losses, _LOUDEST_RETURN_PERCENTILE)) if loud.any() else 96.0
        if not _FIT <= fits[best] < _SURE_FIT or active >= _ENOUGH:
            low, high = np.percentile(heard[possible], (10, 90))
            moves = high - low >= _SPEECH_RANGE_DB
            fit = bool(fits[best] >= _FIT and loss < _NO_ECHO_DB and moves)
            self._fits.append(fit)
            if fit:
                self._lag = best
                self.return_loss_db = loss


def _correlations(one: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised, of an envelope with each row without their means; 0 where one does not move."""
    one = one - one.mean()
    others = others - others.mean(axis=1, keepdims=True)
    power = np.sqrt(np.dot(one, one) * (others**2).sum(axis=1))
    fits: NDArray[np.float64] = np.zeros(len(others))
    np.divide(others @ one, power, out=fits, where=power > 1e-9)
    return fits


def is_echo_of(text: str, said: str) -> bool:
    """Whether recognised words are the agent's own, in its order; a stop word never is."""
    words = tokens(text)
    if not words or has_stop_word(text):
        return False
    own = tokens("".join(c if c.isalnum() or c in "' " else " " for c in said))
    if len(words) <= _FEW_TOKENS:
        return _share(words, own) >= _ECHOED_TOKENS
    pairs = set(pairwise(own))
    return _share(pairwise(words), pairs) >= _ECHOED_BIGRAMS


def _share(items: Iterable[object], among: Iterable[object]) -> float:
    known = set(among)
    flags = [item in known for item in items]
    return sum(flags) / len(flags)
