"""The jitter buffer as tables: for each tick what arrived before it, and what came out.

Numbers are packets (sequence n, timestamp 160 n), `-` is a tick without a frame.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.jitter import CAPACITY_FRAMES, InterarrivalJitter, JitterBuffer
from agent.media.rtp import RtpPacket


def audio(number: int, *, ssrc: int = 1, timestamp: int | None = None) -> RtpPacket:
    """Packet `number`, recognisable by its payload."""
    return RtpPacket(
        payload_type=0,
        sequence=number & 0xFFFF,
        timestamp=(160 * number if timestamp is None else timestamp) & 0xFFFFFFFF,
        ssrc=ssrc,
        payload=(number % 2**32).to_bytes(4, "big") * 40,
    )


def number_of(frame: bytes | None) -> str:
    return "-" if frame is None else str(int.from_bytes(frame[:4], "big"))


def play(buffer: JitterBuffer, ticks: list[list[RtpPacket]]) -> str:
    """Push what arrives before each tick, pop at the tick."""
    popped = []
    for tick, arrivals in enumerate(ticks):
        for packet in arrivals:
            buffer.push(packet, now=tick * 0.02)
        popped.append(number_of(buffer.pop()))
    return " ".join(popped)


def ticks_of(table: str) -> list[list[RtpPacket]]:
    """`0 | 1 2 | | 3`: the packets before each tick."""
    return [[audio(int(number)) for number in cell.split()] for cell in table.split("|")]


def steady(first: int, last: int) -> str:
    return " | ".join(str(number) for number in range(first, last + 1))


@pytest.mark.parametrize(
    ("arrivals", "popped", "counts"),
    [
        pytest.param("0|1|2|3|4|5", "- - 0 1 2 3", {}, id="40 ms of delay to begin with"),
        pytest.param(
            "0|1||3|4|5|6|7", "- - 0 1 - 3 4 5", {"lost": 1, "concealed": 1}, id="one lost"
        ),
        pytest.param(
            "0|1|3|2|4|5|6", "- - 0 1 2 3 4", {"reordered": 1}, id="reordered within the delay"
        ),
        pytest.param(
            "0|1|3|4|5|2|6|7",
            "- - 0 1 - 3 4 5",
            {"reordered": 1, "late": 1, "concealed": 1},
            id="reordered beyond it",
        ),
        pytest.param("0|1|1 2|2|3|4", "- - 0 1 2 3", {"duplicate": 2}, id="duplicates"),
        pytest.param(
            "0|1|2||||3 4 5 6|7|8|9",
            "- - 0 1 2 - 3 4 5 6",
            {"concealed": 1},
            id="a pause of the network holds, nothing is thrown away",
        ),
        pytest.param(
            "0|1|2||||6|7|8|9|10",
            "- - 0 1 2 - - - 6 7 8",
            {"lost": 3, "concealed": 3},
            id="three lost in a row cost three ticks, the one held included",
        ),
    ],
)
def test_network(arrivals: str, popped: str, counts: dict[str, int]) -> None:
    buffer = JitterBuffer()
    assert play(buffer, ticks_of(arrivals)) == popped
    expected = dict.fromkeys(("lost", "late", "concealed", "duplicate", "reordered"), 0) | counts
    assert {
        "lost": buffer.sequences.lost,
        "late": buffer.late,
        "concealed": buffer.concealed,
        "duplicate": buffer.sequences.duplicate,
        "reordered": buffer.sequences.reordered,
    } == expected


def test_nothing_ever_came() -> None:
    buffer = JitterBuffer()
    assert play(buffer, [[]] * 10) == " ".join("-" * 10)
    assert buffer.concealed == 0


@pytest.mark.parametrize("first", [65533, 2**32 // 160 - 2], ids=["sequence", "timestamp"])
def test_wrap(first: int) -> None:
    buffer = JitterBuffer()
    popped = play(buffer, [[audio(first + index)] for index in range(8)])
    assert popped.split() == ["-", "-", *(str(first + index) for index in range(6))]


def test_one_lost_packet_of_two_hundred_costs_one_frame() -> None:
    ticks = [[audio(number)] for number in range(200)]
    ticks[49] = []
    popped = play(JitterBuffer(), ticks).split()
    assert popped == ["-", "-", *(str(n) if n != 49 else "-" for n in range(198))]


def test_another_ssrc_goes_on_after_what_is_buffered() -> None:
    buffer = JitterBuffer()
    ticks = [[audio(0)], [audio(1)], *([audio(900 + n, ssrc=2)] for n in range(5))]
    assert play(buffer, ticks) == "- - 0 1 900 901 902"
    assert buffer.sequences.lost == 0


def test_a_jump_of_the_senders_timestamp_leaves_no_gap() -> None:
    jumped = [[audio(n, timestamp=160 * n + 7_000_001)] for n in range(2, 7)]
    assert play(JitterBuffer(), [[audio(0)], [audio(1)], *jumped]) == "- - 0 1 2 3 4"


def test_after_a_long_silence_the_next_talk_spurt_gets_its_delay_again() -> None:
    buffer = JitterBuffer()
    silence: list[list[RtpPacket]] = [[]] * 500
    spurt = [[audio(3 + n, timestamp=160 * (503 + n))] for n in range(5)]
    popped = play(buffer, [*ticks_of(steady(0, 2)), *silence, *spurt]).split()
    assert popped[-5:] == ["-", "-", "3", "4", "5"]
    # Silence isn't loss: only the beginning of it was concealed.
    assert (buffer.sequences.lost, buffer.concealed) == (0, 5)


def test_burst_of_100_ms_loses_nothing_and_its_delay_is_worked_off() -> None:
    buffer = JitterBuffer()
    burst: list[list[RtpPacket]] = [[], [], [], [], [audio(10 + n) for n in range(5)]]
    ticks = [*ticks_of(steady(0, 9)), *burst, *ticks_of(steady(15, 300))]
    popped = [one for one in play(buffer, ticks).split() if one != "-"]
    assert [popped[n] for n in range(20)] == [str(n) for n in range(20)]
    assert (buffer.late, buffer.sequences.lost) == (0, 0)
    assert buffer.depth_frames <= buffer.target_frames + 1


def test_a_stall_of_ours_is_worked_off_within_two_seconds() -> None:
    buffer = JitterBuffer()
    play(buffer, ticks_of(steady(0, 9)))
    for number in range(10, 24):
        buffer.push(audio(number), now=0.2)
    assert buffer.depth_frames >= 14
    play(buffer, ticks_of(steady(24, 124)))
    assert buffer.depth_frames <= 5
    assert buffer.discarded >= 9


def test_more_than_it_holds_drops_the_oldest() -> None:
    buffer = JitterBuffer()
    for number in range(CAPACITY_FRAMES + 1):
        buffer.push(audio(number), now=0.0)
    assert buffer.depth_frames == buffer.target_frames
    assert buffer.discarded == CAPACITY_FRAMES + 1 - buffer.target_frames


def test_packet_of_40_ms_is_two_frames() -> None:
    buffer = JitterBuffer()
    pairs = [
        RtpPacket(0, n, 320 * n, 1, audio(2 * n).payload + audio(2 * n + 1).payload)
        for n in range(3)
    ]
    assert play(buffer, [pairs[:1], [], pairs[1:2], [], pairs[2:], []]) == "- - 0 1 2 3"


def test_payload_that_is_no_whole_frame() -> None:
    with pytest.raises(ValueError, match=r"^audio payload of 161 bytes: frames have 160$"):
        JitterBuffer().push(RtpPacket(0, 0, 0, 1, bytes(161)), now=0.0)


@pytest.mark.parametrize(
    ("jitter_ms", "target_frames"), [(0, 2), (6, 2), (8, 3), (13, 3), (14, 4), (50, 4)]
)
def test_target_follows_the_jitter_between_40_and_80_ms(jitter_ms: int, target_frames: int) -> None:
    buffer = JitterBuffer()
    for number in range(400):
        # Alternately early and late: consecutive spacings differ by `jitter_ms` from 20 ms.
        shift_s = jitter_ms / 1000 * (number % 2)
        buffer.push(audio(number), now=number * 0.02 + shift_s)
        buffer.pop()
    assert buffer.target_frames == target_frames


def test_interarrival_jitter_ignores_a_jump_of_the_source() -> None:
    jitter = InterarrivalJitter()
    for number in range(50):
        jitter.observe(160 * number, 0.02 * number)
    jitter.observe(2_000_000_000, 1.0)
    assert jitter.mean_ms == pytest.approx(0.0, abs=1e-6)


network = st.lists(  # for each tick the packets that arrive before it
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 2), st.sampled_from([0, 0, 0, 777, 2**31])),
        max_size=4,
    ),
    max_size=80,
)


@given(network)
def test_whatever_arrives_no_frame_comes_twice_and_memory_is_bounded(
    ticks: list[list[tuple[int, int, int]]],
) -> None:
    buffer = JitterBuffer()
    frames = 0
    pushed = 0
    for tick, arrivals in enumerate(ticks):
        for number, ssrc, jump in arrivals:
            packet = audio(number, ssrc=ssrc, timestamp=160 * number + jump)
            pushed += buffer.push(packet, now=tick * 0.02)
            assert 0 <= buffer.depth_frames <= CAPACITY_FRAMES
        frames += buffer.pop() is not None
    assert frames <= pushed


@given(st.lists(st.integers(-3, 3), min_size=60, max_size=120), st.sets(st.integers(0, 119)))
def test_reordered_and_lost_packets_come_out_once_and_in_order(
    displaced: list[int], lost: set[int]
) -> None:
    buffer = JitterBuffer()
    arrivals = sorted(range(len(displaced)), key=lambda number: number + displaced[number])
    heard = []
    for tick, number in enumerate(arrivals):
        if number not in lost:
            buffer.push(audio(number), now=tick * 0.02)
        frame = buffer.pop()
        if frame is not None:
            heard.append(int(number_of(frame)))
    assert heard == sorted(set(heard))
