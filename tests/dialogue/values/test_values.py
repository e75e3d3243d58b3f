"""Spoken values: what callers say, what must not become a value, and the way there and back."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dialogue import slots
from agent.dialogue.playbook import Choice, Slot, SlotType

TODAY = date(2026, 11, 21)  # a Saturday


def slot(kind: SlotType, **options: object) -> Slot:
    return Slot.model_validate({"type": kind, "label": "x", **options})


def value(kind: SlotType, heard: str, **options: object) -> str | None:
    parsed = slots.parse(slot(kind, **options), heard, today=TODAY)
    return parsed.value if parsed else None


# -- what callers say


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("the twenty first of november", "2026-11-21"),
        ("november the twenty third", "2026-11-23"),
        ("second of january", "2027-01-02"),
        ("it's the third of may twenty twenty seven", "2027-05-03"),
        ("third of may two thousand and twenty seven", "2027-05-03"),
        ("the fourth", "2026-12-04"),
        ("today", "2026-11-21"),
        ("tomorrow please", "2026-11-22"),
        ("the day after tomorrow", "2026-11-23"),
        ("tuesday", "2026-11-24"),
        ("on saturday", "2026-11-28"),
        ("next tuesday", "2026-11-24"),
        ("tuesday week", "2026-12-01"),
        ("a week on tuesday", "2026-12-01"),
        ("in two weeks", "2026-12-05"),
        ("in a fortnight", "2026-12-05"),
        ("in ten days", "2026-12-01"),
        ("tuesday the twenty fourth", "2026-11-24"),
        ("tuesday the twenty fifth", None),
        ("the thirty first of june", None),
        ("monday or tuesday", None),
        ("friday date of january", None),
        ("the fifth or the sixth", None),
        ("last monday", None),
        ("yesterday", None),
        ("no idea", None),
        ("monday no i mean wednesday", "2026-11-25"),
    ],
)
def test_date_ahead(heard: str, expected: str | None) -> None:
    assert value(SlotType.DATE, heard, dates="future") == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("three days ago", "2026-11-18"), ("yesterday", "2026-11-20"),
        ("on monday", "2026-11-16"), ("last saturday", "2026-11-14"),
        ("the third of march", "2026-03-03"), ("the tenth of october", "2026-10-10"),
        ("the first of december nineteen eighty four", "1984-12-01"), ("tomorrow", None),
    ],
)  # fmt: skip
def test_date_behind(heard: str, expected: str | None) -> None:
    assert value(SlotType.DATE, heard, dates="past") == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("twenty six ninety nine", "26.99"), ("twenty six pounds ninety nine", "26.99"),
        ("twenty six pounds and ninety nine pence", "26.99"), ("thirty quid", "30"),
        ("a tenner", "10"), ("thirty odd quid", "30"), ("fifty pence", "0.50"),
        ("about forty i think", "40"), ("a pound", "1"), ("a hundred and twenty pounds", "120"),
        ("two thousand and five pounds", "2005"), ("nineteen pounds five", None),
        ("twenty to thirty pounds", None), ("twenty or thirty", None),
        ("one two three four", None), ("it's too much", None),
        ("twenty no wait twenty five pounds", "25"), ("eighty five p", "0.85"),
        ("twenty six oh five", "26.05"), ("we pay nothing at all", "0"), ("it's free", "0"),
        ("nothing special really", None), ("i'm free on friday", None), ("a few pounds", None),
        ("oh i don't know", None), ("oh it's quite a lot", None), ("oh about thirty", "30"),
    ],
)  # fmt: skip
def test_money(heard: str, expected: str | None) -> None:
    assert value(SlotType.MONEY, heard) == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("about three hundred", "300"), ("four five two one", "4521"), ("two point five", "2.5"),
        ("oh oh seven", "007"), ("three or four", None), ("oh dear", None), ("lots", None),
        ("oh four", "4"),
        ("twenty one", "21"), ("there are five of us", "5"),
    ],
)  # fmt: skip
def test_number(heard: str, expected: str | None) -> None:
    assert value(SlotType.NUMBER, heard) == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("daniel underscore hughes at gmail dot com", "daniel_hughes@gmail.com"),
        ("it's b e double t y dot m at b t internet dot com", "betty.m@btinternet.com"),
        ("d for delta a n at example dot co dot uk", "dan@example.co.uk"),
        ("delta alpha november at example dot org", "dan@example.org"),
        ("daniel six oh at gmail dot com", "daniel60@gmail.com"),
        ("hotel co lima co november hotmail dot co", "helen@hotmail.com"),
        ("sales at harbour dash heating dot co dot uk", "sales@harbour-heating.co.uk"),
        ("i don't have one", None), ("daniel at home", None), ("at at example dot com", None),
        ("before to do it for today so press ten at hotmail dot com", None),
        ("dot dan at example dot com", None),
    ],
)  # fmt: skip
def test_email(heard: str, expected: str | None) -> None:
    assert value(SlotType.EMAIL, heard) == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("lima kilo four seven quebec tango", "LK4 7QT"),
        ("l for lima k for kilo four seven q t", "LK4 7QT"),
        ("b for lima k for kilo four seven q t", "LK4 7QT"),
        ("it's s w one a one a a", "SW1A 1AA"),
        ("o x one two j d", "OX1 2JD"),
        ("m one oh a b", "M1 0AB"),
        ("l k four seven q", None), ("l k four seven q t t", None), ("l k four seven m v", None),
        ("l k forty seven q t", "LK4 7QT"),
    ],
)  # fmt: skip
def test_postcode(heard: str, expected: str | None) -> None:
    assert value(SlotType.POSTCODE, heard) == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("oh seven seven double oh nine hundred one five six", "07700900156"),
        ("plus four four seven seven double oh nine double oh one five six", "07700900156"),
        ("oh two oh seven nine four six oh one two three", "02079460123"),
        ("oh seven seven double oh nine hundred one five", None),
        ("oh seven seven double oh nine hundred one five six seven", None),
        ("oh four four one two three four five six seven eight", None),
    ],
)  # fmt: skip
def test_phone(heard: str, expected: str | None) -> None:
    assert value(SlotType.PHONE, heard) == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("daniel hews h u g h e s", "Daniel Hughes"), ("my name is mary o'neill", "Mary O'Neill"),
        ("priya s h a double t", "Priya Shatt"), ("ninety per cent off", None),
        ("free broadband for a pound", None), ("nope", None), ("s m i t h", "Smith"),
        ("robert use hotel uniform golf hotel echo sierra", "Robert Hughes"),
        ("charlie brown", "Charlie Brown"),
        ("mike alpha romeo yankee surname whiskey alpha romeo delta", "Mary Ward"),
        ("victor mike", "Victor Mike"),
        ("margaret smyth s for sierra m y t h", "Margaret Smyth"),
    ],
)  # fmt: skip
def test_name(heard: str, expected: str | None) -> None:
    assert value(SlotType.NAME, heard) == expected


PROVIDERS = {
    "brightwave": Choice(spoken="Brightwave", heard=("brightwave",)),
    "vantix": Choice(spoken="Vantix", heard=("vantix", "van ticks")),
}


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("no it's vantix not brightwave", "vantix"), ("not brightwave vantix", "vantix"),
        ("i'm with brightwave", "brightwave"), ("it isn't brightwave", None),
        ("brightwave no i mean van ticks", "vantix"),
    ],
)  # fmt: skip
def test_denied_choice_is_not_taken(heard: str, expected: str | None) -> None:
    assert value(SlotType.CHOICE, heard, choices=PROVIDERS) == expected


def test_limits_of_a_number() -> None:
    limits = {"at_least": 1, "at_most": 9}
    found = [value(SlotType.NUMBER, said, **limits) for said in ("zero", "five", "ten")]
    assert found == [None, "5", None]


# -- there and back: what is read back means the value

DIGITS = st.text("0123456789", min_size=9, max_size=9)
PHONES = st.builds(lambda first, rest: f"0{first}{rest}", st.sampled_from("1235789"), DIGITS)
INWARD = st.sampled_from("ABDEFGHJLNPQRSTUWXYZ")
AREAS = st.text("ABCDEFGHJKLMNPRSTUWY", min_size=1, max_size=2)
POSTCODES = st.builds(
    lambda area, district, sector, unit: f"{area}{district} {sector}{unit}",
    AREAS, st.integers(1, 99), st.integers(0, 9), st.builds(str.__add__, INWARD, INWARD),
)  # fmt: skip
LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
EMAILS = st.builds(
    lambda parts, joint, domain, end: f"{joint.join(parts)}@{domain}.{end}",
    st.lists(LABELS, min_size=1, max_size=3), st.sampled_from([".", "_", "-"]),
    st.one_of(LABELS, st.sampled_from(["gmail", "hotmail", "btinternet"])),
    st.sampled_from(["com", "co.uk", "org", "ac.uk"]),
)  # fmt: skip
DATES = st.dates(TODAY - timedelta(30_000), TODAY + timedelta(5_000)).map(date.isoformat)
MONEY = st.builds(
    lambda pounds, pence: f"{pounds}.{pence:02}" if pence else str(pounds),
    st.integers(0, 99_999), st.integers(0, 99),
).filter(lambda amount: amount != "0")  # fmt: skip
NUMBERS = st.one_of(
    st.integers(0, 999_999).map(str),
    st.builds(lambda whole, part: f"{whole}.{part}", st.integers(0, 999), st.integers(1, 9)),
)
CASES = {
    SlotType.PHONE: PHONES, SlotType.POSTCODE: POSTCODES, SlotType.EMAIL: EMAILS,
    SlotType.DATE: DATES, SlotType.MONEY: MONEY, SlotType.NUMBER: NUMBERS,
    SlotType.YES_NO: st.sampled_from(["yes", "no"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
@given(data=st.data())
def test_what_is_read_back_parses_to_the_value(kind: SlotType, data: st.DataObject) -> None:
    original = data.draw(CASES[kind])
    said = slots.spoken(slot(kind), original, today=TODAY)
    assert value(kind, said) == original


# -- with a recogniser's errors: the value or none, where a shape can tell

_CONFUSED = {
    "b": "d", "d": "e", "e": "b", "p": "t", "t": "d", "g": "d", "m": "n", "n": "m", "f": "s",
    "s": "f", "k": "a", "a": "eight", "five": "nine", "nine": "five", "one": "", "two": "to",
    "four": "for", "eight": "ate", "oh": "owe",
}  # fmt: skip
_NOISE = ("um", "uh", "the", "er")


def misheard(words: str, random: Random, *, substitute: bool) -> str:
    """Words with one insertion, one deletion, or one substitution."""
    tokens = words.replace(",", "").split()
    at = random.randrange(len(tokens))
    kind = random.choice(("insert", "delete", "substitute") if substitute else ("insert", "delete"))
    if kind == "insert":
        tokens.insert(at, random.choice(_NOISE))
    elif kind == "delete":
        del tokens[at]
    else:
        tokens[at] = _CONFUSED.get(tokens[at].lower(), tokens[at])
    return " ".join(tokens)


# Numbers that begin with 01 or 08 may have ten digits, so nothing tells that one is lost.
LONG_PHONES = PHONES.filter(lambda number: number[1] not in "18")


@given(original=LONG_PHONES, seed=st.integers(0, 10_000))
def test_lost_or_added_word_makes_no_other_telephone_number(original: str, seed: int) -> None:
    said = slots.spoken(slot(SlotType.PHONE), original)
    heard = misheard(said, Random(seed), substitute=False)
    assert value(SlotType.PHONE, heard) in (original, None)


@given(original=POSTCODES, seed=st.integers(0, 10_000))
def test_lost_character_makes_a_postcode_of_another_shape_or_none(original: str, seed: int) -> None:
    said = slots.spoken(slot(SlotType.POSTCODE), original)
    heard = value(SlotType.POSTCODE, misheard(said, Random(seed), substitute=False))
    # A lost letter can leave another postcode behind (AB1 -> B1): never one of the same length.
    assert heard in (original, None) or len(heard or "") < len(original)


@given(original=DATES, seed=st.integers(0, 10_000))
def test_weekday_guards_a_date_against_a_misheard_day(original: str, seed: int) -> None:
    said = slots.spoken(slot(SlotType.DATE), original, today=TODAY)
    day = date.fromisoformat(original)
    ordinal = said.split(" the ")[1].split(" of ")[0]
    other = slots.spoken(
        slot(SlotType.DATE), day.replace(day=Random(seed).randint(1, 28)).isoformat(), today=TODAY
    )
    heard = said.replace(f" {ordinal} ", f" {other.split(' the ')[1].split(' of ')[0]} ")
    found = value(SlotType.DATE, heard)
    assert found is None or date.fromisoformat(found).weekday() == day.weekday()
