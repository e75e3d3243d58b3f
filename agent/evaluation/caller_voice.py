"""Lines for scripted callers, spoken by Debian's flite or read from WAV files.

flite is fast, offline and sounds nothing like the agent's Piper voice, so a listener can tell the
two apart; `slt` is a woman's voice.
"""

import asyncio
import hashlib
import io
import wave
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from platformdirs import user_cache_path

from agent.cloning.files import write_bytes
from agent.errors import UnderstudyError
from agent.evaluation.sound.voices import Voice, VoiceError, synthesise

Pcm = NDArray[np.int16]

_LEVEL_DBFS = -20.0
_PEAK = 30000.0
_AUDIBLE = 0.003  # of full scale: -50 dB
_FULL_SCALE = 32768.0


class CallerVoiceError(UnderstudyError):
    """A caller's line that can't be spoken."""


class CallerVoice:
    """Text to PCM: int16 mono, active level about -20 dBFS, no silent ends; kept on disk."""

    def __init__(self, voice: str = "slt", cache_dir: Path | None = None) -> None:
        self.voice = voice
        self._cache_dir = cache_dir or user_cache_path("understudy") / "callers"

    async def speak(self, text: str, sample_rate_hz: int) -> Pcm:
        """A line at 8000 or 16000 Hz. Raises CallerVoiceError when flite is missing or fails."""
        return await asyncio.to_thread(self._speak, text, sample_rate_hz)

    def _speak(self, text: str, sample_rate_hz: int) -> Pcm:
        key = hashlib.sha256(f"{self.voice}\n{text}".encode()).hexdigest()[:24]
        path = self._cache_dir / f"{key}.wav"
        if not path.exists():
            self._synthesise(text, path)
        return read_wav(path, sample_rate_hz)

    def _synthesise(self, text: str, path: Path) -> None:
        voice = Voice(self.voice, "flite", self.voice, asr_heard=False)
        try:
            samples, rate_hz = synthesise(voice, text)
        except VoiceError as error:
            raise CallerVoiceError(str(error)) from None
        made = io.BytesIO()
        soundfile.write(made, samples, rate_hz, subtype="PCM_16", format="WAV")
        write_bytes(path, made.getvalue())


def read_wav(path: Path, sample_rate_hz: int) -> Pcm:
    """A WAV file of 16-bit samples as mono at this rate, about -20 dBFS, without silent ends."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise CallerVoiceError(f"{path}: samples are not 16 bits wide; convert it with sox")
            rate_hz, channels = file.getframerate(), file.getnchannels()
            pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    except (OSError, wave.Error, EOFError) as error:
        raise CallerVoiceError(f"{path}: not a WAV file that can be read: {error}") from error
    mono = pcm.reshape(-1, channels).mean(axis=1).astype(np.float32)
    return _levelled(soxr.resample(mono, rate_hz, sample_rate_hz))


def _levelled(samples: NDArray[np.float32]) -> Pcm:
    """Bring speech to its level and cut the silence around it: a line ends when its voice does."""
    audible = np.flatnonzero(np.abs(samples) > _FULL_SCALE * _AUDIBLE)
    if audible.size == 0:
        return samples.astype(np.int16)
    samples = samples[audible[0] : audible[-1] + 1]
    active = samples[np.abs(samples) > _FULL_SCALE * _AUDIBLE]
    rms = float(np.sqrt(np.mean(active**2)))
    gain = min(10 ** (_LEVEL_DBFS / 20) * _FULL_SCALE / rms, _PEAK / float(np.abs(samples).max()))
    return (samples * gain).astype(np.int16)
