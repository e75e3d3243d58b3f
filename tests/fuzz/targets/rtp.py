"""RTP: single packets, and whole streams through a session (RFC 3550)."""

import contextlib
from collections.abc import Callable, Iterator
from struct import pack
from typing import Any

import numpy as np
from hypothesis import strategies as st

from agent.media.clock import MediaClock
from agent.media.codecs import Pcm
from agent.media.endpoint import Address, DatagramCallback
from agent.media.jitter import CAPACITY_FRAMES
from agent.media.rtp import HeaderExtension, RtpPacket
from agent.media.session import MediaSession
from tests.fuzz.inputs import edited
from tests.fuzz.target import Target

_ASTERISK: Address = ("127.0.0.1", 10000)
_TICK = 0xFFFF
_PLAIN = RtpPacket(0, 1, 160, 7, bytes(160)).serialize()
_FULL = RtpPacket(
    8, 65535, 2**32 - 1, 2**32 - 1, bytes(160), True, (1, 2), HeaderExtension(0xBEDE, bytes(8)), 4
).serialize()


def _check_packet(data: bytes) -> None:
    try:
        packet = RtpPacket.parse(data)
    except ValueError as error:
        assert type(error) is ValueError, "only the documented error"
        return
    assert RtpPacket.parse(packet.serialize()) == packet
    assert len(packet.payload) <= len(data)


class _Wire:
    """Implements `media.endpoint.Network` and `Endpoint`: what is sent goes nowhere."""

    address: Address = ("127.0.0.1", 40000)
    send_errors = 0

    async def open(self, on_datagram: DatagramCallback) -> "_Wire":
        self.arrive = on_datagram
        return self

    def send(self, datagram: bytes, remote: Address) -> None:
        RtpPacket.parse(datagram)

    def close(self) -> None:
        pass

    async def wait_closed(self) -> None:
        pass


class _Listener:
    """Implements `media.listener.MediaListener`; what it is told has to make sense."""

    def on_arrival(self, pcm: Pcm, arrival_s: float) -> None:
        assert pcm.dtype == np.int16
        assert arrival_s >= 0

    def on_frame(self, pcm: Pcm, start_s: float, concealed: bool) -> None:
        assert len(pcm) in (160, 320)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


class _Clock(MediaClock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.s = 1000.0
        super().__init__(lambda: self.s)

    def register(self, session: Any, on_failure: Callable[[Exception], None]) -> None:
        self.session = session


def _check_stream(data: bytes) -> None:
    with contextlib.suppress(StopIteration):  # nothing in it waits, so no loop is needed
        _stream(data).send(None)


async def _stream(data: bytes) -> None:
    codec = ("ulaw", "alaw", "g722")[data[0] % 3 if data else 0]
    wire, clock = _Wire(), _Clock()
    session = await MediaSession.open(
        codec, _Listener(), network=wire, clock=clock, open_recorder=None
    )
    session.connect(_ASTERISK)
    for datagram in _datagrams(data[1:]):
        if datagram is None:
            clock.s += 0.02
            session.tick(clock.s, send=True)
        else:
            wire.arrive(datagram, _ASTERISK)
        assert not session.closed, "a datagram has ended the call"
        stats = session.stats()
        assert stats.lost >= 0
        assert len(session._jitter._frames) <= CAPACITY_FRAMES
    await session.close()


def _datagrams(data: bytes) -> Iterator[bytes | None]:
    """Two bytes of length before each; 0xFFFF is 20 ms that pass."""
    while len(data) >= 2:
        length = int.from_bytes(data[:2], "big")
        data = data[2:]
        if length == _TICK:
            yield None
        else:
            yield data[: length % 2000]
            data = data[length % 2000 :]


def _framed(datagram: bytes | None) -> bytes:
    return pack("!H", _TICK) if datagram is None else pack("!H", len(datagram)) + datagram


@st.composite
def _packets(draw: st.DrawFn) -> bytes:
    extension = st.builds(
        HeaderExtension, st.integers(0, 0xFFFF), st.integers(0, 20).map(lambda n: bytes(4 * n))
    )
    packet = RtpPacket(
        draw(st.sampled_from((0, 8, 9, 13, 101, 127))),
        draw(st.integers(0, 0xFFFF)),
        draw(st.integers(0, 2**32 - 1)),
        draw(st.sampled_from((1, 2, 2**32 - 1))),
        draw(st.one_of(st.just(bytes(160)), st.just(bytes(320)), st.binary(max_size=40))),
        draw(st.booleans()),
        tuple(draw(st.lists(st.integers(0, 2**32 - 1), max_size=15))),
        draw(st.one_of(st.none(), extension)),
        draw(st.sampled_from((0, 0, 1, 255))),
    ).serialize()
    return draw(st.one_of(st.just(packet), edited([packet], most=3)))


@st.composite
def _streams(draw: st.DrawFn) -> bytes:
    """A sender that loses, doubles, reorders, jumps and pauses."""
    payload_type = draw(st.sampled_from((0, 8, 9)))
    pieces = [bytes([(0, 8, 9).index(payload_type)])]
    sequence, timestamp, ssrc = draw(st.integers(0, 0xFFFF)), draw(st.integers(0, 2**32 - 1)), 1
    for _ in range(draw(st.integers(1, 40))):
        match draw(st.integers(0, 9)):
            case 0:
                sequence += draw(st.sampled_from((-200, -101, -100, -2, -1, 2, 30, 3000, 3001)))
            case 1:
                timestamp += draw(st.sampled_from((-160, 160, 8000, 2**31, -(2**31))))
            case 2:
                ssrc = draw(st.integers(0, 3))
            case 3:
                pieces.append(_framed(draw(st.one_of(st.none(), _packets()))))
            case 4:
                pieces.append(_framed(None) * draw(st.integers(1, 12)))
            case _:
                sequence, timestamp = sequence + 1, timestamp + 160
                pieces.append(_framed(None))
        frames = draw(st.sampled_from((1, 1, 1, 2, 3, 9)))
        packet = RtpPacket(
            payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc, bytes(160 * frames)
        )
        pieces.append(_framed(packet.serialize()))
    return b"".join(pieces)


_STREAM_SEEDS = tuple(
    bytes([number])
    + b"".join(
        _framed(RtpPacket(kind, n, 160 * n, 5, bytes(160)).serialize()) + _framed(None)
        for n in range(8)
    )
    for number, kind in enumerate((0, 8, 9))
)

PACKET = Target(
    "rtp-packet", _check_packet, _packets(), told=(), longest=256, seeds=(_PLAIN, _FULL)
)
STREAM = Target("rtp-stream", _check_stream, _streams(), told=(), longest=8192, seeds=_STREAM_SEEDS)
TARGETS = (PACKET, STREAM)
