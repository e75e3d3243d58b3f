"""Latencies of a call as its packets show them, independent of both ends' own clocks.

`WireCapture` records the loopback's SIP and RTP with the kernel's arrival times (root is needed);
`call_on_wire` turns them into levels of what the phone sent and heard; the rest is arithmetic on
talkspurts. A packet's audio ends when it is sent and starts to be played when it arrives: so the
end of speech is the time of its last voiced packet, and its start the time of the first one.
"""

import re
import socket
import struct
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from agent.errors import UnderstudyError
from agent.media.codecs import Codec, open_codec
from agent.media.rtp import RtpPacket
from agent.turns.levels import level_dbfs

VOICED_DBFS = -50.0
"""Between comfort noise (about -66) and the weak sounds of speech at -20."""

_SIP_PORT = 5060
_CODECS = {0: "ulaw", 8: "alaw", 9: "g722"}
_MIN_SPURT_S = 0.06  # shorter is a click
_JOIN_S = 0.3  # gaps inside a sentence
_PAUSE_S = 0.2  # an agent silent for this long has stopped
_PAUSE_WITHIN_S = 1.0  # silence later than this after the caller's words is not due to them

_ETH_P_IP = 0x0800
_PACKET_OUTGOING = 4
_UDP = 17
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("qq")
_RECEIVE_BUFFER_BYTES = 1 << 23
_MAX_DATAGRAM = 4096
_POLL_S = 0.2

_SDP_PORT = re.compile(rb"^m=audio (\d+) ", re.MULTILINE)
_CSEQ = re.compile(rb"^CSeq:\s*\d+\s+(\w+)", re.MULTILINE | re.IGNORECASE)


class WireError(UnderstudyError):
    """The wire can't be read, or holds no such call."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP datagram on the loopback, with its arrival in monotonic seconds."""

    at_s: float
    source_port: int
    target_port: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """The level of one RTP packet."""

    at_s: float
    level_dbfs: float


@dataclass(frozen=True, slots=True)
class Spurt:
    """Someone speaks, from the first to the last voiced packet."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Response:
    """The caller stops, and the agent's reply starts."""

    caller_end_s: float
    agent_start_s: float

    @property
    def latency_ms(self) -> float:
        """Wire to wire."""
        return (self.agent_start_s - self.caller_end_s) * 1000


@dataclass(frozen=True, slots=True)
class Interruption:
    """The caller speaks over the agent; `silent_s` is None when the agent spoke on."""

    onset_s: float
    silent_s: float | None

    @property
    def latency_ms(self) -> float | None:
        """From the caller's first voiced packet to the agent's last one."""
        return None if self.silent_s is None else (self.silent_s - self.onset_s) * 1000


@dataclass(frozen=True, slots=True)
class CallWire:
    """One call's packets: the 200 to its INVITE, what the phone sent and what it heard."""

    answered_s: float | None
    said: tuple[Frame, ...]
    heard: tuple[Frame, ...]

    @property
    def greeting_ms(self) -> float | None:
        """From the answer to the agent's first voiced packet."""
        spurts = talkspurts(self.heard)
        if self.answered_s is None or not spurts:
            return None
        return (spurts[0].start_s - self.answered_s) * 1000

    @property
    def responses(self) -> tuple[Response, ...]:
        """The turns where the agent answered after the caller had stopped."""
        return find_responses(talkspurts(self.said), talkspurts(self.heard))

    @property
    def interruptions(self) -> tuple[Interruption, ...]:
        """The times where the caller spoke over the agent."""
        heard = talkspurts(self.heard, join_s=_PAUSE_S)
        return find_interruptions(talkspurts(self.said), heard)

    @property
    def largest_gap_ms(self) -> float:
        """The longest time between two packets from the agent's side."""
        gaps = (later.at_s - earlier.at_s for earlier, later in pairwise(self.heard))
        return max(gaps, default=0.0) * 1000


def talkspurts(
    frames: Sequence[Frame], *, voiced_dbfs: float = VOICED_DBFS, join_s: float = _JOIN_S
) -> tuple[Spurt, ...]:
    """Runs of voiced packets, joined over gaps shorter than `join_s`; clicks are left out."""
    runs: list[list[Frame]] = []
    for frame in frames:
        if frame.level_dbfs < voiced_dbfs:
            continue
        if runs and frame.at_s - runs[-1][-1].at_s < join_s:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return tuple(
        Spurt(run[0].at_s, run[-1].at_s)
        for run in runs
        if run[-1].at_s - run[0].at_s >= _MIN_SPURT_S
    )


def find_responses(said: Sequence[Spurt], heard: Sequence[Spurt]) -> tuple[Response, ...]:
    """For each end of the caller's speech the reply that began before the caller went on."""
    responses = []
    for index, spurt in enumerate(said):
        if any(agent.start_s <= spurt.end_s < agent.end_s for agent in heard):
            continue
        goes_on_s = said[index + 1].start_s if index + 1 < len(said) else float("inf")
        replies = (agent.start_s for agent in heard if spurt.end_s < agent.start_s < goes_on_s)
        if (reply_s := next(replies, None)) is not None:
            responses.append(Response(spurt.end_s, reply_s))
    return tuple(responses)


def find_interruptions(said: Sequence[Spurt], heard: Sequence[Spurt]) -> tuple[Interruption, ...]:
    """The caller's spurts that began over the agent's.

    An agent that happens to finish its line in the same moment looks like one that was stopped.
    """
    found = []
    for spurt in said:
        agent = next((a for a in heard if a.start_s < spurt.start_s < a.end_s), None)
        if agent is not None:
            stopped = agent.end_s <= spurt.end_s + _PAUSE_WITHIN_S
            found.append(Interruption(spurt.start_s, agent.end_s if stopped else None))
    return tuple(found)


def call_on_wire(
    datagrams: Iterable[Datagram], sip_call_id: str, *, sip_port: int = _SIP_PORT
) -> CallWire:
    """Pick one call out of a capture, by its SIP Call-ID.

    The phone's RTP ports are read from its own SDP, so that several calls may be on the wire.
    Raises WireError when the capture holds no INVITE of this call.
    """
    call_id = sip_call_id.encode()
    ports: set[int] = set()
    answered_s: float | None = None
    ended_s = float("inf")
    rtp: list[Datagram] = []
    for datagram in datagrams:
        if sip_port not in (datagram.source_port, datagram.target_port):
            if ports and not ports.isdisjoint((datagram.source_port, datagram.target_port)):
                rtp.append(datagram)
            continue
        if call_id not in datagram.payload:
            continue
        method = _CSEQ.search(datagram.payload)
        if datagram.target_port == sip_port and (sdp := _SDP_PORT.search(datagram.payload)):
            ports.add(int(sdp.group(1)))
        if method is not None and method.group(1) == b"INVITE":
            if datagram.payload.startswith(b"SIP/2.0 200") and answered_s is None:
                answered_s = datagram.at_s
        elif method is not None and method.group(1) == b"BYE":
            ended_s = min(ended_s, datagram.at_s)
    if not ports:
        raise WireError(f"the capture on lo holds no SDP of the phone for call {sip_call_id}")
    live = [datagram for datagram in rtp if datagram.at_s <= ended_s]
    return CallWire(
        answered_s,
        _levels(datagram for datagram in live if datagram.source_port in ports),
        _levels(datagram for datagram in live if datagram.target_port in ports),
    )


def _levels(datagrams: Iterable[Datagram]) -> tuple[Frame, ...]:
    decoders: dict[int, Codec] = {}
    frames = []
    for datagram in datagrams:
        try:
            packet = RtpPacket.parse(datagram.payload)
        except ValueError:
            continue
        name = _CODECS.get(packet.payload_type)
        if name is None:  # telephone events, RTCP
            continue
        if packet.payload_type not in decoders:
            decoders[packet.payload_type] = open_codec(name)
        pcm = decoders[packet.payload_type].decode(packet.payload)
        frames.append(Frame(datagram.at_s, level_dbfs(pcm)))
    return tuple(frames)


class WireCapture:
    """Records the loopback's UDP while it is open. Needs root (or CAP_NET_RAW)."""

    def __init__(self) -> None:
        self._datagrams: list[Datagram] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        # The kernel stamps packets with the time of day; everything else here is monotonic.
        self._epoch_s = time.time() - time.monotonic()

    def __enter__(self) -> Self:
        try:
            # Not ETH_P_ALL, which would show each of the loopback's packets twice.
            kind = socket.htons(_ETH_P_IP)
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, kind)
        except PermissionError:
            raise WireError(
                "measuring on the wire needs a raw socket: run as root or grant CAP_NET_RAW"
            ) from None
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.bind(("lo", _ETH_P_IP))
        self._socket.settimeout(_POLL_S)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._socket.close()

    def call(self, sip_call_id: str) -> CallWire:
        """One call, as far as it has been captured."""
        return call_on_wire(tuple(self._datagrams), sip_call_id)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                data, ancillary, _, address = self._socket.recvmsg(_MAX_DATAGRAM, 64)
            except TimeoutError:
                continue
            if address[2] == _PACKET_OUTGOING or not ancillary:
                continue
            seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2][: _TIMESPEC.size])
            at_s = seconds + nanoseconds / 1e9 - self._epoch_s
            if (datagram := _read_udp(data, at_s)) is not None:
                self._datagrams.append(datagram)


def _read_udp(packet: bytes, at_s: float) -> Datagram | None:
    """The datagram in an IPv4 packet; None for what is not UDP."""
    header = (packet[0] & 0x0F) * 4
    if len(packet) < header + 8 or packet[9] != _UDP:
        return None
    source, target, length = struct.unpack_from("!HHH", packet, header)
    return Datagram(at_s, source, target, packet[header + 8 : header + length])
