"""RTP sequence numbers: order, repetition and loss (RFC 3550, appendix A.1 and A.3)."""

from enum import Enum, auto

_MAX_DROPOUT = 3000
_MAX_MISORDER = 100
_WINDOW_MASK = (1 << (_MAX_MISORDER + 1)) - 1


class Order(Enum):
    """Where a packet stands in its stream."""

    RESTART = auto()  # the first packet, another SSRC, or a jump that no loss explains
    NEWEST = auto()
    REORDERED = auto()
    DUPLICATE = auto()


class SequenceWindow:
    """Follows one source's sequence numbers through wraps, losses and restarts."""

    def __init__(self) -> None:
        self._ssrc: int | None = None
        self._highest = 0
        # Bit n is set when the packet `highest - n` has come.
        self._seen = 0
        self._expected = 0
        self._received = 0
        self.duplicate = 0
        self.reordered = 0

    @property
    def lost(self) -> int:
        """Packets that have not come, be it that they still may, reordered."""
        return self._expected - self._received

    def observe(self, ssrc: int, sequence: int) -> Order:
        ahead = ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000
        if ssrc != self._ssrc or not -_MAX_MISORDER <= ahead <= _MAX_DROPOUT:
            self._ssrc, self._highest, self._seen = ssrc, sequence, 1
            self._expected += 1
            self._received += 1
            return Order.RESTART
        if ahead > 0:
            self._highest = sequence
            self._seen = ((self._seen << ahead) | 1) & _WINDOW_MASK
            self._expected += ahead
            self._received += 1
            return Order.NEWEST
        if self._seen >> -ahead & 1:
            self.duplicate += 1
            return Order.DUPLICATE
        return self._fill_gap(-ahead)

    def _fill_gap(self, behind: int) -> Order:
        self._seen |= 1 << behind
        self.reordered += 1
        # A packet from before the first one was never expected; it must not make loss negative.
        if self.lost > 0:
            self._received += 1
        return Order.REORDERED
