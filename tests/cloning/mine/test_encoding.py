from collections.abc import Sequence

import numpy as np

from agent.cloning.mine.encoding import KnownVectors
from agent.speech.protocols import Vectors
from tests.dialogue.bag_of_words import BagOfWordsEncoder


class Counting(BagOfWordsEncoder):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)


def test_a_text_is_encoded_once_and_rows_stand_in_their_order() -> None:
    inner = Counting()
    known = KnownVectors(inner, {})
    first = known.encode(["a b", "c", "a b"])
    again = known.encode(["c", "d"])
    assert inner.asked == ["a b", "c", "d"]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(again[0], first[1])


def test_no_text_has_no_rows() -> None:
    assert KnownVectors(Counting(), {}).encode([]).shape == (0, 512)
