"""How the best agents talk, measured."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from agent.cloning.domain.description import Style
from agent.cloning.mine.material import Material, Place
from agent.cloning.mined import Evidence
from agent.cloning.recorded import Conversation, Turn
from agent.evaluation.rubric.speech import sentences_of

_EXAMPLES = 3
# Pace is measured on turns long enough that their edges don't count.
_PACE_WORDS = 10
# An answer after a longer silence was looked up, and one before the end is an overlap.
_LONGEST_PAUSE_S = 3.0
_BRIEF_WORDS, _LONG_WORDS = 18.0, 32.0
_ASKS, _LISTENS, _TALKS = 0.4, 0.5, 0.65
_CALM_WPM, _BRISK_WPM = 145.0, 180.0
# Of sentences, for a manner to be called one.
_OFTEN = 0.04


@dataclass(frozen=True, slots=True)
class _Measured:
    """One call's figures; None where it does not show them."""

    words_a_turn: float
    pace: float | None
    questions: float
    talk_share: float
    pause_s: float | None
    warm: float
    plain: float


def style_of(material: Material) -> Style:
    """Of the calls that lines are learned from; of all calls when there are none."""
    chosen = material.grades.used_for("lines") or material.grades.used_for("contrast", "facts")
    calls = sorted(chosen & material.conversations.keys())
    measured = [m for call in calls if (m := _measure(material.conversations[call])) is not None]
    if not measured:
        return Style(
            words=(), words_a_turn=0.0, words_per_minute=None, questions=0.0, talk_share=0.0,
            pause_s=None, evidence=(),
        )  # fmt: skip

    def middle(of: Callable[[_Measured], float | None], digits: int) -> float | None:
        known = [value for one in measured if (value := of(one)) is not None]
        return round(median(known), digits) if known else None

    words_a_turn = middle(lambda m: m.words_a_turn, 1) or 0.0
    found = Style(
        words=(),
        words_a_turn=words_a_turn,
        words_per_minute=middle(lambda m: m.pace, 0),
        questions=middle(lambda m: m.questions, 3) or 0.0,
        talk_share=middle(lambda m: m.talk_share, 3) or 0.0,
        pause_s=middle(lambda m: m.pause_s, 2),
        evidence=tuple(_typical(material, calls, words_a_turn)),
    )
    warm, plain = fmean(m.warm for m in measured), fmean(m.plain for m in measured)
    return found.model_copy(update={"words": tuple(_in_words(found, warm, plain))})


def _in_words(style: Style, warm: float, plain: float) -> Iterator[str]:
    if warm >= _OFTEN:
        yield "warm"
    if style.words_a_turn <= _BRIEF_WORDS:
        yield "brief"
    elif style.words_a_turn >= _LONG_WORDS:
        yield "thorough"
    if plain >= _OFTEN:
        yield "plain-spoken"
    if style.questions >= _ASKS:
        yield "asks"
    if style.talk_share <= _LISTENS:
        yield "listens"
    elif style.talk_share >= _TALKS:
        yield "explains"
    if style.words_per_minute is not None:
        if style.words_per_minute <= _CALM_WPM:
            yield "calm"
        elif style.words_per_minute >= _BRISK_WPM:
            yield "brisk"


def _measure(conversation: Conversation) -> _Measured | None:
    mine = [turn for turn in conversation.turns if turn.speaker == "agent"]
    sentences = [s for s in sentences_of(conversation) if s.speaker == "agent"]
    if not mine or not sentences:
        return None
    counts = [len(turn.text.split()) for turn in mine]
    of_all = sum(len(turn.text.split()) for turn in conversation.turns)
    asking = {sentence.place for sentence in sentences if sentence.asks}
    return _Measured(
        words_a_turn=median(counts),
        pace=_pace(mine),
        questions=len(asking) / len(mine),
        talk_share=sum(counts) / of_all,
        pause_s=_pause(conversation.turns),
        warm=sum("warm" in s.cues for s in sentences) / len(sentences),
        plain=sum("plain" in s.cues for s in sentences) / len(sentences),
    )


def _pace(turns: Sequence[Turn]) -> float | None:
    long = [
        turn for turn in turns if len(turn.text.split()) >= _PACE_WORDS and turn.end > turn.start
    ]
    seconds = sum(turn.end - turn.start for turn in long)
    return 60 * sum(len(turn.text.split()) for turn in long) / seconds if long else None


def _pause(turns: Sequence[Turn]) -> float | None:
    gaps = [
        then.start - before.end
        for before, then in pairwise(turns)
        if (before.speaker, then.speaker) == ("customer", "agent")
    ]
    answers = [gap for gap in gaps if 0 <= gap <= _LONGEST_PAUSE_S]
    return median(answers) if answers else None


def _typical(material: Material, calls: Sequence[str], words: float) -> Iterator[Evidence]:
    """Asking turns of about the usual length, one a call."""
    places = [
        Place(material.calls[call], index, turn)
        for call in calls
        for index, turn in enumerate(material.conversations[call].turns)
        if turn.speaker == "agent" and turn.text.rstrip().endswith("?") and index > 1
    ]
    seen: set[str] = set()
    for place in sorted(places, key=lambda p: abs(len(p.turn.text.split()) - words)):
        if place.call.id not in seen and len(seen) < _EXAMPLES:
            seen.add(place.call.id)
            yield place.evidence()
