import pytest

from agent.dialogue.guard import Guard
from agent.dialogue.playbook import Playbook


@pytest.mark.parametrize(
    ("text", "slots", "found"),
    [
        ("It's thirty-four pounds a month.", (), []),
        ("It's thirty-five pounds a month.", (), ["money 35"]),
        ("It's thirty pounds a day.", (), []),  # the engineer's, thirty pounds for a missed visit
        ("It's eighteen pounds.", (), ["money 18"]),  # eighteen months is a fact, the price is not
        ("It's 29.99 a month.", (), ["number 29.99"]),
        ("It's £29 a month.", (), ["money 29"]),
        ("You save twenty percent.", (), ["percent 20"]),
        ("You save ninety per cent.", (), ["percent 90"]),
        ("It's just a tenner.", (), ["money 10"]),
        ("It's a few pounds less.", (), ["money some"]),
        ("It's a pound.", (), ["money 1"]),
        ("It's nineteen ninety nine.", (), ["number 19", "number 99"]),
        ("For twelve months.", (), ["time 12 month"]),
        ("In two and a half years.", (), ["time 2.5 year"]),
        ("You get two thousand meg.", (), ["speed 2000"]),
        ("On the twenty-first of november.", (), ["date november", "number 21"]),
        ("By the first of may.", (), ["date may"]),
        ("That may be so. We march on.", (), []),
        ("A third off.", (), ["number 3"]),
        ("That's the right one for you, oh yes, just a second.", (), []),
        ("The engineer comes on Friday.", (), ["date friday"]),
        ("The engineer comes on friday.", ("Friday morning",), []),
        ("Thank you, Daniel.", (), ["name daniel"]),
        ("Thank you, Daniel.", ("Daniel Hughes",), []),
        ("I'd ask Brightwave about it.", (), []),
        ("I'd ask brightwave about it.", (), []),
        ("Shall we? Then I'll do it.", (), []),
    ],
)
def test_only_known_amounts_dates_and_names(
    larkfield: Playbook, text: str, slots: tuple[str, ...], found: list[str]
) -> None:
    checked = Guard(larkfield).check(text, slots)
    assert [f"{violation.kind} {violation.text}" for violation in checked] == found


LINE = "Fibre One-Fifty is twenty-six pounds a month, and Fibre Five Hundred is thirty-four pounds."
PRICE = "It's thirty-four pounds a month."


@pytest.mark.parametrize(
    "text",
    [
        "So Fibre One-Fifty is twenty-six pounds monthly, and Fibre Five Hundred is 34 pounds.",
        "It's 26 pounds a month for fibre one-fifty.",
        LINE,
    ],
)
def test_rewording_that_says_the_same_passes_and_one_that_leaves_something_out_does_not(
    larkfield: Playbook, text: str
) -> None:
    complete = "hundred" in text.lower()
    assert (Guard(larkfield).check_rewording(text, LINE) == ()) is complete


@pytest.mark.parametrize(
    ("line", "lie"),
    [
        (LINE, "Fibre One-Fifty is thirty-four pounds a month, and Fibre Five Hundred twenty-six."),
        (LINE, LINE.replace("month", "year")),
        ("Either two pounds or four pounds.", "Either four pounds or two pounds."),
        (LINE, "Fibre One-Fifty is half price."),
        (PRICE, "It's thirty-four pounds a month, and the first is free."),
        (PRICE, "It's not thirty-four pounds a month."),
        ("The price doesn't go up.", "The price does go up."),
        ("That's fair, money is money.", "That's fair, so take a third off."),
        ("That's fair, money is money.", "That's fair, daniel."),
        ("That's fair, money is money.", "Daniel, that's fair."),
        ("That's fair, money is money.", "That's fair, vodafone is money."),
        ("That's fair, money is money.", "That's fair, it's nineteen for you."),
        ("That's fair, money is money.", "That's fair, we do it by christmas."),
    ],
)  # fmt: skip
def test_lying_rewording_is_stopped(larkfield: Playbook, line: str, lie: str) -> None:
    assert Guard(larkfield).check_rewording(lie, line) != ()
