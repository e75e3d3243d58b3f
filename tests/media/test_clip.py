"""A clip's parts read as one run."""

import numpy as np
import pytest

from agent.media.clip import Clip, ClipReader, Heard


def reader_of(*sizes: int) -> ClipReader:
    """Parts of the given sizes, samples numbered throughout."""
    reader = ClipReader(Clip("line", np.empty(0, np.int16)), last=False)
    for index, size in enumerate(sizes):
        part = np.arange(reader.total, reader.total + size, dtype=np.int16)
        reader.append(part, last=index == len(sizes) - 1)
    return reader


@pytest.mark.parametrize("sizes", [(10,), (4, 6), (1, 2, 3, 4), (0, 5, 0, 5), (9, 1)])
@pytest.mark.parametrize("step", [1, 3, 7, 10, 20])
def test_reading_across_parts(sizes: tuple[int, ...], step: int) -> None:
    reader = reader_of(*sizes)
    read: list[int] = []
    while not reader.ended:
        ahead = reader.ahead(step).tolist()
        assert reader.read(step).tolist() == ahead
        read += ahead
    assert read == list(range(10))


def test_heard_keeps_the_furthest_position() -> None:
    reader = reader_of(6, 4)
    reader.read(7)
    reader.rewind(5)
    assert reader.read(3).tolist() == [2, 3, 4]
    assert reader.as_heard() == Heard("line", 7, 10)
    reader.rewind(100)
    assert reader.position == 0
