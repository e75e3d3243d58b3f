"""The codecs a call leg can use: the static RTP payload types that Asterisk's UnicastRTP takes.

A dynamic payload type (slin16 is 118) would be one-way: UnicastRTP drops what we send with it.
"""

from typing import Protocol

import numpy as np
from G722 import G722
from numpy.typing import NDArray

from agent.media.errors import UnknownCodec
from agent.media.g711 import CompandingTables, alaw_tables, ulaw_tables

Pcm = NDArray[np.int16]

FRAME_MS = 20
FRAME_S = FRAME_MS / 1000
RTP_CLOCK_HZ = 8000
TIMESTAMP_STEP = 160
"""RTP clock ticks a frame. Also its payload bytes: all three codecs carry 64 kbit/s."""


class Codec(Protocol):
    """One leg's coder. Stateful: an encoder and a decoder each, never shared between calls."""

    @property
    def name(self) -> str: ...
    @property
    def payload_type(self) -> int: ...
    @property
    def sample_rate_hz(self) -> int: ...
    @property
    def samples_per_frame(self) -> int: ...
    @property
    def timestamp_step(self) -> int: ...

    def encode(self, pcm: Pcm) -> bytes:
        """Code int16 mono at `sample_rate_hz`, any even number of samples."""
        ...

    def decode(self, payload: bytes) -> Pcm:
        """Decode a payload of any length to int16 mono at `sample_rate_hz`."""
        ...


class G711Codec:
    """Mu-law or A-law, 8 kHz, 64 kbit/s."""

    sample_rate_hz = RTP_CLOCK_HZ
    samples_per_frame = 160
    timestamp_step = TIMESTAMP_STEP

    def __init__(self, name: str, payload_type: int, tables: CompandingTables) -> None:
        self.name = name
        self.payload_type = payload_type
        self._encode = tables.encode
        self._decode = tables.decode

    def encode(self, pcm: Pcm) -> bytes:
        return self._encode[pcm.view(np.uint16)].tobytes()

    def decode(self, payload: bytes) -> Pcm:
        return self._decode[np.frombuffer(payload, np.uint8)]


class G722Codec:
    """G.722 at 64 kbit/s: 16 kHz audio under an RTP clock of 8 kHz (RFC 3551, 4.5.2)."""

    name = "g722"
    payload_type = 9
    sample_rate_hz = 16000
    samples_per_frame = 320
    timestamp_step = TIMESTAMP_STEP

    def __init__(self) -> None:
        self._encoder = G722(self.sample_rate_hz, 64000)
        self._decoder = G722(self.sample_rate_hz, 64000)

    def encode(self, pcm: Pcm) -> bytes:
        coded: bytes = self._encoder.encode(pcm)
        return coded

    def decode(self, payload: bytes) -> Pcm:
        return np.frombuffer(self._decoder.decode(payload), np.int16)


def open_codec(name: str) -> Codec:
    """A new coder for `ulaw`, `alaw` or `g722`.

    Raises:
        UnknownCodec: no coder of that name.
    """
    if name == "ulaw":
        return G711Codec("ulaw", 0, ulaw_tables())
    if name == "alaw":
        return G711Codec("alaw", 8, alaw_tables())
    if name == "g722":
        return G722Codec()
    raise UnknownCodec(
        f"codec {name!r} can't carry a call: set the endpoint's `allow=` to ulaw, alaw or g722"
    )
