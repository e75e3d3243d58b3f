import pytest

from agent.cloning.redact.residual import residual


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Thanks, <PERSON_1>, that's booked.", "<PERSON_1>"),
        ("Ring <AGENT_12> back.", "<AGENT_12>"),
        ("Write to d hughes at example dot com.", "hughes at example dot com"),
        ("Write to d.hughes81@example.com today.", "d.hughes81@example.com"),
        ("Call oh seven seven double oh, nine hundred, one five six.", "oh seven seven"),
        ("Call 07700 900156.", "07700 900156"),
        ("It's L K four, seven Q T.", "L K four, seven Q T"),
        ("That's at LK4 7QT.", "LK4 7QT"),
        ("We're coming to twelve Marlow Rise Road.", "twelve Marlow Rise Road"),
        ("That's nine Copper Kettle Apartments.", "nine Copper Kettle Apartments"),
        ("Call three one two, five five five, oh one two seven.", "three one two"),
        ("Good morning, Mrs Whitlock.", "Mrs Whitlock"),
        ("Lovely, Helen, see you then.", "Helen"),
        ("spelled h, u, g, h, e, s", "h, u, g, h, e, s"),
    ],
)
def test_what_looks_personal_is_named(text: str, part: str) -> None:
    assert any(part in found for found in residual(text))


@pytest.mark.parametrize(
    "text",
    [
        "It's thirty-four pounds a month, fixed for eighteen months, then forty-one.",
        "Five hundred meg down and seventy-five up, from the first of May.",
        "Between eight and one on Friday the twenty-first, may I book that?",
        "You can ring us free on oh eight hundred, one one one, four four four.",
        "A check-up is twenty-six eighty; two thousand and nineteen was the last price rise.",
        "Thanks, {customer_name}, will you hold the line, or shall I mark it for later?",
        "We open at nine and the M O T is forty-five pounds.",
    ],
)
def test_what_a_playbook_says_is_no_residue(text: str) -> None:
    assert residual(text) == ()


def test_a_name_may_be_allowed() -> None:
    assert residual("Hello, this is Helen.", frozenset({"helen"})) == ()
