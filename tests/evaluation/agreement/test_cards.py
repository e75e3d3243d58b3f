from pathlib import Path

import pytest

from agent.evaluation.agreement.cards import CardsError, read_cards
from agent.evaluation.agreement.compared import Given, compare
from agent.evaluation.rubric.criteria import criteria


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    return tmp_path / "cards.csv"


@pytest.mark.parametrize(
    "text",
    [
        "call_id,criterion,score,turn,quote\nx,A1,2,3,hello\nx,B1,NA,,\ny,A1,0,,\n",
        "Call;Item;Rating\nx;a1;2\nx;b1;n/a\ny;a1;0\n",
        "\ufeffrater,CALL_ID,Criterion ID,Score\r\n1,x,A1,2.0\r\n1,x,B1,-\r\n1,y,A1,0\r\n",
    ],
)
def test_cards_are_read_as_tables_come(cards: Path, text: str) -> None:
    cards.write_text(text, "utf-8")

    assert read_cards(cards) == {"x": {"A1": 2, "B1": None}, "y": {"A1": 0}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("call,criterion,score\nx,A1,3\n", "row 2: '3' is no score: give 0, 1, 2 or NA for A1"),
        ("call,criterion,score\nx,A1,2\nx,a1,1\n", "row 3: A1 of x is scored twice"),
        ("call,score\nx,2\n", "no column for the criterion: call one 'criterion'"),
    ],
)
def test_what_is_wrong_with_cards_is_said_in_a_line(cards: Path, text: str, told: str) -> None:
    cards.write_text(text)

    with pytest.raises(CardsError) as error:
        read_cards(cards)

    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_calls_without_a_card_and_cards_without_a_call_are_named() -> None:
    ours: Given = {"x": {"A1": 2, "B1": None}, "y": {"A1": 1, "B1": 1}, "z": {"A1": 0}}
    theirs: Given = {"x": {"A1": 2, "B1": 1}, "y": {"A1": 0, "B1": None}, "w": {"A1": 1}}

    found = compare(criteria(), ours, theirs)

    assert (found.calls, found.missing, found.uncarded) == (("x", "y"), ("w",), ("z",))
    assert [one.criterion.id for one in found.criteria] == ["A1", "B1"]
    first, second = found.criteria
    assert (first.agreement.n, first.abstained) == (2, 0)
    assert (second.agreement.n, second.abstained) == (0, 1)
    assert found.good == 1
