"""Voice activity by Silero's neural detector in ONNX: dearer than WebRTC's, and seldom fooled.

The model judges windows of 32 ms, each with the last 4 ms before it, and carries a state from one
window to the next (silero-vad 6.2.3, `OnnxWrapper` of its utils_vad.py).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from agent.speech.errors import CorruptModel
from agent.speech.protocols import Pcm

_INPUTS = {"input", "state", "sr"}
_STATE_SHAPE = (2, 1, 128)
_FULL_SCALE = 32768.0
_REMEDY = "fetch it again with `understudy models fetch silero-vad`."


@dataclass(frozen=True, slots=True)
class _Window:
    """Samples the model takes at once at a rate."""

    length: int
    context: int


_WINDOWS = {8000: _Window(256, 32), 16000: _Window(512, 64)}


class SileroModel:
    """A loaded model, shared by all calls; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Load the .onnx. Raises CorruptModel."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's errors have no common base
            raise CorruptModel(
                f"The speech detector at {path} can't be loaded: {_REMEDY}"
            ) from error
        if {item.name for item in self._session.get_inputs()} != _INPUTS:
            raise CorruptModel(f"The model at {path} is not Silero's speech detector: {_REMEDY}")

    def open(self, sample_rate_hz: int) -> "SileroVad":
        """A detector for one audio direction; ValueError for any rate but 8000 and 16000 Hz."""
        window = _WINDOWS.get(sample_rate_hz)
        if window is None:
            raise ValueError(f"Silero's rates are 8000 and 16000 Hz, not {sample_rate_hz}")
        return SileroVad(self._session, sample_rate_hz, window)


class SileroVad:
    """Speech confidence of 20 ms frames: that of the newest whole window.

    Windows don't end where frames do: 8 frames hold 5 windows. What a frame's confidence knows of
    the audio ends 0 to 28 ms before the frame does, 14 ms in the mean; the first frame's is 0.0. A
    call of `confidence` runs the model at most once.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, sample_rate_hz: int, window: _Window
    ) -> None:
        """Made by `SileroModel.open`."""
        self._session = session
        self._frame_length = sample_rate_hz // 50
        self._context = window.context
        self._filled = window.context
        # Context and window lie one after the other, as the model takes them.
        self._input: NDArray[np.float32] = np.zeros(
            (1, window.context + window.length), dtype=np.float32
        )
        self._state: NDArray[np.float32] = np.zeros(_STATE_SHAPE, dtype=np.float32)
        self._rate = np.array(sample_rate_hz, dtype=np.int64)
        self._confidence = 0.0

    def confidence(self, frame: Pcm) -> float:
        """How likely the newest window is speech; ValueError when a frame isn't 20 ms long."""
        if len(frame) != self._frame_length:
            raise ValueError(
                f"a frame of {len(frame)} samples is not 20 ms at {self._rate.item()} Hz"
            )
        samples = self._input[0]
        fits = min(len(frame), len(samples) - self._filled)
        self._fill(frame[:fits])
        if self._filled == len(samples):
            output, self._state = self._session.run(
                None, {"input": self._input, "state": self._state, "sr": self._rate}
            )
            self._confidence = float(output[0, 0])
            samples[: self._context] = samples[-self._context :]
            self._filled = self._context
            self._fill(frame[fits:])
        return self._confidence

    def _fill(self, pcm: Pcm) -> None:
        end = self._filled + len(pcm)
        np.divide(pcm, _FULL_SCALE, out=self._input[0, self._filled : end], dtype=np.float32)
        self._filled = end
