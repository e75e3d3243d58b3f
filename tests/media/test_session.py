"""A session over real UDP on loopback. Its ticks are run by the test, on a clock of its own."""

import asyncio
import socket
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.media.clip import Clip
from agent.media.clock import MediaClock
from agent.media.codecs import Pcm, open_codec
from agent.media.endpoint import UdpNetwork
from agent.media.errors import NoFreePort, UnknownCodec
from agent.media.playout import PlayoutEvent
from agent.media.ports import PortRange
from agent.media.recording import StereoRecorder
from agent.media.rtp import RtpPacket
from agent.media.session import MediaSession

HOST = "127.0.0.1"
PORTS = PortRange(47100, 47199)
TALK = np.full(160, 4000, np.int16)


class ManualClock(MediaClock):
    """Ticks when the test says so."""

    def __init__(self) -> None:
        self.s = 1000.0
        super().__init__(lambda: self.s)

    def register(self, session: Any, on_failure: Callable[[Exception], None]) -> None:
        self.add(session, on_failure)

    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            self.run_due(self.s)
            self.s += 0.02


class Listener:
    """Notes everything."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[int, float]] = []
        self.frames: list[tuple[Pcm, float, bool]] = []
        self.events: list[PlayoutEvent] = []
        self.lost: list[float] = []
        self.back: list[float] = []
        self.sent: list[Pcm] = []

    def on_arrival(self, pcm: Pcm, arrival_s: float) -> None:
        self.arrivals.append((len(pcm), round(arrival_s, 3)))

    def on_frame(self, pcm: Pcm, audio_time_s: float, concealed: bool) -> None:
        self.frames.append((pcm, round(audio_time_s, 3), concealed))

    def on_sent(self, pcm: Pcm) -> None:
        self.sent.append(pcm)

    def on_playout(self, event: PlayoutEvent) -> None:
        self.events.append(event)

    def on_media_lost(self, seconds: float) -> None:
        self.lost.append(round(seconds, 1))

    def on_media_back(self, seconds: float) -> None:
        self.back.append(round(seconds, 1))


class FarEnd:
    """Asterisk's side: a socket that sends and receives packets."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.setblocking(False)
        self.address: tuple[str, int] = self.socket.getsockname()
        self.sequence = 0

    def send(self, session: MediaSession, payload: bytes, payload_type: int = 0) -> None:
        packet = RtpPacket(payload_type, self.sequence, 160 * self.sequence, 77, payload)
        self.sequence += 1
        self.socket.sendto(packet.serialize(), session.local_address)

    def received(self) -> list[RtpPacket]:
        packets = []
        while True:
            try:
                packets.append(RtpPacket.parse(self.socket.recv(2048)))
            except BlockingIOError:
                return packets


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def far_end() -> Any:
    far_end = FarEnd()
    yield far_end
    far_end.socket.close()


@pytest.fixture
def listener() -> Listener:
    return Listener()


Opener = Callable[..., Awaitable[MediaSession]]


@pytest.fixture
async def open_session(clock: ManualClock, listener: Listener) -> AsyncIterator[Opener]:
    opened: list[MediaSession] = []

    async def open_session(
        codec: str = "ulaw", recording_path: Path | None = None, to: Any = listener
    ) -> MediaSession:
        session = await MediaSession.open(
            codec,
            to,
            network=UdpNetwork(HOST, PORTS),
            clock=clock,
            open_recorder=partial(StereoRecorder, recording_path) if recording_path else None,
        )
        opened.append(session)
        return session

    yield open_session
    for session in opened:
        await session.close()


async def delivered() -> None:
    """Let the loop read what is waiting in the sockets; loopback has delivered it already."""
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("codec", "samples"), [("ulaw", 160), ("alaw", 160), ("g722", 320)])
async def test_audio_both_ways(
    open_session: Opener,
    clock: ManualClock,
    far_end: FarEnd,
    listener: Listener,
    codec: str,
    samples: int,
) -> None:
    session = await open_session(codec)
    session.connect(far_end.address)
    coder = open_codec(codec)
    tone = np.full(samples, 4000, np.int16)
    session.playout.queue(Clip("line", np.tile(tone, 10)))
    for _ in range(6):
        far_end.send(session, coder.encode(tone), coder.payload_type)
        await delivered()
        clock.run(1)
    assert [size for size, _ in listener.arrivals] == [samples] * 6
    assert [concealed for _, _, concealed in listener.frames] == [True, True] + [False] * 4
    assert [begins_s for _, begins_s, _ in listener.frames] == [0.0, 0.02, 0.04, 0.06, 0.08, 0.1]
    assert all(abs(frame.mean() - 4000) < 400 for frame, _, _ in listener.frames[3:])

    packets = far_end.received()
    assert {packet.payload_type for packet in packets} == {coder.payload_type}
    assert [packet.marker for packet in packets] == [True] + [False] * 5
    assert len({packet.ssrc for packet in packets}) == 1
    heard = np.concatenate([coder.decode(packet.payload) for packet in packets])
    assert abs(heard[samples:].mean() - 4000) < 400
    assert session.sample_rate_hz == 50 * samples
    assert session.audio_time_s == pytest.approx(0.12)


async def test_cadence_of_comfort_noise_and_a_talk_spurt(
    open_session: Opener, clock: ManualClock, far_end: FarEnd
) -> None:
    session = await open_session()
    session.connect(far_end.address)
    clock.run(3)
    session.playout.queue(Clip("line", np.tile(TALK, 2)))
    clock.run(4)
    packets = far_end.received()
    assert [packet.marker for packet in packets] == [True, False, False, True, False, False, False]
    steps = {(b.timestamp - a.timestamp) % 2**32 for a, b in pairwise(packets)}
    assert steps == {160}
    assert all(len(set(packet.payload)) > 1 for packet in packets if packet not in packets[3:5])


async def test_playout_events_carry_the_time_of_their_packet(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, listener: Listener
) -> None:
    session = await open_session()
    session.connect(far_end.address)
    clock.run(5)
    session.playout.queue(Clip("line", np.tile(TALK, 2)))
    clock.run(2)
    assert [(e.kind, round(e.sent_s or 0, 3)) for e in listener.events] == [
        ("started", 1000.1),
        ("first_audio", 1000.1),
        ("finished", 1000.12),
        ("drained", 1000.12),
    ]


async def test_arrival_times_are_audio_time(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, listener: Listener
) -> None:
    session = await open_session()
    session.connect(far_end.address)
    clock.run(10)
    clock.s += 0.007 - 0.02  # 7 ms after the tenth tick, which completed 200 ms of audio
    far_end.send(session, bytes(160))
    await delivered()
    assert listener.arrivals == [(160, 0.207)]
    assert session.last_packet_s == clock.s


async def test_what_is_dropped_is_counted(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, listener: Listener
) -> None:
    session = await open_session()
    far_end.send(session, bytes(160))
    await delivered()
    session.connect(far_end.address)
    stranger = FarEnd()
    stranger.send(session, bytes(160))
    stranger.socket.close()
    far_end.send(session, bytes(160), payload_type=8)
    far_end.send(session, bytes(159))
    far_end.send(session, b"5", payload_type=101)
    far_end.socket.sendto(b"no RTP", session.local_address)
    await delivered()
    assert listener.arrivals == []
    stats = session.stats()
    assert (stats.before_connect, stats.wrong_source) == (1, 1)
    assert (stats.wrong_payload_type, stats.malformed) == (2, 2)
    assert stats.packets_received == 0


async def test_a_duplicate_is_not_heard_twice(
    open_session: Opener, far_end: FarEnd, listener: Listener
) -> None:
    session = await open_session()
    session.connect(far_end.address)
    far_end.send(session, bytes(160))
    far_end.sequence -= 1
    far_end.send(session, bytes(160))
    await delivered()
    assert len(listener.arrivals) == 1
    assert session.stats().duplicate == 1


async def test_lost_media_is_said_once_an_outage(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, listener: Listener
) -> None:
    session = await open_session()
    session.connect(far_end.address)
    clock.run(249)
    assert listener.lost == []
    clock.run(251)
    assert listener.lost == [5.0]
    assert (session.lost, listener.back) == (True, [])
    assert session.silent_s == pytest.approx(10.0)
    far_end.send(session, bytes(160))
    await delivered()
    assert (session.lost, listener.back) == (False, [10.0])
    clock.run(500)
    assert listener.lost == [5.0, 5.0]


async def test_after_a_stall_nothing_of_the_recording_is_out_of_sync(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, tmp_path: Path
) -> None:
    session = await open_session(recording_path=tmp_path / "call.wav")
    session.connect(far_end.address)
    session.playout.queue(Clip("line", np.tile(TALK, 100)))
    clock.run(2)
    clock.s += 0.2
    clock.run(1)
    await session.close()
    packets = far_end.received()
    steps = [(b.timestamp - a.timestamp) // 160 for a, b in pairwise(packets)]
    assert steps == [1, 9, 1, 1]
    assert session.stats().skipped_ticks == 8
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert file.getnframes() == 160 * 13
        stereo = np.frombuffer(file.readframes(-1), "<i2").reshape(-1, 2)
    agent = np.abs(stereo[::160, 1]) > 1000
    assert agent.tolist() == [True] * 2 + [False] * 8 + [True] * 3


async def test_close_frees_the_port_and_completes_the_recording(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, tmp_path: Path
) -> None:
    session = await open_session(recording_path=tmp_path / "call.wav")
    session.connect(far_end.address)
    clock.run(60)
    await session.close()
    await session.close()
    clock.run(5)
    assert clock.sessions == 0
    assert len(far_end.received()) == 60
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(session.local_address)
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getframerate(), file.getnframes()) == (8000, 60 * 160)


class BrokenListener(Listener):
    """Fails where told to."""

    def __init__(self, fails_in: str) -> None:
        super().__init__()
        self.fails_in = fails_in

    def on_arrival(self, pcm: Pcm, arrival_s: float) -> None:
        if self.fails_in == "arrival":
            raise RuntimeError("broken")

    def on_frame(self, pcm: Pcm, audio_time_s: float, concealed: bool) -> None:
        if self.fails_in == "frame":
            raise RuntimeError("broken")


@pytest.mark.parametrize("fails_in", ["arrival", "frame"])
async def test_a_broken_call_is_closed_and_the_others_go_on(
    open_session: Opener, clock: ManualClock, far_end: FarEnd, listener: Listener, fails_in: str
) -> None:
    owner = BrokenListener(fails_in)
    broken, healthy = await open_session(to=owner), await open_session()
    for session in (broken, healthy):
        session.connect(far_end.address)
        far_end.send(session, bytes(160))
    await delivered()
    clock.run(3)
    assert len(owner.lost) == 1
    assert clock.sessions == 1
    assert len(listener.frames) >= 2


class SixFrames(Listener):
    """Tells when the sixth frame has come."""

    def __init__(self) -> None:
        super().__init__()
        self.complete = asyncio.Event()

    def on_frame(self, pcm: Pcm, audio_time_s: float, concealed: bool) -> None:
        super().on_frame(pcm, audio_time_s, concealed)
        if len(self.frames) == 6:
            self.complete.set()


async def test_the_real_clock_paces(far_end: FarEnd) -> None:
    clock = MediaClock()
    listener = SixFrames()
    session = await MediaSession.open(
        "ulaw", listener, network=UdpNetwork(HOST, PORTS), clock=clock, open_recorder=None
    )
    begin_s = clock.now()
    session.connect(far_end.address)
    await asyncio.wait_for(listener.complete.wait(), timeout=5)
    assert 0.095 <= clock.now() - begin_s <= 0.5
    await session.close()
    assert clock.next_wake_s is None


async def test_errors_of_opening(clock: ManualClock, listener: Listener) -> None:
    with pytest.raises(UnknownCodec):
        await MediaSession.open(
            "opus", listener, network=UdpNetwork(HOST, PORTS), clock=clock, open_recorder=None
        )
    with pytest.raises(NoFreePort):
        await MediaSession.open(
            "ulaw",
            listener,
            network=UdpNetwork(HOST, PortRange(47201, 47201)),
            clock=clock,
            open_recorder=None,
        )
