import pytest

from agent.evaluation.simulation.audio.caller import Happened, Sounded
from agent.evaluation.simulation.audio.measured import measured


def frames(line: str) -> list[tuple[float, bool]]:
    """The agent's side in letters of 100 ms: a sound, . silence."""
    return [
        (round(0.1 * i + 0.02 * k, 2), letter == "a")
        for i, letter in enumerate(line)
        for k in range(5)
    ]


def test_an_answer_is_waited_for_from_the_end_of_the_customers_turn() -> None:
    happened = Happened(turns=[Sounded(0.2, 0.5), Sounded(1.5, 2.0)], words=["yes", "no"])
    heard = measured(happened, frames("........aaa..........aaaa......"), ["yes"], 3.1)
    assert heard.answers_ms == (pytest.approx(300), pytest.approx(100))


def test_no_answer_is_counted_where_the_agent_was_speaking_or_the_customer_spoke_again() -> None:
    happened = Happened(turns=[Sounded(0.2, 0.5), Sounded(1.5, 2.0)], words=["a", "b"])
    assert measured(happened, frames("..aaaaaa...................."), [], 3.0).answers_ms == ()


@pytest.mark.parametrize(
    ("line", "broke_off", "waited_ms"),
    [
        ("aaaaaaaaa..........", True, 400),
        ("aaaaaaa.aaa.........", True, 600),  # a breath between two lines
        ("aaaaaaaaa..........", False, None),  # it had come to its end
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa....", True, None),
    ],
)
def test_room_is_made_when_the_agent_is_silent_for_good(
    line: str, broke_off: bool, waited_ms: float | None
) -> None:
    happened = Happened(cut_ins=[(Sounded(0.5, 1.5), broke_off)])
    (found,) = measured(happened, frames(line), [], 3.0).yields_ms
    assert found == (None if waited_ms is None else pytest.approx(waited_ms, abs=1))


def test_words_are_compared_over_the_whole_call() -> None:
    happened = Happened(words=["i'd rather not", "yes please"])
    heard = measured(happened, [], ["i would rather not yes", "please"], 1.0)
    assert (heard.words, heard.words_wrong) == (5, 2)
