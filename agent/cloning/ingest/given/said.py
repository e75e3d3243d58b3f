"""A transcript as it came: who said what under the names that it uses, times where it has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.cloning.errors import CloneError
from agent.cloning.recorded import SpokenWord

# People on the telephone say two to three words a second; turns follow each other closely.
_WORDS_A_SECOND = 2.5
_GAP_S = 0.4
# A turn that is said to be spoken faster than this has times in another unit.
_FASTEST_WORDS_A_SECOND = 12.0
_SLOWEST_WORDS_A_SECOND = 0.05


class NoTranscript(CloneError):
    """A file that holds no transcript; says why, for a list."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn. `label` is the file's name for the speaker; None for a time it does not have."""

    label: str
    text: str
    start: float | None = None
    end: float | None = None
    words: tuple[SpokenWord, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class GivenTranscript:
    """One call's. `call` and `agent` are empty where the file does not tell them."""

    path: Path
    said: tuple[Said, ...]
    call: str = ""
    agent: str = ""


def timed(said: Sequence[Said]) -> tuple[Said, ...]:
    """With a start and an end everywhere, in order of start.

    Missing ones are estimated from the number of words; milliseconds are known by what would
    otherwise be impossibly slow speech.
    """
    scale = _scale(said)
    return tuple(sorted(_filled(said, scale), key=lambda turn: turn.start or 0.0))


def _filled(said: Sequence[Said], scale: float) -> Iterator[Said]:
    now = 0.0
    for number, turn in enumerate(said):
        start = now + _GAP_S * bool(number) if turn.start is None else turn.start * scale
        length = len(turn.text.split()) / _WORDS_A_SECOND
        if turn.end is not None and turn.end * scale > start:
            end = turn.end * scale
        else:
            following = said[number + 1].start if number + 1 < len(said) else None
            end = start + length
            if following is not None and turn.start is not None and following * scale > start:
                end = min(end, following * scale)
        words = tuple(
            word.model_copy(update={"start": word.start * scale, "end": word.end * scale})
            for word in turn.words
        )
        yield replace(turn, start=round(start, 3), end=round(end, 3), words=words)
        now = max(now, end)


def _scale(said: Sequence[Said]) -> float:
    """To seconds: 1, or 0.001 where the file counts milliseconds."""
    timed_turns = [turn for turn in said if turn.start is not None]
    if len(timed_turns) < 2:
        return 1.0
    last = timed_turns[-1]
    length = (last.end or last.start or 0.0) - (timed_turns[0].start or 0.0)
    words = sum(len(turn.text.split()) for turn in timed_turns)
    if length <= 0 or words / length > _SLOWEST_WORDS_A_SECOND:
        return 1.0
    return 0.001 if words / length * 1000 < _FASTEST_WORDS_A_SECOND else 1.0
