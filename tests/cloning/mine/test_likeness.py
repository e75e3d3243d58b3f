import numpy as np
import pytest

from agent.cloning.mine.clusters import clusters, typical
from agent.cloning.mine.intents import __name__ as intents
from agent.cloning.mine.likeness import Likeness, Seed, read_seeds
from agent.cloning.mine.must_say import __name__ as must_say
from agent.cloning.mine.slots import __name__ as slots
from tests.dialogue.bag_of_words import BagOfWordsEncoder

ENCODER = BagOfWordsEncoder()
SEEDS = (
    Seed(id="price", kind="question", description="", examples=("what does the room cost",)),
    Seed(
        id="hours", kind="question", description="", examples=("when do you open today",),
        cues=("opening/closing time",),
    ),
)  # fmt: skip


def choose(text: str) -> str | None:
    likeness = Likeness(SEEDS, ENCODER)
    (match,) = likeness.choose([text], ENCODER.encode([text]), at_least=0.5, margin=0.1)
    return match and match.seed.id


def test_the_nearest_seed_is_chosen() -> None:
    assert choose("what does a room cost") == "price"


def test_nothing_near_means_nothing() -> None:
    assert choose("my aunt has seven hens") is None


def test_two_as_near_mean_nothing() -> None:
    both = "what does the room cost when do you open today"
    assert choose(both) is None


def test_a_cue_makes_up_for_little_likeness() -> None:
    asked = "tell me when you open and closing time"
    without = Likeness([SEEDS[0], SEEDS[1].model_copy(update={"cues": ()})], ENCODER)
    vectors = ENCODER.encode([asked])
    plain = without.choose([asked], vectors, at_least=0.5, margin=0.1)
    assert plain == [None]
    assert choose(asked) == "hours"


@pytest.mark.parametrize("package", [intents, slots, must_say])
def test_seeds_are_told_apart_by_their_ids(package: str) -> None:
    seeds = read_seeds(package)
    assert len({seed.id for seed in seeds}) == len(seeds)
    assert all(seed.examples for seed in seeds)


def rows(*vectors: tuple[float, float]) -> np.ndarray:
    array = np.array(vectors, np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def test_clusters_are_what_is_alike_biggest_first() -> None:
    vectors = rows((0, 1), (1, 0), (1, 0.1), (0.1, 1), (0.05, 1), (1, 1))
    assert clusters(vectors, at_least=0.9, smallest=2) == [[0, 3, 4], [1, 2]]


def test_too_few_make_no_cluster() -> None:
    assert clusters(rows((0, 1)), at_least=0.9, smallest=1) == []


def test_the_most_typical_comes_first() -> None:
    assert typical(rows((1, 0), (1, 0.2), (0, 1)), [0, 1, 2])[0] == 1
