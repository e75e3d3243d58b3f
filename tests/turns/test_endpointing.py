import pytest

from agent.turns.endpointing import Completeness, Endpointer, Expected, completeness
from agent.turns.settings import EndpointingSettings

FRAME_S = 0.02
YES_NO = Expected(yes_no=True)
READS_OUT = Expected(reads_out=True)


@pytest.mark.parametrize(
    ("text", "expected_answer", "expected"),
    [
        ("", Expected(), Completeness.DEFAULT),
        ("yes please", YES_NO, Completeness.SHORT_ANSWER),
        ("yes please", Expected(), Completeness.DEFAULT),
        ("yes but i want to know", YES_NO, Completeness.COMPLETE),
        ("how much is it", Expected(), Completeness.COMPLETE),
        ("i would like the", Expected(), Completeness.INCOMPLETE),
        ("oh seven seven", READS_OUT, Completeness.SLOT_OPEN),
    ],
)
def test_completeness(text: str, expected_answer: Expected, expected: Completeness) -> None:
    assert completeness(text, expected_answer) is expected


@pytest.mark.parametrize(
    ("expected_answer", "words", "expected_ms"),
    [
        (YES_NO, {12: "yes"}, 360),
        (Expected(), {12: "how much is it"}, 560),
        (Expected(), {12: "thirty"}, 700),
        (Expected(), {12: "i want to know if"}, 1400),
        (Expected(), {}, 1000),
        # the text changes 480 ms after the last speech frame: 200 ms more to settle
        (YES_NO, {43: "yes"}, 680),
    ],
)
def test_silence_that_ends_a_turn(
    expected_answer: Expected, words: dict[int, str], expected_ms: float
) -> None:
    endpointer = Endpointer(EndpointingSettings())
    endpointer.begin(expected_answer)
    for number, letter in enumerate("....." + "s" * 15 + "." * 100):
        now = number * FRAME_S
        if number in words:
            endpointer.on_words(now, words[number])
        end = endpointer.on_frame(now, letter == "s")
        if end is not None:
            assert end.ended_s == pytest.approx(19 * FRAME_S)
            assert (end.decided_s - end.ended_s) * 1000 == pytest.approx(expected_ms, abs=1)
            assert end.speech_ms == pytest.approx(300)
            return
    pytest.fail("the turn never ended")


def test_a_click_starts_no_turn() -> None:
    endpointer = Endpointer(EndpointingSettings())
    assert all(
        endpointer.on_frame(n * FRAME_S, letter == "s") is None
        for n, letter in enumerate("..ss" + "." * 200)
    )
    assert not endpointer.in_turn


@pytest.mark.parametrize(
    ("judged", "expected_ms"), [(Completeness.DECIDED, 260), (Completeness.UNDERSTOOD, 1400)]
)
def test_a_hard_rule_waits_for_no_more_words(judged: Completeness, expected_ms: float) -> None:
    text = "i told you to take me off your list so"
    endpointer = Endpointer(EndpointingSettings())
    endpointer.begin(READS_OUT)
    for number, letter in enumerate("....." + "s" * 15 + "." * 100):
        now = number * FRAME_S
        if number == 24:
            endpointer.on_final(now, text, 0.9)
            endpointer.judge(text, judged)
        end = endpointer.on_frame(now, letter == "s")
        if end is not None:
            assert (end.decided_s - end.ended_s) * 1000 == pytest.approx(expected_ms, abs=1)
            return
    pytest.fail("the turn never ended")
