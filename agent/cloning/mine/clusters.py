"""Sentences that mean the same, found without knowing what there is to be found."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from agent.speech.protocols import Vectors

# Above this the distances of all pairs take too much memory: the rest joins what the first make.
_MOST_AT_ONCE = 5000


def clusters(vectors: Vectors, *, at_least: float, smallest: int) -> list[list[int]]:
    """Groups of row indices whose mean cosine to each other is `at_least`, biggest first.

    `vectors` is an (n, dimension) array with rows of length 1. Average linkage: one bridge between
    two meanings does not join them. What is in no group of the smallest size is left out.
    """
    if len(vectors) < max(smallest, 2):
        return []
    first = vectors[:_MOST_AT_ONCE]
    tree = linkage(first, method="average", metric="cosine")
    labels = fcluster(tree, t=1 - at_least, criterion="distance")
    groups = [np.flatnonzero(labels == label).tolist() for label in sorted(set(labels))]
    _join(groups, vectors, at_least)
    kept = [group for group in groups if len(group) >= smallest]
    return sorted(kept, key=lambda group: (-len(group), group[0]))


def typical(vectors: Vectors, rows: Sequence[int]) -> list[int]:
    """The rows in order of how near they are to the group's centre."""
    own = vectors[list(rows)]
    nearness = own @ own.mean(axis=0)
    return [rows[place] for place in np.argsort(-nearness, kind="stable")]


def _join(groups: list[list[int]], vectors: Vectors, at_least: float) -> None:
    if len(vectors) <= _MOST_AT_ONCE:
        return
    centres = np.stack([vectors[group].mean(axis=0) for group in groups])
    for row in range(_MOST_AT_ONCE, len(vectors)):
        likeness = centres @ vectors[row]
        best = int(likeness.argmax())
        if likeness[best] >= at_least:
            groups[best].append(row)
