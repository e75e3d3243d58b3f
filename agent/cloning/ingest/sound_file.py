"""Sound files of every kind that telephone systems write, as int16 legs."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from agent.cloning.errors import CloneError
from agent.cloning.recorded import Audio, Speaker
from agent.speech.protocols import Pcm

SOUND_SUFFIXES = frozenset({
    ".wav", ".wav49", ".mp3", ".flac", ".ogg", ".opus", ".oga", ".gsm", ".aif", ".aiff", ".au",
    ".ulaw", ".alaw", ".sln", ".sln16", ".raw",
})  # fmt: skip
# Asterisk's own headerless formats, all mono: soundfile's subtype and the rate.
_HEADERLESS = {
    ".gsm": ("GSM610", 8000),
    ".ulaw": ("ULAW", 8000),
    ".alaw": ("ALAW", 8000),
    ".sln": ("PCM_16", 8000),
    ".raw": ("PCM_16", 8000),
    ".sln16": ("PCM_16", 16000),
}
# What the recogniser's model and the voice activity detector take as it is.
_TAKEN_HZ = (8000, 16000)
_TELEPHONE_HZ = 8000


class UnreadableSound(CloneError):
    """A file that is no sound or whose sound can't be decoded; says why, for a list."""


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What a file's header tells; `missing_s` is what a broken-off file promised beyond."""

    channels: int
    rate_hz: int
    duration_s: float
    missing_s: float = 0.0


def look_at(path: Path) -> SoundInfo:
    """Without decoding it. Raises UnreadableSound."""
    try:
        if path.stat().st_size == 0:
            raise UnreadableSound("the file is empty (0 bytes)")
        with _open(path) as file:
            rate, frames, channels = file.samplerate, file.frames, file.channels
    except (soundfile.SoundFileError, OSError) as error:
        raise UnreadableSound(f"it can't be decoded ({_short(error)})") from None
    if rate <= 0 or frames <= 0:
        raise UnreadableSound("it has a header and no sound")
    return SoundInfo(channels, rate, frames / rate, _missing_s(path, frames / rate))


def read_channels(path: Path) -> tuple[list[Pcm], int]:
    """Each channel as int16 and the rate, 8000 or 16000 Hz. Raises UnreadableSound."""
    try:
        with _open(path) as file:
            rate = file.samplerate
            samples = file.read(dtype="int16", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise UnreadableSound(f"it can't be decoded ({_short(error)})") from None
    if rate not in _TAKEN_HZ:
        samples, rate = soxr.resample(samples, rate, _TELEPHONE_HZ), _TELEPHONE_HZ
    return [np.ascontiguousarray(samples[:, number]) for number in range(samples.shape[1])], rate


def read_legs(audio: Audio) -> tuple[dict[Speaker, Pcm], int]:
    """Each side's sound and the rate of both; of a mixed recording twice the same.

    Raises UnreadableSound.
    """
    channels, rate_hz = read_channels(audio.files[0])
    if audio.layout == "mono":
        return {"customer": channels[0], "agent": channels[0]}, rate_hz
    if audio.layout == "stereo":
        customer = audio.customer_channel
        return {"customer": channels[customer], "agent": channels[1 - customer]}, rate_hz
    (agent, *_), agent_hz = read_channels(audio.files[1])
    if agent_hz != rate_hz:
        return {
            "customer": soxr.resample(channels[0], rate_hz, _TELEPHONE_HZ),
            "agent": soxr.resample(agent, agent_hz, _TELEPHONE_HZ),
        }, _TELEPHONE_HZ
    return {"customer": channels[0], "agent": agent}, rate_hz


def _open(path: Path) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(path)
    except (soundfile.SoundFileError, TypeError):
        headerless = _HEADERLESS.get(path.suffix.lower())
        if headerless is None:
            raise
        subtype, rate = headerless
        return soundfile.SoundFile(path, samplerate=rate, channels=1, format="RAW", subtype=subtype)


def _missing_s(path: Path, found_s: float) -> float:
    """How much a WAV file's header promises beyond the file's end, by the size of its data."""
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF":
            return 0.0
        (promised,) = struct.unpack("<I", head[4:8])
    size = path.stat().st_size
    # A recorder that never came to write the length leaves 0 or the largest number.
    if promised in (0, 0xFFFFFFFF) or promised + 8 <= size + 1:
        return 0.0
    return float(found_s * (promised + 8 - size) / size)


def _short(error: Exception) -> str:
    return str(error).split(": ")[-1].rstrip(".")
