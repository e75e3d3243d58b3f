"""How upset a caller is, from its words and the way they are spoken.

Loud or fast speech says little by itself: people ring from streets and in a hurry. Both are
measured against the caller's own earlier turns, and only together with words of anger, or all of
them together with interruptions, do they make an angry caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from statistics import median

# Chosen, not measured: there are no recordings of angry callers here to calibrate them with.
_LOUDER_DB = 6.0
_FASTER = 1.35
# A baseline of fewer turns is none.
_BASELINE_TURNS = 2
_INTERRUPTIONS, _OF_TURNS = 3, 5
_ANGRY_WORDS, _ANGRY_TURNS = 2, 3


class MoodLevel(IntEnum):
    """How upset a caller is."""

    CALM = 0
    TENSE = 1
    ANGRY = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a turn was spoken: its level in dBFS, its words a second; None where it isn't known.

    `interrupted`: it broke off a line of the agent.
    """

    loudness_dbfs: float | None = None
    words_per_s: float | None = None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Mood:
    """A caller's mood after a turn, with its reasons and what it is measured against."""

    level: MoodLevel = MoodLevel.CALM
    reasons: tuple[str, ...] = ()
    loudness_dbfs: tuple[float, ...] = ()
    words_per_s: tuple[float, ...] = ()
    interrupted: tuple[bool, ...] = ()
    angry_words: tuple[bool, ...] = ()

    def after(self, delivery: Delivery, *, angry_words: bool) -> "Mood":
        """The mood after one more turn; `angry_words`: it holds some of the playbook's."""
        interrupted = (*self.interrupted, delivery.interrupted)[-_OF_TURNS:]
        words = (*self.angry_words, angry_words)[-_ANGRY_TURNS:]
        loud = _above(self.loudness_dbfs, delivery.loudness_dbfs, plus=_LOUDER_DB)
        fast = _above(self.words_per_s, delivery.words_per_s, times=_FASTER)
        signs = {
            "words": any(words),
            "loud": loud,
            "fast": fast,
            "interruptions": sum(interrupted) >= _INTERRUPTIONS,
        }
        return Mood(
            _level(signs, again=sum(words) >= _ANGRY_WORDS),
            tuple(sign for sign, present in signs.items() if present),
            _longer(self.loudness_dbfs, delivery.loudness_dbfs),
            _longer(self.words_per_s, delivery.words_per_s),
            interrupted,
            words,
        )


def _level(signs: dict[str, bool], *, again: bool) -> MoodLevel:
    spoken = signs["loud"] + signs["fast"] + signs["interruptions"]
    if again or (signs["words"] and spoken) or spoken == 3:
        return MoodLevel.ANGRY
    if signs["words"] or (signs["interruptions"] and spoken > 1):
        return MoodLevel.TENSE
    return MoodLevel.CALM


def _above(
    before: Sequence[float], now: float | None, *, plus: float = 0.0, times: float = 1.0
) -> bool:
    if now is None or len(before) < _BASELINE_TURNS:
        return False
    return now >= median(before) * times + plus


def _longer(before: tuple[float, ...], now: float | None) -> tuple[float, ...]:
    return before if now is None else (*before, now)
