"""Latencies computed from packets that were made by hand."""

import numpy as np
import pytest

from agent.evaluation.wire import (
    CallWire,
    Datagram,
    Frame,
    Interruption,
    Response,
    Spurt,
    WireError,
    call_on_wire,
    find_interruptions,
    find_responses,
    talkspurts,
)
from agent.media.codecs import Codec, open_codec
from agent.media.rtp import RtpPacket

SPEECH_DBFS, COMFORT_NOISE_DBFS = -20.0, -66.0
PBX_SIP, PHONE_SIP, PBX_RTP, PHONE_RTP = 5060, 40100, 12000, 30500


def line(pattern: str, start_s: float = 0.0) -> tuple[Frame, ...]:
    """Frames of 20 ms: '#' speech, '.' comfort noise; a character is 100 ms."""
    frames = [char for char in pattern for _ in range(5)]
    return tuple(
        Frame(start_s + index * 0.02, SPEECH_DBFS if char == "#" else COMFORT_NOISE_DBFS)
        for index, char in enumerate(frames)
    )


@pytest.mark.parametrize(
    ("pattern", "spurts"),
    [
        ("......", []),
        ("..###..", [(0.2, 0.48)]),
        ("##..##", [(0.0, 0.58)]),  # a gap inside a sentence
        ("##....##", [(0.0, 0.18), (0.6, 0.78)]),
    ],
)
def test_talkspurts(pattern: str, spurts: list[tuple[float, float]]) -> None:
    found = [(spurt.start_s, spurt.end_s) for spurt in talkspurts(line(pattern))]
    assert found == [pytest.approx(spurt) for spurt in spurts]


def test_a_click_is_no_talkspurt() -> None:
    frames = [Frame(index * 0.02, -10.0 if index in (5, 6) else -66.0) for index in range(20)]
    assert talkspurts(frames) == ()


@pytest.mark.parametrize(
    ("said", "heard", "responses"),
    [
        ("..###.........", "........####..", [300]),
        ("..###....###....", "................", []),  # no answer
        ("..##....##......", "............###.", [200]),  # the caller thinks in between
        ("###....###.....", "....##......###", [100, 200]),
        ("..####.........", "########.......", []),  # spoken over the agent, which ends its line
        ("..####.........", "####......#####", [400]),  # interrupted, then answered
    ],
)
def test_responses(said: str, heard: str, responses: list[int]) -> None:
    found = find_responses(talkspurts(line(said)), talkspurts(line(heard)))
    # A packet's voice ends with the packet: 20 ms after the last one of the pattern was due.
    assert [response.latency_ms for response in found] == [
        pytest.approx(latency_ms + 20) for latency_ms in responses
    ]


@pytest.mark.parametrize(
    ("said", "heard", "latency_ms"),
    [
        ("....#####.....", "######........", 180),
        ("....##.........", "###############", None),  # 'mm-hmm': the agent speaks on
        ("....##.........", "######...######", 180),  # paused and resumed
    ],
)
def test_interruptions(said: str, heard: str, latency_ms: float | None) -> None:
    wire = CallWire(0.0, line(said), line(heard + "." * 20 if latency_ms else heard + "#" * 20))
    (interruption,) = wire.interruptions
    assert interruption.latency_ms == (None if latency_ms is None else pytest.approx(latency_ms))


def test_speaking_while_the_agent_is_silent_interrupts_nobody() -> None:
    assert find_interruptions([Spurt(1.0, 2.0)], [Spurt(0.0, 0.9), Spurt(2.5, 3.0)]) == ()


def test_latencies_are_differences_in_milliseconds() -> None:
    assert Response(1.0, 1.45).latency_ms == pytest.approx(450)
    assert Interruption(1.0, 1.15).latency_ms == pytest.approx(150)
    assert CallWire(10.0, (), line("..##", 10.0)).greeting_ms == pytest.approx(200)
    assert CallWire(None, (), line("..##")).greeting_ms is None


def sip(at_s: float, text: str, *, by_phone: bool) -> Datagram:
    ports = (PHONE_SIP, PBX_SIP) if by_phone else (PBX_SIP, PHONE_SIP)
    return Datagram(at_s, *ports, text.replace("\n", "\r\n").encode())


def rtp(at_s: float, codec: Codec, amplitude: int, *, by_phone: bool) -> Datagram:
    wave = amplitude * np.sin(np.arange(codec.samples_per_frame) * 0.4)
    packet = RtpPacket(codec.payload_type, 1, 160, 7, codec.encode(wave.astype(np.int16)))
    ports = (PHONE_RTP, PBX_RTP) if by_phone else (PBX_RTP, PHONE_RTP)
    return Datagram(at_s, *ports, packet.serialize())


@pytest.mark.parametrize("codec_name", ["ulaw", "alaw", "g722"])
def test_a_call_is_found_by_its_call_id_and_measured(codec_name: str) -> None:
    codec = open_codec(codec_name)
    offer = (
        f"INVITE sip:1000@x SIP/2.0\nCall-ID: abc\nCSeq: 1 INVITE\n\nm=audio {PHONE_RTP} RTP/AVP 0"
    )
    answer = f"SIP/2.0 200 OK\nCall-ID: abc\nCSeq: 1 INVITE\n\nm=audio {PBX_RTP} RTP/AVP 0"
    other = "SIP/2.0 200 OK\nCall-ID: xyz\nCSeq: 1 INVITE\n\nm=audio 9999 RTP/AVP 0"
    heard_s = [1.0 + index * 0.02 for index in range(20)]
    wire = call_on_wire(
        [
            rtp(
                0.5, open_codec(codec_name), 9000, by_phone=False
            ),  # an earlier call on the same port
            sip(0.8, offer, by_phone=True),
            sip(0.85, other, by_phone=False),
            sip(0.9, answer, by_phone=False),
            *(rtp(at_s, codec, 20 if at_s < 1.1 else 8000, by_phone=False) for at_s in heard_s),
            rtp(1.0, codec, 0, by_phone=True),
            Datagram(1.1, PHONE_RTP, PBX_RTP, b"not RTP"),
            sip(1.5, "BYE sip:x SIP/2.0\nCall-ID: abc\nCSeq: 2 BYE\n\n", by_phone=True),
            rtp(1.6, codec, 9000, by_phone=False),  # a later one
        ],
        "abc",
    )
    assert wire.answered_s == 0.9
    assert (len(wire.said), len(wire.heard)) == (1, 20)
    assert wire.greeting_ms == pytest.approx(200)
    assert wire.largest_gap_ms == pytest.approx(20)


def test_a_call_that_was_not_captured_is_an_error() -> None:
    with pytest.raises(WireError, match="call abc"):
        call_on_wire([], "abc")
