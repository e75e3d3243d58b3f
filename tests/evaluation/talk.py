"""Calls written down in a test."""

from agent.cloning.recorded import Conversation, Speaker, Turn

_SIDES: dict[str, Speaker] = {"a": "agent", "c": "customer"}


def talk(*lines: str, call: str = "t-1", recognised: bool = False) -> Conversation:
    """Turns of "a: ..." and "c: ...", two words a second with half a second in between."""
    turns, now = [], 0.0
    for line in lines:
        side, _, text = line.partition(": ")
        end = now + len(text.split()) / 2
        turns.append(Turn(speaker=_SIDES[side], start=now, end=end, text=text))
        now = end + 0.5
    source = "recognised" if recognised else "given"
    return Conversation(call=call, source=source, turns=tuple(turns))
