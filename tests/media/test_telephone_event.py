"""DTMF: each press once, whatever the network does to its packets."""

import pytest

from agent.media.rtp import RtpPacket
from agent.media.telephone_event import DIGITS, DtmfDetector, TelephoneEvent


def press(event: int, timestamp: int, *durations: int, end: bool = False) -> list[RtpPacket]:
    """The packets of one press; with `end` the last one three times, as section 2.5.1.4 has it."""
    packets = [
        RtpPacket(101, 0, timestamp, 1, TelephoneEvent(event, False, 10, each).serialize())
        for each in durations
    ]
    last = RtpPacket(101, 0, timestamp, 1, TelephoneEvent(event, True, 10, 800).serialize())
    return packets + [last] * 3 if end else packets


FIVE = press(5, 1000, 160, 320, 480, end=True)
SIX = press(6, 5000, 160, 320, end=True)


@pytest.mark.parametrize(
    ("packets", "digits"),
    [
        (FIVE, "5"),
        (FIVE + SIX, "56"),
        (FIVE + press(5, 5000, 160, end=True), "55"),
        (FIVE[:3] + SIX, "56"),  # every end packet of the first lost
        (FIVE[-1:], "5"),  # all but the last lost
        ([*FIVE[:2], SIX[0], *FIVE[2:], *SIX[1:]], "56"),  # overtaken
        (press(16, 1000, 160, end=True), ""),  # hook flash, no digit
        (press(1, 0, 65535) + press(1, 65535, 160, end=True), "1"),  # longer than 8 s
        (press(1, 0, 65535) + press(2, 65535, 160, end=True), "12"),
    ],
)
def test_digits(packets: list[RtpPacket], digits: str) -> None:
    detector = DtmfDetector()
    assert "".join(detector.on_packet(packet) or "" for packet in packets) == digits


def test_all_sixteen_keys() -> None:
    detector = DtmfDetector()
    heard = [detector.on_packet(press(event, event * 1000, 160)[0]) for event in range(16)]
    assert "".join(digit or "" for digit in heard) == DIGITS == "0123456789*#ABCD"


def test_event_round_trip() -> None:
    event = TelephoneEvent(event=11, end=True, volume=10, duration=1280)
    assert event.serialize() == bytes.fromhex("0b8a0500")
    assert TelephoneEvent.parse(event.serialize()) == event


def test_truncated_event() -> None:
    with pytest.raises(ValueError, match=r"^telephone-event of 3 bytes: an event needs 4$"):
        TelephoneEvent.parse(b"\x05\x0a\x00")
