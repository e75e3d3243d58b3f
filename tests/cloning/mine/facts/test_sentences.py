"""Sentences and the words around an amount."""

import pytest

from agent.cloning.mine.facts.sentences import clause, is_question, sentences
from agent.cloning.mine.quantities import quantities


def test_sentences_keep_their_place_in_the_turn() -> None:
    text = "It's ten pounds. Is that all right? Good…  then we start."
    found = sentences(text)
    assert [s.text for s in found] == [
        "It's ten pounds.", "Is that all right?", "Good…", "then we start.",
    ]  # fmt: skip
    assert all(text[s.start : s.end] == s.text for s in found)
    assert [s.question for s in found] == [False, True, False, False]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("would you like a morning", True),
        ("and is the parking free", True),
        ("parking is free", False),
        ("Is it? Yes.", False),
        ("how can i forget our desk is open from nine till five and the deposit is ten pounds",
         False),
    ],
)  # fmt: skip
def test_questions_without_marks_are_told_by_their_first_word(text: str, question: bool) -> None:
    assert is_question(text) is question


def test_each_amount_has_its_own_words() -> None:
    text = "The visit is forty pounds, labour is ninety pounds and parts take two days."
    amounts = quantities(text)
    clauses = [text[slice(*clause(text, amounts, index))] for index in range(len(amounts))]
    assert clauses == [
        "The visit is forty pounds, ", "labour is ninety pounds and ", "parts take two days.",
    ]  # fmt: skip
