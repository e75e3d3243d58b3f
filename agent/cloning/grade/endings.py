"""What a call's own words say about how it ended, beside what the table says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.cloning.recorded import Conversation, RecordedCall
from agent.dialogue.rules import normalise
from agent.evaluation.rubric.speech import Sentence, by, sentences_of

EndKind = Literal["voicemail", "wrong_number", "do_not_call", "cancelled"]

# At the start: who says it later has heard something first, and has decided.
_OPENING_TURNS = 8
_LAST_TURNS = 8
_TABLE_WORDS = {
    "voicemail": ("voicemail", "voice mail", "answerphone", "machine", "no answer", "busy"),
    "wrong_number": ("wrong number", "wrong person", "wrong party"),
    "do_not_call": (
        "do not call",
        "dnc",
        "opt out",
        "opted out",
        "remove",
        "removed",
        "unsubscribe",
    ),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended by its own words; `at_once`: before anything was offered."""

    kind: EndKind
    turn: int
    quote: str
    at_once: bool


def ending_of(conversation: Conversation) -> Ending | None:
    """None where the words don't plainly say; then the table is believed."""
    said = by("customer", sentences_of(conversation))
    opening = [sentence for sentence in said if sentence.place < _OPENING_TURNS]
    close = [s for s in said if s.place >= len(conversation.turns) - _LAST_TURNS and not s.asks]
    return (
        _ending("voicemail", opening[:4], at_once=True)
        or _ending("wrong_number", opening, at_once=True)
        or _ending("do_not_call", opening, at_once=True)
        or _ending("do_not_call", said, at_once=False)
        or _ending("cancelled", close, cue="cancels", at_once=False)
    )


def table_says(call: RecordedCall, kind: EndKind) -> bool:
    """Whether the table's outcome already says so."""
    outcome = normalise(call.outcome.replace("_", " "))
    return any(word in outcome for word in _TABLE_WORDS.get(kind, ()))


def decided(call: RecordedCall, ending: Ending | None) -> bool:
    """Whether the customer could decide: the outcome is known and not that nobody was reached."""
    if won_by_words(call, ending) is None:
        return False
    if ending is not None and ending.at_once:
        return False
    return not any(table_says(call, kind) for kind in ("voicemail", "wrong_number"))


def won_by_words(call: RecordedCall, ending: Ending | None) -> bool | None:
    """The table's outcome, unless the customer took it back before the end of the call."""
    if ending is None:
        return call.won
    if ending.kind == "cancelled":
        return False if call.won else call.won
    return False if call.won is None else call.won


def contradiction(call: RecordedCall, ending: Ending | None) -> str:
    """Where words and table disagree, for a reader; empty where they don't."""
    if ending is None or not call.outcome:
        return ""
    if ending.kind == "cancelled":
        wrong = bool(call.won)
    else:
        wrong = not call.won and not table_says(call, ending.kind)
    said = ending.kind.replace("_", " ")
    return f'the table says {call.outcome}, the customer {said}: "{ending.quote}"' if wrong else ""


def _ending(
    kind: EndKind, said: Sequence[Sentence], *, at_once: bool, cue: str = ""
) -> Ending | None:
    found = next((sentence for sentence in said if (cue or kind) in sentence.cues), None)
    return None if found is None else Ending(kind, found.place, found.text, at_once)
