"""Mixing rules, fixed so that numbers stay comparable (guide: turn-taking 5.2).

Band-pass first, then levels; the level of speech is the RMS over its active frames; noise runs
through the whole item at a ratio to that level; the codec comes last, then the network.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from agent.evaluation.sound.voices import RATE_HZ, Samples
from agent.media.g711 import CompandingTables, alaw_tables, ulaw_tables
from agent.speech.protocols import Pcm

FRAME = 160
FRAME_S = 0.02
LINE_NOISE_DBFS = -66.0
_ACTIVE_RANGE_DB = 35.0
_ONSET_RANGE_DB = 25.0
_ONSET_OF_NEXT = (4, 6)
_PEAK = 10 ** (-1 / 20)
_SILENT_DBFS = -96.0
_BURST_FRAMES = 5.0
_REORDERED = 0.005
_BAND = signal.butter(6, (300, 3400), "bandpass", fs=RATE_HZ, output="sos")


@dataclass(frozen=True, slots=True)
class Condition:
    """What happens to the caller's sound on its way; None and 0 mean that it does not."""

    snr_db: float | None = None
    noise: str = ""
    codec: Literal["ulaw", "alaw"] = "ulaw"
    loss: float = 0.0
    jitter_ms: float = 0.0
    echo_delay_ms: float = 0.0
    echo_return_loss_db: float | None = None

    @property
    def name(self) -> str:
        """The column of a report: "clean", "10 dB", "echo 12 dB" or "network"."""
        if self.echo_return_loss_db is not None:
            return f"echo {self.echo_return_loss_db:.0f} dB"
        if self.loss or self.jitter_ms:
            return "network"
        return "clean" if self.snr_db is None else f"{self.snr_db:.0f} dB"


def band_pass(samples: Samples) -> Samples:
    """The telephone band, 300 to 3400 Hz."""
    passed: Samples = signal.sosfilt(_BAND, samples)
    return passed


def frame_levels_dbfs(samples: Samples) -> Samples:
    """RMS of each whole 20 ms frame; full scale is 1.0."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.maximum(np.mean(frames**2, axis=1), 10 ** (_SILENT_DBFS / 10))
    levels: Samples = 10 * np.log10(power)
    return levels


def active_level_dbfs(samples: Samples) -> float:
    """RMS over the frames within 35 dB of the 95th percentile of frame levels."""
    levels = frame_levels_dbfs(samples)
    active = levels[levels > np.percentile(levels, 95) - _ACTIVE_RANGE_DB]
    return float(10 * np.log10(np.mean(10 ** (active / 10))))


def at_level(samples: Samples, dbfs: float) -> Samples:
    """Speech or a short sound brought to this active level."""
    return samples * 10 ** ((dbfs - active_level_dbfs(samples)) / 20)


def at_rms(samples: Samples, dbfs: float) -> Samples:
    """Noise brought to this level over its whole length."""
    rms = float(np.sqrt(np.mean(samples**2))) + 1e-12
    return samples * (10 ** (dbfs / 20) / rms)


def speech_frames(clean: Samples) -> NDArray[np.bool_]:
    """Which frames of a clean track are within 25 dB of its active level."""
    levels = frame_levels_dbfs(clean)
    if levels.max(initial=_SILENT_DBFS) <= _SILENT_DBFS + 1:
        return np.zeros(len(levels), bool)
    above: NDArray[np.bool_] = levels > active_level_dbfs(clean) - _ONSET_RANGE_DB
    return above


def onset_and_end_s(clean: Samples) -> tuple[float, float]:
    """The first frame above with at least 4 of the next 6 above; the end of the last one above.

    A sound too short for that (a click) starts with its first frame above.
    """
    above = speech_frames(clean)
    indices = np.flatnonzero(above)
    if not indices.size:
        raise ValueError("a track without any sound has no onset")
    wanted, window = _ONSET_OF_NEXT
    onset = next(
        (i for i in indices if above[i + 1 : i + 1 + window].sum() >= wanted), int(indices[0])
    )
    return float(onset * FRAME_S), float((indices[-1] + 1) * FRAME_S)


def limited(samples: Samples) -> Samples:
    """Scaled down as a whole where a peak would pass -1 dBFS."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples * (_PEAK / peak) if peak > _PEAK else samples


def to_pcm(samples: Samples) -> Pcm:
    """Float samples of full scale 1.0 as int16."""
    pcm: Pcm = np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)
    return pcm


def tables(codec: Literal["ulaw", "alaw"]) -> CompandingTables:
    """The product's own G.711 tables."""
    return ulaw_tables() if codec == "ulaw" else alaw_tables()


def coded(pcm: Pcm, codec: Literal["ulaw", "alaw"]) -> Pcm:
    """Through G.711 and back."""
    table = tables(codec)
    decoded: Pcm = table.decode[table.encode[pcm.view(np.uint16)]]
    return decoded


def arrivals_s(
    frames: int, condition: Condition, phase_s: float, rng: np.random.Generator
) -> Samples:
    """When each frame arrives (nan: lost).

    A frame leaves when its last sample was spoken. Loss comes in bursts of 100 ms on average
    (Gilbert-Elliott); jitter keeps the order, and one in 200 frames is then overtaken.
    """
    sent = np.arange(1, frames + 1, dtype=np.float64) * FRAME_S + phase_s
    if not condition.loss and not condition.jitter_ms:
        return sent
    delay_s = rng.uniform(0, condition.jitter_ms / 1000 + 1e-9, frames)
    arrived: Samples = np.maximum.accumulate(sent + delay_s)
    late = rng.random(frames) < _REORDERED
    arrived[late] += rng.uniform(0.025, 0.06, int(late.sum()))
    arrived[lost_frames(frames, condition.loss, rng)] = np.nan
    return arrived


def lost_frames(frames: int, loss: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A Gilbert-Elliott channel that loses everything in its bad state."""
    leave_bad = 1 / _BURST_FRAMES
    enter_bad = loss * leave_bad / (1 - loss)
    draws, lost, bad = rng.random(frames), np.zeros(frames, bool), False
    for index, draw in enumerate(draws):
        bad = draw >= leave_bad if bad else draw < enter_bad
        lost[index] = bad
    return lost


@dataclass(frozen=True, slots=True, eq=False)
class EchoPath:
    """How what the agent sends comes back: delayed, dulled, and `return_loss_db` weaker."""

    delay_samples: int
    response: Samples

    @classmethod
    def make(cls, delay_ms: float, return_loss_db: float, rng: np.random.Generator) -> "EchoPath":
        """A decaying response of 20 ms behind a gentle low-pass, scaled to the return loss.

        The loss holds for the telephone band as a whole, not for each frequency.
        """
        taps = np.exp(-np.arange(FRAME) / (FRAME / 5)) * rng.standard_normal(FRAME)
        taps[0] = 2.0
        taps = np.convolve(taps, signal.firwin(21, 2500, fs=RATE_HZ))
        probe = band_pass(rng.standard_normal(RATE_HZ))
        gain = np.sqrt(np.mean(np.convolve(probe, taps) ** 2) / np.mean(probe**2))
        taps *= 10 ** (-return_loss_db / 20) / gain
        return cls(round(delay_ms * RATE_HZ / 1000), taps)

    def frame(self, sent: Samples, frame_index: int) -> Samples:
        """The echo within one caller frame, from all that has been sent so far."""
        start = frame_index * FRAME - self.delay_samples
        window = np.zeros(FRAME + len(self.response) - 1)
        first = start - len(self.response) + 1
        available = sent[max(first, 0) : max(start + FRAME, 0)]
        offset = max(-first, 0)
        window[offset : offset + len(available)] = available
        echo: Samples = np.convolve(window, self.response, mode="valid")
        return echo
