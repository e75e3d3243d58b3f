import gc
from collections.abc import Iterator

import pytest

from agent.memory import spare_what_stays


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_collector_leaves_alone_what_was_loaded() -> None:
    loaded = len(gc.get_objects())
    spare_what_stays()
    assert len(gc.get_objects()) < loaded / 10
    assert gc.get_freeze_count() > loaded / 2


def test_what_comes_later_is_still_collected() -> None:
    spare_what_stays()
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
