"""What a version's calls sounded like, over all of them: waits, interruptions, misheard words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agent.evaluation.simulation.heard import ROOM_WITHIN_MS, Heard

# The last bin has all longer ones.
BIN_MS, BINS = 200, 11


@dataclass(frozen=True, slots=True)
class Sound:
    """Pooled over a version's calls; None where there was nothing to take a figure of.

    `answers` counts waits in bins of BIN_MS. `made_room` of `cut_ins` were within ROOM_WITHIN_MS;
    the agent went on through `kept_on` of `asides`, which are coughs and back-channels.
    """

    hours: float
    answers: tuple[int, ...]
    answer_p50_ms: float | None
    answer_p95_ms: float | None
    cut_ins: int
    made_room: int
    room_p50_ms: float | None
    room_p95_ms: float | None
    asides: int
    kept_on: int
    words: int
    words_wrong: int


def sound_of(heard: Sequence[Heard]) -> Sound | None:
    """None for calls in text."""
    if not heard:
        return None
    answers = [wait for one in heard for wait in one.answers_ms]
    cut_ins = [wait for one in heard for wait in one.yields_ms]
    room = [wait for wait in cut_ins if wait is not None]
    kept_on = [kept for one in heard for kept in one.kept_on]
    binned = np.minimum(np.array(answers) // BIN_MS, BINS - 1).astype(int)
    return Sound(
        hours=sum(one.seconds for one in heard) / 3600,
        answers=tuple(int(count) for count in np.bincount(binned, minlength=BINS)),
        answer_p50_ms=_percentile(answers, 50),
        answer_p95_ms=_percentile(answers, 95),
        cut_ins=len(cut_ins),
        made_room=sum(wait <= ROOM_WITHIN_MS for wait in room),
        room_p50_ms=_percentile(room, 50),
        room_p95_ms=_percentile(room, 95),
        asides=len(kept_on),
        kept_on=sum(kept_on),
        words=sum(one.words for one in heard),
        words_wrong=sum(one.words_wrong for one in heard),
    )


def _percentile(values: Sequence[float], share: float) -> float | None:
    return float(np.percentile(values, share)) if values else None
