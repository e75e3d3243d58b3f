import pytest

from agent.cloning.mine.acts.sentences import sentences
from agent.cloning.mine.acts.wording import is_question, plain
from agent.cloning.recorded import SpokenWord, Turn


def cut(text: str, *words: tuple[str, float, float]) -> list[str]:
    spoken = tuple(SpokenWord(text=word, start=start, end=end) for word, start, end in words)
    turn = Turn(speaker="agent", start=0, end=9, text=text, words=spoken)
    return [turn.text[start:end] for start, end in sentences(turn)]


def test_marks_end_sentences() -> None:
    assert cut("That's fair. I won't pretend it isn't. Is it the price, or the wait?  Good!") == [
        "That's fair.",
        "I won't pretend it isn't.",
        "Is it the price, or the wait?",
        "Good!",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Is that Mrs. Green?",
        "I asked A. Green about it.",
        "It's… Um… about ten.",
        "We open at eight a.m. on weekdays.",
        "Well, <PERSON_1>, it's",
    ],
)
def test_what_is_no_end(text: str) -> None:
    assert cut(text) == [text]


def test_a_placeholder_begins_a_sentence() -> None:
    assert cut("Thanks. <PERSON_1> is in.") == ["Thanks.", "<PERSON_1> is in."]


def test_text_without_marks_is_cut_where_sentences_begin() -> None:
    assert cut("it costs forty pounds a month and we write to you before shall i book that") == [
        "it costs forty pounds a month",
        "and we write to you before",
        "shall i book that",
    ]
    assert cut("i wonder whose it was or is it shared") == ["i wonder whose it was or is it shared"]


def test_text_without_marks_is_cut_at_a_breath() -> None:
    words = ["the", "visit", "is", "free", "on", "monday", "the", "parts", "are", "not"]
    times = [(word, i * 0.3 + (i > 5), i * 0.3 + 0.25 + (i > 5)) for i, word in enumerate(words)]
    assert cut(" ".join(words), *times) == ["the visit is free on monday", "the parts are not"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Is it Monday?", True),
        ("It is Monday.", False),
        ("Friday, before nine?", True),
        ("is it the cost or the wait", True),
        ("okay so how long have you had it", True),
        ("it is the cost", False),
        ("what we can do is send somebody", False),
        ("can i take your name", True),
    ],
)
def test_questions_by_mark_or_form(text: str, asks: bool) -> None:
    assert is_question(text) is asks


def test_placeholders_become_words() -> None:
    assert plain("Thanks, <PERSON_2>. <CARD_1>?") == "thanks, somebody. the card number?"
