"""Amounts in spoken and written text."""

import pytest

from agent.cloning.mine.quantities import number_spans, quantities, spoken

_SAID = [
    ("Thirty-four pounds a month, fixed.", 34, "GBP/month", "Thirty-four pounds a month"),
    ("it is thirty four pounds a month fixed", 34, "GBP/month", "thirty four pounds a month"),
    ("a fifteen-pound deposit", 15, "GBP", "fifteen-pound"),
    ("four hundred and twenty-five meg", 425, "Mbit/s", "four hundred and twenty-five meg"),
    ("never under four twenty-five.", 425, "", "four twenty-five"),
    ("eight pounds fifty each", 8.5, "GBP", "eight pounds fifty"),
    (
        "twelve pounds for each remaining month",
        12,
        "GBP/month left",
        "twelve pounds for each remaining month",
    ),
    ("about ten working days", 10, "working days", "ten working days"),
    ("within half an hour", 30, "minutes", "half an hour"),
    ("we write a month before", 1, "month", "a month"),
    ("fifteen per cent off", 15, "%", "fifteen per cent"),
    ("£34.50 a month", 34.5, "GBP/month", "£34.50 a month"),
    ("open eight till eight", "08:00-20:00", "hours", "eight till eight"),
    ("between nine and five thirty", "09:00-17:30", "hours", "between nine and five thirty"),
    ("half seven till seven", "07:30-19:00", "hours", "half seven till seven"),
    ("8 a.m. to 6 p.m.", "08:00-18:00", "hours", "8 a.m. to 6 p.m."),
    ("one till four", "13:00-16:00", "hours", "one till four"),
    ("ring before six in the evening", "18:00", "time", "six in the evening"),
    ("at four o'clock", "16:00", "time", "four o'clock"),
    ("open half past eight to six", "08:30-18:00", "hours", "half past eight to six"),
    ("one thousand, four hundred and eighty pounds", 1480, "GBP",
     "one thousand, four hundred and eighty pounds"),
    ("nineteen dollars and ninety-nine cents a month", 19.99, "USD/month",
     "nineteen dollars and ninety-nine cents a month"),
    ("a couple of grand a room", 2000, "/room", "couple of grand a room"),
    ("twelve-eighty a room", 12.8, "/room", "twelve-eighty a room"),
    ("an hour and a half", 1.5, "hours", "an hour and a half"),
    ("two and a half years", 2.5, "years", "two and a half years"),
    ("nought per cent", 0, "%", "nought per cent"),
    ("drivers of twenty-three or over", 23, "years old", "twenty-three"),
    ("from eighteen up", 18, "years old", "eighteen"),
    ("three aftercare visits", 3, "aftercare visits", "three aftercare visits"),
    ("two guests a month", 2, "guests/month", "two guests a month"),
    ("nobody under twenty-one", 21, "years old", "twenty-one"),
    ("at five point four nine APR", 5.49, "%", "five point four nine APR"),
    ("a quarter point less", 0.25, "%", "quarter point"),
    ("here since nineteen ninety-four", 1994, "year", "nineteen ninety-four"),
    ("Since two thousand twelve.", 2012, "year", "two thousand twelve"),
    ("it's one sixty-five an hour", 165, "/hour", "one sixty-five an hour"),
    ("three fifty a jar", 3.5, "/jar", "three fifty a jar"),
    ("two twenty-five apiece", 2.25, "/piece", "two twenty-five apiece"),
    ("one fifty a night", 150, "/night", "one fifty a night"),
    ("one ninety-five dollar fee", 95, "USD", "ninety-five dollar"),
    ("a one-ninety-five dollar fee", 195, "USD", "one-ninety-five dollar"),
    ("thirty cents a mile", 0.3, "USD/mile", "thirty cents a mile"),
    ("nine dollars a thousand", 9, "USD/thousand", "nine dollars a thousand"),
    ("forty dollars a bit", 40, "USD", "forty dollars"),
    ("six in the morning to nine at night", "06:00-21:00", "hours",
     "six in the morning to nine at night"),
    ("you've got a month for returns", 1, "month", "a month"),
    ("it's half a percent lower", 0.5, "%", "half a percent"),
    ("a quarter percentage point off", 0.25, "%", "quarter percentage point"),
    ("a quarter point less", 0.25, "%", "quarter point"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "unit", "words"), _SAID)
def test_an_amount_with_its_unit(text: str, value: float, unit: str, words: str) -> None:
    [found] = quantities(text)
    assert (found.value, found.full_unit) == (value, unit)
    assert text[found.start : found.end] == words


@pytest.mark.parametrize(
    "text",
    [
        "oh seven seven double oh, nine",  # digits read out
        "Friday the twenty-first of March",
        "that's the one",
        "the Five Hundred is lovely",  # a name
    ],
)
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert [q for q in quantities(text) if q.dimension] == []


def test_a_name_without_capitals_is_told_by_the_caller() -> None:
    text = "fibre five hundred thirty four pounds"
    assert quantities(text)[0].value == 534
    assert quantities(text, {"fibre five hundred"})[0].value == 34


def test_placeholders_hold_no_numbers() -> None:
    text = "That's <PERSON_2> at <ADDRESS_3>, ring <PHONE_12> within <AGE_4>."
    assert quantities(text) == ()
    assert number_spans(text) == ()


def test_the_unit_belongs_to_the_number_beside_it() -> None:
    [found] = quantities("it was sixty two thirty days ago")
    assert (found.value, found.unit) == (30, "days")


def test_periods_are_compared_in_days() -> None:
    month, days = quantities("a month before or thirty days before")
    assert month.measure == days.measure == 30


def test_every_number_is_found_once_and_in_order() -> None:
    text = "Friday the twenty-first, eight till one, thirty pounds, number four two one"
    spans = number_spans(text)
    assert [text[start:end] for start, end in spans] == [
        "twenty", "eight till one", "thirty pounds", "four two one",
    ]  # fmt: skip


def test_digits_are_said_in_words() -> None:
    assert spoken("£34 a month, 20% off") == "thirty-four pounds a month, twenty percent off"
