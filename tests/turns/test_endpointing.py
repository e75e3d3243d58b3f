import pytest

from agent.config import EndpointingSettings
from agent.turns.endpointing import Completeness, Endpointer, completeness

FRAME_S = 0.02


@pytest.mark.parametrize(
    ("text", "expects", "expected"),
    [
        ("", None, Completeness.DEFAULT),
        ("yes please", "yes_no", Completeness.SHORT_ANSWER),
        ("yes please", None, Completeness.DEFAULT),
        ("yes but i want to know", "yes_no", Completeness.COMPLETE),
        ("how much is it", None, Completeness.COMPLETE),
        ("i would like the", None, Completeness.INCOMPLETE),
        ("oh seven seven", "slot:phone", Completeness.SLOT_OPEN),
    ],
)
def test_completeness(text: str, expects: str | None, expected: Completeness) -> None:
    assert completeness(text, expects) is expected


@pytest.mark.parametrize(
    ("expects", "words", "expected_ms"),
    [
        ("yes_no", {12: "yes"}, 300),
        (None, {12: "how much is it"}, 560),
        (None, {12: "thirty"}, 660),
        (None, {12: "i want to know if"}, 1400),
        (None, {}, 960),
        # the text changes 480 ms after the last speech frame: 200 ms more to settle
        ("yes_no", {43: "yes"}, 680),
    ],
)
def test_silence_that_ends_a_turn(
    expects: str | None, words: dict[int, str], expected_ms: float
) -> None:
    endpointer = Endpointer(EndpointingSettings())
    endpointer.begin(expects)
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
