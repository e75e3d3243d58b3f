"""Group E: how a call ends."""

from agent.evaluation.rubric.reading import Reading, Verdict, asks_for_decision, recaps
from agent.evaluation.rubric.speech import Sentence

_LAST_TURNS = 2
_REPLY_TURNS = 2


def asks_for_it(reading: Reading) -> Verdict:
    """E1"""
    if reading.removed:
        return Verdict(None, why="the customer did not want to be called")
    start = reading.offer.place if reading.offer else 0
    asked = [s for s in reading.agent if s.place >= start and s.asks]
    clear = next(filter(asks_for_decision, asked), None)
    taken = next((s for s in reading.agent if s.place >= start and "takes_it_on" in s.cues), None)
    if clear is not None or (taken is not None and reading.agreed):
        return Verdict(2 if reading.agreed else 1, clear or taken)
    implied = next((s for s in asked if {"offers_smaller_step", "offers_callback"} & s.cues), None)
    if reading.agreed or implied:
        return Verdict(1, reading.agreed or implied)
    if reading.offer is None:
        return Verdict(None, why="nothing is offered")
    return Verdict(0, reading.agent[-1], "no question that a yes would settle")


def reads_back(reading: Reading) -> Verdict:
    """E2"""
    if reading.agreed is None:
        return Verdict(None, why="nothing was agreed")
    found = [s for s in reading.agent if recaps(s)]
    if not found:
        return Verdict(0, reading.agreed, "agreed and not repeated")
    confirmed = next((s for s in reversed(found) if _is_confirmed(reading, s)), None)
    return Verdict(1 if confirmed is None else 2, confirmed or found[-1])


def takes_leave(reading: Reading) -> Verdict:
    """E4"""
    last = [s for s in reading.agent if s.place in reading.agent_turns[-_LAST_TURNS:]]
    if not last:
        return Verdict(None, why="the agent says nothing")
    rude = next((s for s in last if "rude" in s.cues), None)
    if rude is not None:
        return Verdict(0, rude)
    kind = next((s for s in reversed(last) if _is_kind(s, reading)), None)
    if kind is not None:
        return Verdict(2, kind)
    bare = next((s for s in reversed(last) if "says_goodbye" in s.cues), None)
    return Verdict(0 if bare is None else 1, bare or last[-1])


def _is_confirmed(reading: Reading, recap: Sentence) -> bool:
    replies = (s for s in reading.customer if recap.place < s.place <= recap.place + _REPLY_TURNS)
    return any("affirms" in s.cues for s in replies)


def _is_kind(sentence: Sentence, reading: Reading) -> bool:
    """Thanks, good wishes or the customer's name; mere warmth only in the very last words."""
    ends = sentence.place == reading.agent_turns[-1]
    named = "says_goodbye" in sentence.cues and "<PERSON_" in sentence.text
    return named or bool(
        {"thanks", "wishes_well"} & sentence.cues or (ends and "warm" in sentence.cues)
    )
