"""E-mail addresses, streets, ages and health: what is found and what is left."""

import pytest

from agent.cloning.redact.addresses import addresses, numbered, repeated
from agent.cloning.redact.emails import emails
from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.particulars import particulars
from agent.cloning.redact.placeholders import Placeholders
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span, apart
from tests.cloning.redact.test_codes import said

_WORDS = "lovely okay is with good minute bedroom confirmation marlow the of in"
NAMES = NameBook(
    sure=frozenset({"helen", "anton"}),
    first=frozenset({"helen", "anton"}),
    last=frozenset({"hughes", "marsh"}),
    ordinary=frozenset(_WORDS.split()),
    doing=frozenset({"good", "lovely", "okay", "is", "with"}),
    rarely=frozenset(),
)


def texts(turn: Said, spans: list[Span]) -> list[str]:
    return [turn.text.said[span.start : span.end] for span in apart(spans)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "It's, er, d hughes eighty-one at example dot com.",
            "d hughes eighty-one at example dot com",
        ),
        ("Confirmation to helen dot marsh at example dot org. Bye.",
         "helen dot marsh at example dot org"),
        ("Lovely, anton at varga, hyphen, net, dot example, dot org.",
         "anton at varga, hyphen, net, dot example, dot org"),
        ("R, U, I, dot, D, U, A, R, T, E, at example dot com.",
         "R, U, I, dot, D, U, A, R, T, E, at example dot com"),
        ("my email is j smith at gmail", "j smith at gmail"),
        ("bob underscore h at hotmail dot co dot uk", "bob underscore h at hotmail dot co dot uk"),
    ],
)  # fmt: skip
def test_a_spoken_address_is_found_whole(text: str, address: str) -> None:
    turn = said(text)
    assert texts(turn, list(emails(turn, NAMES, frozenset()))) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "I'm at home at nine.",
        "Have a look at corvane dot com.",
        "Write to hello at corvane dot com.",
        "It's forty at the moment.",
    ],
)
def test_no_address_and_the_companys_own_stay(text: str) -> None:
    turn = said(text)
    assert list(emails(turn, NAMES, frozenset({"corvane"}))) == []


def test_an_address_without_its_at_is_found_when_it_was_asked_for() -> None:
    turn = said("helen dot marsh example dot org", "What's your email?")
    (span,) = apart(emails(turn, NAMES, frozenset()))
    assert (span.start, span.end) == (0, len(turn.text.said))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("We're at twelve Marlow Rise, as I said.", "twelve Marlow Rise"),
        ("Two hundred and six, Ferry Road.", "Two hundred and six, Ferry Road"),
        ("Nineteen, Cobbler's Row.", "Nineteen, Cobbler's Row"),
        ("It's on Marsh Lane.", "Marsh Lane"),
        ("Flat eighteen, Copper House.", "Flat eighteen, Copper House"),
        ("it's forty one kiln lane", "forty one kiln lane"),
        ("It's sixty-two, County Road Eleven.", "sixty-two, County Road Eleven"),
        ("Two thousand, Osprey Plaza, please.", "Two thousand, Osprey Plaza"),
        ("Nine and a half Quarry Street.", "Nine and a half Quarry Street"),
    ],
)
def test_streets_and_houses_are_found(text: str, address: str) -> None:
    turn = said(text)
    assert texts(turn, list(addresses(turn, NAMES, frozenset()))) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "There's fibre along your road.",
        "It's a ten minute drive, with one big drive in front.",
        "a two bedroom house in a good street",
        "There's a flat fee of ten pounds.",
        "They said a flat eleven hundred.",
        "An apartment two bedrooms or fewer is quicker.",
        "It's in building four, aisle six.",
    ],
)
def test_houses_of_nobody_stay(text: str) -> None:
    turn = said(text)
    assert list(addresses(turn, NAMES, frozenset())) == []


def test_a_street_told_once_is_found_again_without_its_sign() -> None:
    told = list(addresses(said("We're at twelve Marlow Rise."), NAMES, frozenset()))
    again = said("so twelve marlow rise it is")
    assert texts(again, list(repeated(again, told))) == ["twelve marlow rise"]


@pytest.mark.parametrize(
    ("told", "again", "address"),
    [
        ("Ten forty Alder Court, apartment three oh six.", "Alder Court, three oh six, Tuesday.",
         "Alder Court, three oh six"),
        ("Eight Alder Court, building nine.", "So building nine, at nine.", "building nine"),
        ("Six and a half, Main.", "six and a half Main, then", "six and a half Main"),
        ("It's fifty, County Road Six.", "County Road Six, six to eight.", "County Road Six"),
    ],
)  # fmt: skip
def test_flats_and_numbered_roads_are_found_when_read_back(
    told: str, again: str, address: str
) -> None:
    answer = said(told, "And where on Main? What's the address?")
    spans = [*addresses(answer, NAMES, frozenset()), *numbered(answer, NAMES)]
    turn = said(again)
    assert texts(turn, list(repeated(turn, apart(spans)))) == [address]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("He's eighty-six, you know.", "AGE", "eighty-six"),
        ("my mum is ninety two and deaf", "AGE", "ninety two"),
        ("My twelve-year-old son has it.", "AGE", "twelve"),
        ("Born on the third of May nineteen fifty-one.", "AGE",
         "the third of May nineteen fifty-one"),
        ("It must work, I've a heart monitor on it.", "HEALTH", "I've a heart monitor on it"),
    ],
)  # fmt: skip
def test_ages_births_and_health_are_found(text: str, kind: str, value: str) -> None:
    turn = said(text)
    found = apart(particulars(turn, frozenset()))
    assert (kind, value) in [(s.kind, turn.text.said[s.start : s.end]) for s in found]


@pytest.mark.parametrize(
    "text",
    [
        "I'm eighty percent sure.",
        "She's ninety a month with them.",
        "The boiler's twelve years old.",
        "Friday the twenty-first of March, between eight and one.",
        "We've been going since nineteen ninety-four.",
    ],
)
def test_numbers_that_are_no_age_stay(text: str) -> None:
    assert list(particulars(said(text), frozenset())) == []


def test_a_date_of_birth_is_known_by_its_question() -> None:
    turn = said("Second of the eleventh, seventy-nine.", "What's your date of birth?")
    assert texts(turn, list(particulars(turn, frozenset()))) == [
        "Second of the eleventh, seventy-nine"
    ]


def test_overlapping_spans_become_the_longest() -> None:
    spans = [Span(0, 5, "PERSON", "a"), Span(3, 20, "ADDRESS", "b"), Span(30, 31, "AGE", "c")]
    assert apart(spans) == [Span(0, 20, "ADDRESS", "b"), Span(30, 31, "AGE", "c")]


def test_placeholders_count_distinct_values_of_a_kind() -> None:
    placeholders = Placeholders()
    values = [("PHONE", "1"), ("PHONE", "2"), ("CARD", "1"), ("PHONE", "1")]
    assert [placeholders.of(Span(0, 1, kind, value)) for kind, value in values] == [
        "<PHONE_1>", "<PHONE_2>", "<CARD_1>", "<PHONE_1>",
    ]  # fmt: skip
