"""Speakers of simulated callers, none of them the agent's.

The bundled Vosk model was trained on synthetic speech: on voices that it heard it errs less, so
whoever measures with them keeps the two kinds apart. Debian: flite, espeak-ng, festival,
festvox-kdlpc16k; PyPI: hibari-tts.
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

RATE_HZ = 8000
Samples = NDArray[np.float64]

_AUDIBLE_BELOW_PEAK_DB = 45.0
_TIMEOUT_S = 30.0
_WORDS_A_MINUTE = 160
# How much longer the same words take somebody who speaks slowly.
_SLOWLY = 1.35


class VoiceError(UnderstudyError):
    """A synthesiser that is missing or fails."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker; `asr_heard` says whether the bundled recogniser was trained on it."""

    name: str
    engine: Literal["flite", "espeak-ng", "festival", "hibari"]
    argument: str
    asr_heard: bool


VOICES = (
    Voice("slt", "flite", "slt", asr_heard=True),
    Voice("kal", "flite", "kal16", asr_heard=True),
    Voice("rms", "flite", "rms", asr_heard=True),
    Voice("espeak-gb-f2", "espeak-ng", "en-gb+f2", asr_heard=True),
    Voice("espeak-us-m3", "espeak-ng", "en-us+m3", asr_heard=True),
    Voice("espeak-scot", "espeak-ng", "en-gb-scotland", asr_heard=True),
    Voice("awb", "flite", "awb", asr_heard=False),
    Voice("ked", "festival", "voice_ked_diphone", asr_heard=False),
    Voice("heart", "hibari", "heart", asr_heard=False),
    Voice("espeak-rp-f5", "espeak-ng", "en-gb-x-rp+f5", asr_heard=True),
    Voice("espeak-us-max", "espeak-ng", "en-us+max", asr_heard=True),
    Voice("espeak-carib", "espeak-ng", "en-029", asr_heard=True),
)
_PACKAGES = {"flite": "flite", "espeak-ng": "espeak-ng", "text2wave": "festival festvox-kdlpc16k"}


def voice_named(name: str) -> Voice:
    """One of `VOICES`; KeyError for a name that is not there."""
    return {voice.name: voice for voice in VOICES}[name]


@cache
def speak(voice: Voice, text: str, *, slowly: bool = False) -> Samples:
    """A clip at 8 kHz, full scale 1.0, silent ends cut; kept on disk. Raises VoiceError.

    `slowly` is for flite's and eSpeak's voices.
    """
    key = f"{voice.engine}|{voice.argument}|{text}" + ("|slowly" if slowly else "")
    path = user_cache_path("understudy") / "callers" / f"{_digest(key)}.npy"
    if not path.exists():
        raw, rate_hz = synthesise(voice, text, slowly=slowly)
        save_array(path, trimmed(soxr.resample(raw, rate_hz, RATE_HZ)))
    clip: Samples = np.load(path).astype(np.float64)
    return clip


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


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def synthesise(voice: Voice, text: str, *, slowly: bool = False) -> tuple[Samples, int]:
    """A clip at the voice's own rate, full scale 1.0. Raises VoiceError."""
    if voice.engine == "hibari":
        return _hibari(text)
    with tempfile.TemporaryDirectory() as directory:
        wav = Path(directory) / "clip.wav"
        command, stdin = _command(voice, text, slowly, wav)
        if shutil.which(command[0]) is None:
            raise VoiceError(
                f"{command[0]}, a caller's voice, is missing: "
                f"apt-get install {_PACKAGES[command[0]]}"
            )
        done = subprocess.run(  # noqa: S603 - no shell; the text is one argument
            command, input=stdin, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
        if done.returncode != 0 or not wav.exists():
            raise VoiceError(f"{voice.name} can't say {text!r}: {done.stderr.strip()[:200]}")
        samples, rate_hz = soundfile.read(wav, dtype="float64")
        return samples, int(rate_hz)


def _command(voice: Voice, text: str, slowly: bool, wav: Path) -> tuple[list[str], str]:
    """What to run, and its standard input."""
    if voice.engine == "flite":
        stretched = ["--setf", f"duration_stretch={_SLOWLY}"] if slowly else []
        return ["flite", "-voice", voice.argument, *stretched, "-t", text, "-o", str(wav)], ""
    if voice.engine == "espeak-ng":
        speed = round(_WORDS_A_MINUTE / (_SLOWLY if slowly else 1.0))
        return ["espeak-ng", "-v", voice.argument, "-s", str(speed), "-w", str(wav), text], ""
    return ["text2wave", "-eval", f"({voice.argument})", "-o", str(wav)], text


def _hibari(text: str) -> tuple[Samples, int]:
    try:
        samples = _hibari_voice()(text, seed=0)
    except ImportError:
        raise VoiceError(
            "hibari-tts, a caller's voice, is missing: pip install hibari-tts==0.2.1"
        ) from None
    return np.asarray(samples, np.float64), 24000


@cache
def _hibari_voice() -> Any:
    return importlib.import_module("hibari").Hibari()
