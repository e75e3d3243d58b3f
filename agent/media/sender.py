"""The outgoing RTP stream of a call: one SSRC, numbered without gaps from the first packet on."""

import secrets

from agent.media.codecs import TIMESTAMP_STEP
from agent.media.rtp import RtpPacket


class RtpSender:
    """Makes the packets of one stream.

    The SSRC never changes, since Asterisk drops the media of a source that changes it, and the
    timestamp follows the playout clock, also through ticks in which nothing was sent.
    """

    def __init__(self, payload_type: int) -> None:
        self._payload_type = payload_type
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._first_timestamp = secrets.randbits(32)
        self._in_talk_spurt = False
        self.packets = 0

    def packet(self, payload: bytes, tick: int, *, talk: bool) -> bytes:
        """The datagram for one tick; marked when a talk-spurt begins with it (RFC 3551, 4.1)."""
        marker = self.packets == 0 or (talk and not self._in_talk_spurt)
        self._in_talk_spurt = talk
        timestamp = (self._first_timestamp + tick * TIMESTAMP_STEP) & 0xFFFFFFFF
        sequence = (self._sequence + self.packets) & 0xFFFF
        self.packets += 1
        return RtpPacket(
            self._payload_type, sequence, timestamp, self._ssrc, payload, marker
        ).serialize()
