"""Who rates what when."""

from collections import Counter
from random import Random

import pytest

from agent.evaluation.blindtest.schedule import SIDES, place, schedule

RATERS = ("ann", "ben")


@pytest.mark.parametrize(("pairs", "most"), [(1, 20), (7, 3), (60, 20), (61, 10)])
def test_nobody_meets_both_calls_of_a_pair_in_one_session(pairs: int, most: int) -> None:
    random = Random(3)
    placed = place(pairs, random)
    sessions = schedule(placed, RATERS, most, random)
    pair_of = {name: at for at, one in enumerate(placed) for name in one.names.values()}
    for session in sessions:
        assert len(session.items) <= most
        assert len({pair_of[item] for item in session.items}) == len(session.items)
    for rater in RATERS:
        rated = [item for one in sessions if one.rater == rater for item in one.items]
        assert sorted(rated) == sorted(pair_of)


def test_what_comes_first_is_balanced_over_arms_pairs_and_raters() -> None:
    random = Random(3)
    placed = place(60, random)
    sessions = schedule(placed, RATERS, 20, random)
    arm = {one.names[side]: one.arm(side) for one in placed for side in SIDES}
    assert Counter(one.left for one in placed) == {"human": 30, "agent": 30}
    for session in sessions:
        assert Counter(arm[item] for item in session.items) == {"human": 10, "agent": 10}
    first = {
        rater: {i for s in sessions if s.rater == rater and s.number <= 3 for i in s.items}
        for rater in RATERS
    }
    assert not first["ann"] & first["ben"]


def test_the_order_follows_from_the_seed_alone() -> None:
    def made(seed: int) -> object:
        random = Random(seed)
        placed = place(10, random)
        return placed, schedule(placed, RATERS, 4, random)

    assert made(1) == made(1)
    assert made(1) != made(2)
