import pytest

from agent.evaluation.word_errors import word_error_rate, word_errors


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a b c", "a b b c", 1),
        ("a b c", "", 3),
        ("a b", "b a", 2),
    ],
)
def test_word_errors(said: str, heard: str, errors: int) -> None:
    assert word_errors(said, heard) == errors


def test_the_rate_weighs_by_words_and_not_by_sentences() -> None:
    assert word_error_rate([("a b c", "a b c"), ("d", "x")]) == 0.25
