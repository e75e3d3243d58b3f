from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.speech.kept_vectors import KeptVectors
from agent.speech.protocols import Vectors
from tests.dialogue.bag_of_words import BagOfWordsEncoder

TEXTS = ["how much is it", "take me off your list"]


class Counting(BagOfWordsEncoder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode(texts)


def test_a_second_process_encodes_only_what_is_new(tmp_path: Path) -> None:
    first = KeptVectors(Counting(), tmp_path, "m").encode(TEXTS)
    encoder = Counting()
    again = KeptVectors(encoder, tmp_path, "m").encode([*TEXTS, "hello", TEXTS[0]])
    assert encoder.asked == ["hello"]
    assert np.array_equal(again[:2], first)
    assert np.array_equal(again[3], first[0])


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path, "m").encode(TEXTS)
    encoder = Counting()
    KeptVectors(encoder, tmp_path, "n").encode(TEXTS)
    assert encoder.asked == TEXTS


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    vectors = KeptVectors(Counting(), tmp_path, "m")
    expected = vectors.encode(TEXTS)
    (file,) = tmp_path.glob("vectors-*")
    file.write_bytes(file.read_bytes()[:100])
    assert np.array_equal(KeptVectors(Counting(), tmp_path, "m").encode(TEXTS), expected)
    encoder = Counting()
    KeptVectors(encoder, tmp_path, "m").encode(TEXTS)
    assert encoder.asked == []


def test_a_directory_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    vectors = KeptVectors(Counting(), tmp_path / "file", "m")
    assert vectors.encode(TEXTS).shape == (2, 512)


def test_no_text_is_in_the_file(tmp_path: Path) -> None:
    KeptVectors(Counting(), tmp_path, "m").encode(TEXTS)
    (file,) = tmp_path.glob("vectors-*")
    assert b"list" not in file.read_bytes()
