"""How many calls' RTP one process can pace: `python -m tests.bench.media --sessions 200`.

A second process plays the PBX: for each session a socket of its own, a packet every 20 ms, all
packets that come back counted. Both sides talk all the time, which is the worst case.
"""

import argparse
import asyncio
import gc
import json
import multiprocessing
import multiprocessing.connection
import socket
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from agent.media.clip import Clip
from agent.media.clock import MediaClock
from agent.media.codecs import FRAME_S, Pcm, open_codec
from agent.media.endpoint import UdpNetwork
from agent.media.pacing import LatenessMeter
from agent.media.playout import PlayoutEvent
from agent.media.ports import PortRange
from agent.media.recording import StereoRecorder
from agent.media.rtp import RtpPacket
from agent.media.session import MediaSession

_SUB_SLOTS = 20
_DRAIN_S = 0.1
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Result:
    """One run. Lateness is from deadline to the return of `sendto`, over every packet sent."""

    sessions: int
    codec: str
    recording: bool
    seconds: float
    cpu_percent_of_one_core: float
    cpu_us_per_session_tick: float
    pacing_p50_ms: float
    pacing_p99_ms: float
    pacing_max_ms: float
    pacing_late_over_5_ms: int
    packets_out: int
    packets_out_arrived: int
    packets_in_sent: int
    packets_in: int
    lost: int
    late: int
    concealed: int
    skipped_ticks: int


class SilentListener:
    """Takes everything and does nothing: the RTP path alone."""

    def on_arrival(self, pcm: Pcm, arrival_s: float) -> None: ...
    def on_frame(self, pcm: Pcm, audio_time_s: float, concealed: bool) -> None: ...
    def on_sent(self, pcm: Pcm) -> None: ...

    def on_playout(self, event: PlayoutEvent) -> None: ...
    def on_media_lost(self, seconds: float) -> None: ...

    def on_media_back(self, seconds: float) -> None: ...


def far_end(
    pipe: multiprocessing.connection.Connection, codec_name: str, sessions: int, seconds: float
) -> None:
    """The other process: sends and counts; reports (sent, received) at the end."""
    codec = open_codec(codec_name)
    speech = np.random.default_rng(1).integers(-8000, 8000, codec.samples_per_frame, np.int16)
    payload = codec.encode(speech)
    with ExitStack() as stack:
        sockets = []
        for _ in range(sessions):
            one = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            one.bind((_HOST, 0))
            one.setblocking(False)
            sockets.append(one)
        pipe.send([one.getsockname() for one in sockets])
        remotes = pipe.recv()
        pipe.send(_exchange(sockets, remotes, codec.payload_type, payload, seconds))


def _exchange(
    sockets: list[socket.socket],
    remotes: list[tuple[str, int]],
    payload_type: int,
    payload: bytes,
    seconds: float,
) -> tuple[int, int]:
    sent = received = 0
    start = time.monotonic()
    for slot in range(int(seconds / FRAME_S) * _SUB_SLOTS):
        due = start + slot * FRAME_S / _SUB_SLOTS
        time.sleep(max(0.0, due - time.monotonic()))
        tick, part = divmod(slot, _SUB_SLOTS)
        for index in range(part, len(sockets), _SUB_SLOTS):
            packet = RtpPacket(payload_type, tick & 0xFFFF, tick * 160, index, payload)
            sockets[index].sendto(packet.serialize(), remotes[index])
            sent += 1
            received += _drain(sockets[index])
    time.sleep(_DRAIN_S)
    return sent, received + sum(_drain(one) for one in sockets)


def _drain(one: socket.socket) -> int:
    count = 0
    try:
        while one.recv(2048):
            count += 1
    except BlockingIOError:
        pass
    return count


async def run(sessions: int, seconds: float, codec: str, recording_dir: Path | None) -> Result:
    """Open the sessions, let both sides talk for `seconds`, and count."""
    context = multiprocessing.get_context("spawn")
    pipe, far_pipe = context.Pipe()
    far = context.Process(target=far_end, args=(far_pipe, codec, sessions, seconds), daemon=True)
    far.start()
    far_addresses = await asyncio.to_thread(pipe.recv)
    clock = MediaClock()
    opened = [await _open(codec, clock, recording_dir, index) for index in range(sessions)]
    rate_hz = opened[0].sample_rate_hz
    line = np.random.default_rng(2).integers(-8000, 8000, int(rate_hz * (seconds + 2)), np.int16)
    gc.collect()
    cpu_s, wall_s = time.process_time(), time.monotonic()
    for session, address in zip(opened, far_addresses, strict=True):
        session.playout.queue(Clip("line", line))
        session.connect(address)
    pipe.send([session.local_address for session in opened])
    await asyncio.sleep(seconds)
    cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
    stats = [session.stats() for session in opened]
    clock.close()
    in_sent, out_arrived = await asyncio.to_thread(pipe.recv)
    await asyncio.gather(*(session.close() for session in opened))
    await asyncio.to_thread(far.join)
    pacing = LatenessMeter.merged(session.pacing for session in opened)
    return Result(
        sessions=sessions,
        codec=codec,
        recording=recording_dir is not None,
        seconds=seconds,
        cpu_percent_of_one_core=round(100 * cpu_s / wall_s, 1),
        cpu_us_per_session_tick=round(1e6 * cpu_s / wall_s * FRAME_S / sessions, 1),
        pacing_p50_ms=pacing.percentile_ms(50),
        pacing_p99_ms=pacing.percentile_ms(99),
        pacing_max_ms=round(pacing.max_ms, 2),
        pacing_late_over_5_ms=pacing.late,
        packets_out=sum(each.packets_sent for each in stats),
        packets_out_arrived=out_arrived,
        packets_in_sent=in_sent,
        packets_in=sum(each.packets_received for each in stats),
        lost=sum(each.lost for each in stats),
        late=sum(each.late for each in stats),
        concealed=sum(each.concealed for each in stats),
        skipped_ticks=sum(each.skipped_ticks for each in stats),
    )


async def _open(
    codec: str, clock: MediaClock, recording_dir: Path | None, index: int
) -> MediaSession:
    return await MediaSession.open(
        codec,
        SilentListener(),
        network=UdpNetwork(_HOST, PortRange(42000, 43999)),
        clock=clock,
        open_recorder=(
            partial(StereoRecorder, recording_dir / f"{index}.wav") if recording_dir else None
        ),
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--codec", choices=("ulaw", "alaw", "g722"), default="ulaw")
    parser.add_argument("--no-recording", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        recording_dir = None if options.no_recording else Path(directory)
        result = asyncio.run(run(options.sessions, options.seconds, options.codec, recording_dir))
    if options.json:
        print(json.dumps(asdict(result)))
        return
    for name, value in asdict(result).items():
        print(f"{name.replace('_', ' '):<26} {value}")


if __name__ == "__main__":
    main()
