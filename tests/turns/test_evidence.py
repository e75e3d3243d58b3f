"""What recognised words weigh: content by confidence, everything else nothing."""

import pytest

from agent.speech.protocols import Word
from agent.turns.evidence import Evidence, weigh


def words(*pairs: tuple[str, float]) -> list[Word]:
    return [Word(text, i * 0.2, i * 0.2 + 0.2, sure) for i, (text, sure) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("said", "floor", "weight", "evidence"),
    [
        ((), 0.3, 0.0, None),
        ((("yeah", 1.0), ("okay", 1.0)), 0.3, 0.0, None),
        ((("m", 0.9), ("h", 0.9)), 0.0, 0.0, None),
        ((("price", 1.0),), 0.3, 1.0, Evidence.WORDS),
        ((("price", 0.65),), 0.3, 0.5, Evidence.WORDS),
        ((("price", 0.2),), 0.3, 0.0, None),
        ((("how", 1.0), ("much", 0.5)), 0.0, 1.5, Evidence.WORDS),
        ((("stop", 0.8),), 0.0, 1.2, Evidence.STOP_WORD),
        ((("stop", 0.2),), 0.3, 0.0, None),
        ((("hang", 1.0), ("on", 1.0)), 0.3, 3.2, Evidence.STOP_WORD),
    ],
)
def test_weights(
    said: tuple[tuple[str, float], ...], floor: float, weight: float, evidence: Evidence | None
) -> None:
    found = weigh(words(*said), floor)
    assert found.weight == pytest.approx(weight)
    assert found.evidence is evidence


def test_a_word_that_was_cut_off_does_not_count() -> None:
    assert weigh(words(("how", 1.0), ("much", 1.0)), 0.3, whole_to_s=0.3).weight == 1.0
