import pytest

from agent.turns.lexicon import content_tokens, has_stop_word, is_backchannel


@pytest.mark.parametrize(
    ("text", "backchannel"),
    [
        ("uh huh", True),
        ("mm hmm", True),
        ("yeah okay", True),
        ("i see", True),
        ("", False),
        ("yeah but the price", False),
        ("no", False),
        ("hold on", False),
    ],
)
def test_backchannel(text: str, backchannel: bool) -> None:
    assert is_backchannel(text) is backchannel


def test_stop_phrases_are_found_inside_other_words() -> None:
    assert has_stop_word("oh hang on a second")
    assert not has_stop_word("i know nothing")


def test_content_is_counted_not_tokens() -> None:
    assert content_tokens("uh huh the price") == ["price"]
