"""DTMF digits as RTP telephone-events (RFC 4733)."""

from collections import deque
from dataclasses import dataclass
from struct import Struct
from typing import Self

from agent.media.rtp import RtpPacket

ASTERISK_PAYLOAD_TYPE = 101
"""What UnicastRTP uses: it negotiates nothing, so its default table holds."""

DIGITS = "0123456789*#ABCD"
_PAYLOAD = Struct("!BBH")
_END_BIT = 0x80
_LONGEST_DURATION = 0xFFFF
_REMEMBERED_EVENTS = 16


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """Section 2.3. `volume` is the level in -dBm0, `duration` in RTP clock ticks."""

    event: int
    end: bool
    volume: int
    duration: int

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read the payload of a telephone-event packet.

        Raises:
            ValueError: it is shorter than one event.
        """
        if len(payload) < _PAYLOAD.size:
            raise ValueError(
                f"telephone-event of {len(payload)} bytes: an event needs {_PAYLOAD.size}"
            )
        event, flags, duration = _PAYLOAD.unpack_from(payload)
        return cls(event, flags >= _END_BIT, flags & 0x3F, duration)

    def serialize(self) -> bytes:
        flags = (_END_BIT if self.end else 0) | self.volume
        return _PAYLOAD.pack(self.event, flags, self.duration)


class DtmfDetector:
    """Each key press once, at the first of its packets that arrives.

        timestamp  1000   1000   1000   1000 E  1000 E  1000 E   5000 ...
        digit       "5"    -      -      -       -       -        "6"

    All packets of a press carry the timestamp of its start, so neither a lost end packet nor a
    lost start makes a digit disappear or repeat.
    """

    def __init__(self) -> None:
        # Several, since packets of the last press may come after the first of the next.
        self._seen: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED_EVENTS)
        self._running: tuple[int, int, int] | None = None

    def on_packet(self, packet: RtpPacket) -> str | None:
        """The digit that this packet is the first to report.

        Raises:
            ValueError: the payload is no telephone-event.
        """
        event = TelephoneEvent.parse(packet.payload)
        press = (packet.ssrc, packet.timestamp)
        if press in self._seen:
            self._remember_segment(packet, event)
            return None
        continued = self._running == (packet.ssrc, packet.timestamp, event.event)
        self._seen.append(press)
        self._remember_segment(packet, event)
        if continued or event.event >= len(DIGITS):
            return None
        return DIGITS[event.event]

    def _remember_segment(self, packet: RtpPacket, event: TelephoneEvent) -> None:
        """A press longer than the duration field goes on under a new timestamp (2.5.1.3)."""
        if event.duration == _LONGEST_DURATION and not event.end:
            start = (packet.timestamp + _LONGEST_DURATION) % 2**32
            self._running = (packet.ssrc, start, event.event)
