"""The outgoing stream: numbering and markers."""

from itertools import pairwise

from agent.media.rtp import RtpPacket
from agent.media.sender import RtpSender


def sent(ticks: list[tuple[int, bool]], payload_type: int = 0) -> list[RtpPacket]:
    sender = RtpSender(payload_type)
    return [RtpPacket.parse(sender.packet(b"x" * 160, tick, talk=talk)) for tick, talk in ticks]


def test_one_ssrc_and_numbers_without_gap_through_a_wrap() -> None:
    packets = sent([(tick, False) for tick in range(2**16 + 2)])
    assert len({packet.ssrc for packet in packets}) == 1
    assert {(b.sequence - a.sequence) % 2**16 for a, b in pairwise(packets)} == {1}
    assert {(b.timestamp - a.timestamp) % 2**32 for a, b in pairwise(packets)} == {160}


def test_timestamps_follow_the_ticks_also_those_not_sent() -> None:
    packets = sent([(0, False), (1, False), (5, False), (6, True)])
    first = packets[0].timestamp
    assert [(p.timestamp - first) % 2**32 for p in packets] == [0, 160, 800, 960]


def test_marker_at_the_first_packet_and_at_talk_spurts() -> None:
    talk = [False, False, True, True, False, True]
    packets = sent(list(enumerate(talk)))
    assert [packet.marker for packet in packets] == [True, False, True, False, False, True]
