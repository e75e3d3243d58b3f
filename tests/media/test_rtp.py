"""RTP packets: fields, round trips, and one text for each malformation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.rtp import HeaderExtension, RtpPacket

# version 2, no flags; marker, payload type 0; sequence 1; timestamp 160; SSRC 0x11223344
PLAIN = bytes.fromhex("80800001000000a011223344") + b"ulaw"

packets = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 2**16 - 1),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(max_size=400),
    marker=st.booleans(),
    csrc=st.lists(st.integers(0, 2**32 - 1), max_size=15).map(tuple),
    extension=st.none()
    | st.builds(
        HeaderExtension,
        profile=st.integers(0, 2**16 - 1),
        data=st.lists(st.binary(min_size=4, max_size=4), max_size=8).map(b"".join),
    ),
    padding=st.integers(0, 255),
)


@pytest.mark.parametrize(
    ("data", "packet"),
    [
        (PLAIN, RtpPacket(0, 1, 160, 0x11223344, b"ulaw", marker=True)),
        (
            bytes.fromhex("82080001000000a011223344 0000000a 0000000b") + b"alaw",
            RtpPacket(8, 1, 160, 0x11223344, b"alaw", csrc=(10, 11)),
        ),
        (
            bytes.fromhex("90090001000000a011223344 bede0001 10ff0000") + b"g722",
            RtpPacket(
                9,
                1,
                160,
                0x11223344,
                b"g722",
                extension=HeaderExtension(0xBEDE, bytes.fromhex("10ff0000")),
            ),
        ),
        (
            bytes.fromhex("a0000001000000a011223344") + b"ulaw\x00\x00\x03",
            RtpPacket(0, 1, 160, 0x11223344, b"ulaw", padding=3),
        ),
        (PLAIN[:12], RtpPacket(0, 1, 160, 0x11223344, b"", marker=True)),
    ],
    ids=["plain", "csrc", "extension", "padding", "empty"],
)
def test_packet(data: bytes, packet: RtpPacket) -> None:
    assert RtpPacket.parse(data) == packet
    assert packet.serialize() == data


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "RTP packet of 0 bytes: the header needs 12"),
        (PLAIN[:11], "RTP packet of 11 bytes: the header needs 12"),
        (b"\x40" + PLAIN[1:], "RTP version 1: only 2 is known"),
        (b"\x82" + PLAIN[1:], "RTP packet of 16 bytes: 2 CSRC identifiers need 20"),
        (b"\x90" + PLAIN[1:14], "RTP packet of 14 bytes: the extension header needs 16"),
        (
            b"\x90" + PLAIN[1:12] + bytes.fromhex("bede0002") + b"1234",
            "RTP packet of 20 bytes: the header extension needs 24",
        ),
        (
            b"\xa0" + PLAIN[1:12],
            "RTP packet with the padding bit and nothing after its header",
        ),
        (b"\xa0" + PLAIN[1:] + b"\x00", "RTP padding of 0 octets: the count includes itself"),
        (b"\xa0" + PLAIN[1:] + b"\x06", "RTP padding of 6 octets: only 5 follow the header"),
    ],
)
def test_malformed_packet(data: bytes, text: str) -> None:
    with pytest.raises(ValueError) as raised:
        RtpPacket.parse(data)
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("packet", "text"),
    [
        (RtpPacket(0, 0, 0, 0, b"", csrc=(1,) * 16), "16 CSRC identifiers: at most 15 fit"),
        (RtpPacket(0, 0, 0, 0, b"", padding=256), "256 octets of padding: 0 to 255 fit"),
        (RtpPacket(128, 0, 0, 0, b""), "payload type 128: 0 to 127 fit"),
        (
            RtpPacket(0, 0, 0, 0, b"", extension=HeaderExtension(1, b"123")),
            "header extension of 3 bytes: whole words needed",
        ),
    ],
)
def test_packet_that_does_not_fit(packet: RtpPacket, text: str) -> None:
    with pytest.raises(ValueError) as raised:
        packet.serialize()
    assert str(raised.value) == text


@given(packets)
def test_every_packet_survives_the_wire(packet: RtpPacket) -> None:
    assert RtpPacket.parse(packet.serialize()) == packet


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda tail: b"\xbf" + tail))
def test_random_bytes_raise_nothing_but_value_error(data: bytes) -> None:
    try:
        packet = RtpPacket.parse(data)
    except ValueError:
        return
    assert len(packet.serialize()) == len(data)
