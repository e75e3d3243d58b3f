"""Turns out of words, and how the two sides' turns lie to each other in time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from agent.cloning.recorded import Speaker, SpokenWord, Turn

# A pause this long ends a stretch of speech: breaths and hesitations are shorter.
_PAUSE_S = 0.8
# Over a longer silence a side does not go on with its turn, it begins another one.
_SILENCE_S = 4.0
# Two sides that change smoothly overlap by less than this.
_OVERLAP_S = 0.15


def turns_from(words: Mapping[Speaker, Sequence[SpokenWord]]) -> tuple[Turn, ...]:
    """In order of start. A side's stretches of speech are one turn until the other side speaks."""
    stretches = sorted(
        ((speaker, part) for speaker, said in words.items() for part in _stretches(said)),
        key=lambda stretch: (stretch[1][0].start, stretch[0]),
    )
    joined: list[tuple[Speaker, list[SpokenWord]]] = []
    for speaker, part in stretches:
        if (
            joined
            and joined[-1][0] == speaker
            and part[0].start - joined[-1][1][-1].end < _SILENCE_S
        ):
            joined[-1][1].extend(part)
        else:
            joined.append((speaker, list(part)))
    return with_overlaps(_turn(speaker, part) for speaker, part in joined)


def with_overlaps(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns in order of start, with `overlap_s` and `interrupts` from their times.

    A turn interrupts when it begins inside a turn of the other side which then ends while this
    one goes on; a word that the other side talks on over does not.
    """
    ordered = sorted(turns, key=lambda turn: turn.start)
    return tuple(_beside(turn, ordered) for turn in ordered)


def _beside(turn: Turn, all_turns: Sequence[Turn]) -> Turn:
    others = [other for other in all_turns if other.speaker != turn.speaker]
    mine = _spans(turn)
    overlap_s = sum(
        max(0.0, min(end, other_end) - max(start, other_start))
        for other in others
        if other.start < turn.end and turn.start < other.end
        for other_start, other_end in _spans(other)
        for start, end in mine
    )
    interrupts = any(
        other.start < turn.start < other.end - _OVERLAP_S and other.end < turn.end
        for other in others
    )
    return turn.model_copy(update={"overlap_s": round(overlap_s, 2), "interrupts": interrupts})


def _spans(turn: Turn) -> list[tuple[float, float]]:
    """Where the turn really is speech, as far as is known."""
    if not turn.words:
        return [(turn.start, turn.end)]
    return [(part[0].start, part[-1].end) for part in _stretches(turn.words)]


def _stretches(words: Sequence[SpokenWord]) -> Iterator[Sequence[SpokenWord]]:
    begin = 0
    for number, (word, following) in enumerate(pairwise(words), 1):
        if following.start - word.end > _PAUSE_S:
            yield words[begin:number]
            begin = number
    if words:
        yield words[begin:]


def _turn(speaker: Speaker, words: Sequence[SpokenWord]) -> Turn:
    return Turn(
        speaker=speaker,
        start=words[0].start,
        end=words[-1].end,
        text=" ".join(word.text for word in words),
        words=tuple(words),
        confidence=round(sum(word.confidence for word in words) / len(words), 3),
    )
