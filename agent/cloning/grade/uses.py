"""What each call may be used for, with the reasons for whoever asks why not for more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from agent.cloning.grade.endings import contradiction
from agent.cloning.grade.judged import JudgedCall
from agent.cloning.grade.ranking import Tier
from agent.cloning.grades import Use

_SHORT_S = 20.0
_TURNS = 4
_WORDS_OF_ONE_SIDE = 5
_RECOGNISED_WELL = 0.5
_POOR_SCORE = 0.4
# Of spoken English about half are such words, of its neighbours' languages a tenth.
_ENGLISH_SHARE, _ENGLISH_NEEDS_WORDS = 0.25, 20


@dataclass(frozen=True, slots=True)
class Measure:
    """What a call's score is held against: a third of all calls are below `poor`, half of the top
    agents' below `of_top`."""

    poor: float
    of_top: float

    @classmethod
    def of(cls, calls: Sequence[JudgedCall], top: frozenset[str]) -> "Measure":
        """With the top agents' names."""
        scores = [j.score for j in calls if j.score is not None] or [0.0]
        of_top = [j.score for j in calls if j.score is not None and j.call.agent in top]
        return cls(sorted(scores)[len(scores) // 3], median(of_top or scores))


def use_of(
    judged: JudgedCall, tier: Tier, measure: Measure, language: str
) -> tuple[Use, tuple[str, ...]]:
    """The use, and why it is not used for more."""
    unreadable = _unreadable(judged, language)
    if unreadable:
        return "none", (unreadable,)
    told = contradiction(judged.call, judged.ending)
    reasons = [told] if told else []
    reasons += dict.fromkeys(f"its agent {breach.why}" for breach in judged.breaches)
    if tier == "weak":
        reasons.append("its agent does worse than the others")
    score = judged.score
    if score is not None and score < _POOR_SCORE and not judged.won:
        reasons.append(f"handled poorly: {score:.0%} of the rubric")
        return "facts", tuple(reasons)
    if judged.breaches or tier == "weak":
        return "facts", tuple(reasons)
    if _teaches(judged, tier, measure):
        return "lines", tuple(reasons)
    why = "its agent is not in the top set" if tier == "middle" else "neither won nor handled well"
    return "contrast", (*reasons, why)


def _teaches(judged: JudgedCall, tier: Tier, measure: Measure) -> bool:
    score = judged.score
    if tier == "top":
        return bool(judged.won) or score is None or score >= measure.poor
    return bool(judged.won) and score is not None and score >= measure.of_top


def _unreadable(judged: JudgedCall, language: str) -> str:
    """Why a call is not read further; empty when it is."""
    said = judged.conversation
    if said is None:
        return "there are no words of it"
    if judged.ending is not None and judged.ending.kind == "voicemail":
        return "voicemail: nobody was reached"
    words = {
        side: [w for turn in said.turns if turn.speaker == side for w in _words(turn.text)]
        for side in ("customer", "agent")
    }
    for side, of_side in words.items():
        if len(of_side) < _WORDS_OF_ONE_SIDE:
            return f"hardly a word of the {side}"
    length = judged.call.duration_s or said.turns[-1].end
    if len(said.turns) < _TURNS or length < _SHORT_S:
        return f"too short: {len(said.turns)} turns, {length:.0f} s"
    if said.source == "recognised" and _confidence(judged) < _RECOGNISED_WELL:
        return f"recognised poorly: {_confidence(judged):.0%} confident"
    everything = words["customer"] + words["agent"]
    if language.startswith("en") and len(everything) >= _ENGLISH_NEEDS_WORDS:
        share = sum(word in ENGLISH_STOP_WORDS for word in everything) / len(everything)
        if share < _ENGLISH_SHARE:
            return "another language than English"
    return ""


def _confidence(judged: JudgedCall) -> float:
    turns = judged.conversation.turns if judged.conversation else ()
    return fmean(turn.confidence for turn in turns) if turns else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())
