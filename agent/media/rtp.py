"""RTP packets on the wire (RFC 3550, section 5.1)."""

from dataclasses import dataclass
from struct import Struct
from typing import Self

_HEADER = Struct("!BBHII")
_EXTENSION = Struct("!HH")
_VERSION = 2
_VERSION_BITS = _VERSION << 6
_PADDING_BIT = 0x20
_EXTENSION_BIT = 0x10
_MARKER_BIT = 0x80


@dataclass(frozen=True, slots=True)
class HeaderExtension:
    """RFC 3550, 5.3.1: `profile` is 16 bits, `data` whole 32-bit words."""

    profile: int
    data: bytes


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet; `padding` is the number of padding octets, the count octet included."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    csrc: tuple[int, ...] = ()
    extension: HeaderExtension | None = None
    padding: int = 0

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read one datagram.

        Raises:
            ValueError: it isn't RTP version 2, or ends before what its header announces.
        """
        if len(data) < _HEADER.size:
            raise ValueError(f"RTP packet of {len(data)} bytes: the header needs {_HEADER.size}")
        flags, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
        if flags >> 6 != _VERSION:
            raise ValueError(f"RTP version {flags >> 6}: only {_VERSION} is known")
        payload_type, marker = kind & 0x7F, kind >= _MARKER_BIT
        if flags == _VERSION_BITS:  # nearly every packet of a telephone call
            payload = data[_HEADER.size :]
            return cls(payload_type, sequence, timestamp, ssrc, payload, marker)
        csrc, offset = _read_csrc(data, flags & 0x0F)
        extension = None
        if flags & _EXTENSION_BIT:
            extension, offset = _read_extension(data, offset)
        padding = _read_padding(data, offset) if flags & _PADDING_BIT else 0
        payload = data[offset : len(data) - padding]
        return cls(
            payload_type, sequence, timestamp, ssrc, payload, marker, csrc, extension, padding
        )

    def serialize(self) -> bytes:
        """The datagram; padding octets are zero but for the last, which is their count.

        Raises:
            ValueError: a field doesn't fit its place in the header.
        """
        if len(self.csrc) > 15:
            raise ValueError(f"{len(self.csrc)} CSRC identifiers: at most 15 fit")
        if not 0 <= self.padding <= 255:
            raise ValueError(f"{self.padding} octets of padding: 0 to 255 fit")
        if not 0 <= self.payload_type <= 127:
            raise ValueError(f"payload type {self.payload_type}: 0 to 127 fit")
        flags = _VERSION_BITS | len(self.csrc)
        tail = b""
        if self.padding:
            flags |= _PADDING_BIT
            tail = bytes(self.padding - 1) + bytes((self.padding,))
        extension = b""
        if self.extension is not None:
            flags |= _EXTENSION_BIT
            extension = _extension_bytes(self.extension)
        kind = self.payload_type | (_MARKER_BIT if self.marker else 0)
        header = _HEADER.pack(flags, kind, self.sequence, self.timestamp, self.ssrc)
        csrc = b"".join(identifier.to_bytes(4, "big") for identifier in self.csrc)
        return b"".join((header, csrc, extension, self.payload, tail))


def _read_csrc(data: bytes, count: int) -> tuple[tuple[int, ...], int]:
    end = _HEADER.size + 4 * count
    if len(data) < end:
        raise ValueError(f"RTP packet of {len(data)} bytes: {count} CSRC identifiers need {end}")
    starts = range(_HEADER.size, end, 4)
    return tuple(int.from_bytes(data[start : start + 4], "big") for start in starts), end


def _read_extension(data: bytes, offset: int) -> tuple[HeaderExtension, int]:
    start = offset + _EXTENSION.size
    if len(data) < start:
        raise ValueError(f"RTP packet of {len(data)} bytes: the extension header needs {start}")
    profile, words = _EXTENSION.unpack_from(data, offset)
    end = start + 4 * words
    if len(data) < end:
        raise ValueError(f"RTP packet of {len(data)} bytes: the header extension needs {end}")
    return HeaderExtension(profile, data[start:end]), end


def _read_padding(data: bytes, offset: int) -> int:
    room = len(data) - offset
    if room == 0:
        raise ValueError("RTP packet with the padding bit and nothing after its header")
    padding = data[-1]
    if padding == 0:
        raise ValueError("RTP padding of 0 octets: the count includes itself")
    if padding > room:
        raise ValueError(f"RTP padding of {padding} octets: only {room} follow the header")
    return padding


def _extension_bytes(extension: HeaderExtension) -> bytes:
    words, rest = divmod(len(extension.data), 4)
    if rest:
        raise ValueError(f"header extension of {len(extension.data)} bytes: whole words needed")
    return _EXTENSION.pack(extension.profile, words) + extension.data
