"""Sequence numbers as tables: what arrives, what is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.media.sequence import Order, SequenceWindow


@pytest.mark.parametrize(
    ("sequences", "lost", "duplicate", "reordered"),
    [
        ([0, 1, 2, 3], 0, 0, 0),
        ([65534, 65535, 0, 1], 0, 0, 0),
        ([0, 1, 4], 2, 0, 0),
        ([65535, 2], 2, 0, 0),
        ([0, 2, 1, 3], 0, 0, 1),
        ([0, 1, 0, 65535, 2], 0, 1, 1),
        ([0, 1, 1, 2, 2, 2], 0, 3, 0),
        ([0, 2, 1, 1], 0, 1, 1),
        ([0, 10000, 10001], 0, 0, 0),  # no loss explains this: the sender began anew
        ([10000, 20, 21], 0, 0, 0),
    ],
)
def test_counts(sequences: list[int], lost: int, duplicate: int, reordered: int) -> None:
    window = SequenceWindow()
    for sequence in sequences:
        window.observe(1, sequence)
    assert (window.lost, window.duplicate, window.reordered) == (lost, duplicate, reordered)


def test_another_source_is_a_restart_and_keeps_the_counts() -> None:
    window = SequenceWindow()
    orders = [window.observe(*packet) for packet in [(1, 5), (1, 7), (2, 7), (2, 8)]]
    assert orders == [Order.RESTART, Order.NEWEST, Order.RESTART, Order.NEWEST]
    assert window.lost == 1


@given(st.lists(st.integers(0, 65535), max_size=200))
def test_loss_is_never_negative(sequences: list[int]) -> None:
    window = SequenceWindow()
    for sequence in sequences:
        window.observe(1, sequence)
    assert window.lost >= 0
