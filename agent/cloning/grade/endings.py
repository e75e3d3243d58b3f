"""What a call's own words say about how it ended, beside what the table says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.cloning.recorded import Conversation, RecordedCall
from agent.dialogue.rules import normalise
from agent.evaluation.rubric.speech import Sentence, by, sentences_of

EndKind = Literal["voicemail", "wrong_number", "do_not_call", "cancelled", "no_callback"]

# At the start: who says it later has heard something first, and has decided.
_OPENING_TURNS = 8
_LAST_TURNS = 8
# What a table's outcome may be called.
_IN_TABLE = {
    "voicemail": ("voicemail", "voice mail", "answerphone", "machine", "no answer"),
    "wrong_number": ("wrong",),
    "do_not_call": ("do not call", "dnc", "opt out", "opted out", "remove", "unsubscribe"),
    "elsewhere": ("busy", "transfer", "escalated", "referred", "passed on", "handed over"),
    "callback": ("call back", "callback", "ring back", "call again"),
}
_SAID = {
    "voicemail": "nobody was reached",
    "wrong_number": "it was a wrong number",
    "do_not_call": "the customer wants no calls",
    "no_callback": "the customer wants no call back",
    "cancelled": "the customer called it off",
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
        or _ending("no_callback", _refusals(conversation), at_once=False, cue="refuses_callback")
    )


def decided(call: RecordedCall, ending: Ending | None) -> bool:
    """Whether it was decided here: the outcome is known, and somebody was reached and kept."""
    if won_by_words(call, ending) is None or (ending is not None and ending.at_once):
        return False
    return bool(call.won) or not _in_table(call, "voicemail", "wrong_number", "elsewhere")


def won_by_words(call: RecordedCall, ending: Ending | None) -> bool | None:
    """The table's outcome, unless the customer took it back before the end of the call."""
    if ending is None:
        return call.won
    if ending.kind == "cancelled":
        return False if call.won else call.won
    return False if call.won is None and ending.kind != "no_callback" else call.won


def contradiction(call: RecordedCall, ending: Ending | None) -> str:
    """Where words and table disagree, for a reader; empty where they don't."""
    if ending is None or not call.outcome:
        return ""
    if ending.kind == "cancelled":
        wrong = bool(call.won)
    elif ending.kind == "no_callback":
        wrong = _in_table(call, "callback")
    else:
        wrong = not call.won and not _in_table(call, ending.kind)
    said = f'the table says {call.outcome}, but {_SAID[ending.kind]}: "{ending.quote}"'
    return said if wrong else ""


def _in_table(call: RecordedCall, *kinds: str) -> bool:
    outcome = normalise(call.outcome.replace("_", " "))
    return any(word in outcome for kind in kinds for word in _IN_TABLE[kind])


def _refusals(conversation: Conversation) -> list[Sentence]:
    """What the customer says to the last offer to ring back."""
    said = sentences_of(conversation)
    offers = [s.place for s in by("agent", said) if "offers_callback" in s.cues]
    return [s for s in by("customer", said) if offers and s.place == offers[-1] + 1]


def _ending(
    kind: EndKind, said: Sequence[Sentence], *, at_once: bool, cue: str = ""
) -> Ending | None:
    found = next((sentence for sentence in said if (cue or kind) in sentence.cues), None)
    return None if found is None else Ending(kind, found.place, found.text, at_once)
