from agent.cloning.domain.style import style_of
from agent.cloning.domain.vocabulary import vocabulary_of
from agent.cloning.mine.material import Material
from tests.cloning.domain.desk import practice


def test_vocabulary_is_what_english_at_large_says_less() -> None:
    found = [term.word for term in vocabulary_of(practice().conversations)]

    assert {"hygienist", "denplan", "dental"} <= set(found)
    assert not {"thirty", "hello", "please", "when", "agent_1"} & set(found)


def test_a_word_of_one_call_is_no_vocabulary() -> None:
    material = practice(12, opening=("a: Hello?",) * 11 + ("a: Endodontics department.",))

    assert "endodontics" not in [term.word for term in vocabulary_of(material.conversations)]


def test_style_is_measured_on_the_calls_to_learn_from() -> None:
    found = style_of(practice())

    assert found.words_per_minute == 120  # two words a second, as written down
    assert found.pause_s == 0.5
    assert found.questions == 0.75
    assert {"warm", "brief", "asks", "calm"} <= set(found.words)
    assert {evidence.agent for evidence in found.evidence} == {"ann"}


def test_no_calls_have_no_style() -> None:
    empty = style_of(Material({}, {}, practice().grades))

    assert (empty.words, empty.words_a_turn, empty.words_per_minute) == ((), 0.0, None)
