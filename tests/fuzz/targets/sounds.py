"""Sound files: what archives hold, and recordings of our own, plain and encrypted."""

import io
import struct
import wave
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from agent.cloning.ingest.sound_file import look_at, read_channels
from agent.media.sound_file import wav_header
from agent.sealing.keys import KeyRing
from agent.sealing.sound import SealedFormat, open_sealed
from agent.web.waveform import outline, read_waveform
from tests.fuzz.inputs import edited
from tests.fuzz.scratch import file_of, folder
from tests.fuzz.target import Target

_KEYS = KeyRing([bytes(range(32))])
_TOKENS = (
    b"RIFF", b"WAVE", b"fmt ", b"data", b"LIST", b"fact", b"RF64", b"ds64", b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x01\x00", b"\x07\x00", b"\x31\x00", b"\xfe\xff", b"\x00\x00\x00\x80", b"UNDSEAL1", b"caff",
    b"OggS",
    b"fLaC", b".snd", b"FORM",
)  # fmt: skip
_COLUMNS = 40


def _check_archive(data: bytes) -> None:
    """`.wav` is looked into; `.gsm` is headerless when it is nothing else."""
    for name in ("sound.wav", "sound.gsm"):
        path = file_of(data, name)
        info = look_at(path)
        assert info.duration_s > 0
        channels, rate_hz = read_channels(path)
        assert rate_hz in (8000, 16000)
        assert all(channel.dtype == np.int16 for channel in channels)


def _check_waveform(data: bytes) -> None:
    waveform = read_waveform(file_of(data, "recording.wav"), _COLUMNS)
    assert len(waveform.caller) == len(waveform.agent) == _COLUMNS
    assert all(0 <= peak <= 1 for peak in (*waveform.caller, *waveform.agent))
    outline(waveform.caller, middle=10, height=10, width=100)


def _check_sealed(data: bytes) -> None:
    path = file_of(data, "recording.sealed")
    with open_sealed(path, _KEYS) as sound:
        while sound.read(65536):
            pass
    read_waveform(path, _COLUMNS, lambda sealed: open_sealed(sealed, _KEYS))


def _wav(rate_hz: int, channels: int, width: int) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(bytes(range(200)) * channels * width)
    return content.getvalue()


def _ulaw() -> bytes:
    """As Asterisk's MixMonitor writes `.wav` by an option: format 7, 8 bits."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + form + struct.pack("<4sI", b"data", 160) + bytes(160)
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def _sealed() -> bytes:
    path: Path = folder() / "made.sealed"
    file = SealedFormat(_KEYS).create(path, 100)
    file.append(np.arange(500, dtype="<i2").reshape(-1, 2))
    file.close()
    return path.read_bytes()


_SOUNDS = (_wav(8000, 2, 2), _wav(16000, 1, 2), _wav(44100, 2, 3), _ulaw())
_RECORDINGS = (wav_header(8000, 800) + bytes(800), _wav(8000, 2, 2))

ARCHIVE = Target(
    "sound", _check_archive, edited(_SOUNDS, _TOKENS), tokens=_TOKENS, longest=2048, seeds=_SOUNDS
)
WAVEFORM = Target(
    "waveform", _check_waveform, edited(_RECORDINGS, _TOKENS), told=(ValueError,), tokens=_TOKENS,
    longest=2048, seeds=_RECORDINGS,
)  # fmt: skip
SEALED = Target(
    "sealed-recording",
    _check_sealed,
    st.deferred(lambda: edited([_sealed()], most=3)),
    tokens=_TOKENS,
    longest=2048,
)
TARGETS = (ARCHIVE, WAVEFORM, SEALED)
