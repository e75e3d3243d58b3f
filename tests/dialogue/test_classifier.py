"""Scores by likeness and by what tells labels apart, with word vectors only."""

import pytest

from agent.dialogue.classifier import Calibration, ExampleClassifier, windows
from agent.dialogue.ngrams import NGrams
from tests.dialogue.bag_of_words import BagOfWordsEncoder

EXAMPLES = {
    "price": ("that is too expensive", "it is too dear for me", "i pay less now"),
    "ask_price": ("how much is it", "how much is it a month"),
}


@pytest.fixture
def classifier() -> ExampleClassifier:
    encoder = BagOfWordsEncoder()
    return ExampleClassifier(encoder, EXAMPLES, encoder)


@pytest.mark.parametrize(
    ("text", "label"),
    [("how much was it a month", "ask_price"), ("oh that is far too dear", "price")],
)
def test_the_nearer_label_comes_first(classifier: ExampleClassifier, text: str, label: str) -> None:
    first, second = classifier.rank(text, EXAMPLES)
    assert first.label == label
    assert first.score > second.score


def test_only_the_stages_labels_are_ranked(classifier: ExampleClassifier) -> None:
    assert [item.label for item in classifier.rank("how much is it", ("price",))] == ["price"]


def test_a_cue_outweighs_misheard_words(classifier: ExampleClassifier) -> None:
    text = "how is that"
    assert classifier.rank(text, EXAMPLES)[0].label == "ask_price"
    assert classifier.rank(text, EXAMPLES, ("price",))[0].label == "price"


def test_the_end_of_a_long_turn_counts_by_itself() -> None:
    text = "well my neighbour has one of those and so how much is it a month"
    assert windows(text)[-1] == "so how much is it a month"


def test_words_that_every_label_has_tell_little_apart() -> None:
    grams = NGrams(["it is dear", "it is much", "it is long"])
    shared = grams.vector("it is") @ grams.vector("it is dear")
    rare = grams.vector("dear") @ grams.vector("it is dear")
    assert rare > grams.vector("it") @ grams.vector("it is dear")
    assert 0 < shared < 1
    assert not grams.vector("crocodile").any()


def test_confidence_rises_with_score_and_with_margin() -> None:
    calibration = Calibration()
    assert calibration.confidence(0.8, 0.3) > calibration.confidence(0.6, 0.3)
    assert calibration.confidence(0.6, 0.3) > calibration.confidence(0.6, 0.1)
