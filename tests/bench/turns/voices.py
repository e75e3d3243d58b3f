"""The callers' voices, none of them the agent's, each fixed to one half of the corpus by speaker.

The bundled Vosk model was trained on synthetic speech. The test half therefore has three voices
that it never heard (awb, ked, heart) beside three eSpeak speakers of a kind it did hear, and the
report keeps the two apart. Debian: flite, espeak-ng, festival, festvox-kdlpc16k; PyPI: hibari-tts.
"""

import hashlib
import importlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from platformdirs import user_cache_path

from agent.errors import UnderstudyError
from agent.speech.conditioning import at_rate, condition
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore

RATE_HZ = 8000
CACHE_DIR = user_cache_path("understudy") / "bench-turns"
Samples = NDArray[np.float64]
Split = Literal["tune", "test"]

_AUDIBLE_BELOW_PEAK_DB = 45.0
_TIMEOUT_S = 30.0


class VoiceError(UnderstudyError):
    """A synthesiser of the bench that is missing or fails."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker; `asr_heard` says whether the bundled recogniser was trained on it."""

    name: str
    engine: Literal["flite", "espeak-ng", "festival", "hibari"]
    argument: str
    split: Split
    asr_heard: bool


VOICES = (
    Voice("slt", "flite", "slt", "tune", asr_heard=True),
    Voice("kal", "flite", "kal16", "tune", asr_heard=True),
    Voice("rms", "flite", "rms", "tune", asr_heard=True),
    Voice("espeak-gb-f2", "espeak-ng", "en-gb+f2", "tune", asr_heard=True),
    Voice("espeak-us-m3", "espeak-ng", "en-us+m3", "tune", asr_heard=True),
    Voice("espeak-scot", "espeak-ng", "en-gb-scotland", "tune", asr_heard=True),
    Voice("awb", "flite", "awb", "test", asr_heard=False),
    Voice("ked", "festival", "voice_ked_diphone", "test", asr_heard=False),
    Voice("heart", "hibari", "heart", "test", asr_heard=False),
    Voice("espeak-rp-f5", "espeak-ng", "en-gb-x-rp+f5", "test", asr_heard=True),
    Voice("espeak-us-max", "espeak-ng", "en-us+max", "test", asr_heard=True),
    Voice("espeak-carib", "espeak-ng", "en-029", "test", asr_heard=True),
)
_PACKAGES = {"flite": "flite", "espeak-ng": "espeak-ng", "text2wave": "festival festvox-kdlpc16k"}


def voices_of(split: Split) -> tuple[Voice, ...]:
    """The speakers of one half."""
    return tuple(voice for voice in VOICES if voice.split == split)


def voice_named(name: str) -> Voice:
    """The voice of an item; KeyError for a name that is not in `VOICES`."""
    return {voice.name: voice for voice in VOICES}[name]


@cache
def speak(voice: Voice, text: str) -> Samples:
    """A clip at 8 kHz, full scale 1.0, silent ends cut; kept on disk. Raises VoiceError."""
    path = _cached(f"{voice.engine}|{voice.argument}|{text}", "callers")
    if not path.exists():
        raw, rate_hz = _synthesise(voice, text)
        save_array(path, trimmed(soxr.resample(raw, rate_hz, RATE_HZ)))
    clip: Samples = np.load(path).astype(np.float64)
    return clip


class AgentVoice:
    """The product's own Piper voice, conditioned as the product does it."""

    def __init__(self) -> None:
        self._path = ModelStore(Path("/nonexistent")).locate("tts")
        self._piper: PiperSynthesizer | None = None

    def line(self, text: str) -> Pcm:
        """A line as the agent sends it: int16 at 8 kHz, about -18 dBFS; kept on disk."""
        path = _cached(f"{self._path.name}|{self._path.stat().st_size}|{text}", "agent")
        if not path.exists():
            if self._piper is None:
                self._piper = PiperSynthesizer(self._path)
            rate_hz = self._piper.sample_rate_hz
            sentences = [
                at_rate(condition(chunk, rate_hz, trim_start=index == 0), rate_hz, RATE_HZ)
                for index, chunk in enumerate(self._piper.synthesize(text))
            ]
            save_array(path, np.concatenate(sentences))
        pcm: Pcm = np.load(path)
        return pcm


def trimmed(samples: Samples) -> Samples:
    """Without what is silent before the first and after the last sound."""
    peak = float(np.abs(samples).max(initial=0.0))
    audible = np.flatnonzero(np.abs(samples) > peak * 10 ** (-_AUDIBLE_BELOW_PEAK_DB / 20))
    return samples[audible[0] : audible[-1] + 1] if audible.size else samples


def save_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write a .npy file whole or not at all: other processes may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if array.dtype == np.float64:
        array = array.astype(np.float32)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npy", delete=False) as file:
        np.save(file, array)
    Path(file.name).replace(path)


def _cached(key: str, folder: str) -> Path:
    return CACHE_DIR / folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.npy"


def _synthesise(voice: Voice, text: str) -> tuple[Samples, int]:
    if voice.engine == "hibari":
        return _hibari(text)
    with tempfile.TemporaryDirectory() as directory:
        wav = Path(directory) / "clip.wav"
        command, stdin = {
            "flite": (["flite", "-voice", voice.argument, "-t", text, "-o", str(wav)], ""),
            "espeak-ng": (
                ["espeak-ng", "-v", voice.argument, "-s", "160", "-w", str(wav), text],
                "",
            ),
            "festival": (["text2wave", "-eval", f"({voice.argument})", "-o", str(wav)], text),
        }[voice.engine]
        if shutil.which(command[0]) is None:
            raise VoiceError(
                f"{command[0]}, a caller's voice of the bench, is missing: "
                f"apt-get install {_PACKAGES[command[0]]}"
            )
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
        if done.returncode != 0 or not wav.exists():
            raise VoiceError(f"{voice.name} can't say {text!r}: {done.stderr.strip()[:200]}")
        samples, rate_hz = soundfile.read(wav, dtype="float64")
        return samples, int(rate_hz)


def _hibari(text: str) -> tuple[Samples, int]:
    try:
        samples = _hibari_voice()(text, seed=0)
    except ImportError:
        raise VoiceError(
            "hibari-tts, a caller's voice of the bench, is missing: pip install hibari-tts==0.2.1"
        ) from None
    return np.asarray(samples, np.float64), 24000


@cache
def _hibari_voice() -> Any:
    return importlib.import_module("hibari").Hibari()
