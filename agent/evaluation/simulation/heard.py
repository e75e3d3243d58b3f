"""What the line carried in a simulated call with sound, measured on its frames."""

from dataclasses import dataclass

# What the product wants of itself: an answer by then, and silence after the customer cuts in.
IN_TIME_MS = 900.0
ROOM_WITHIN_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One call's figures, from the customer's end of the line.

    `answers_ms`: from the end of each of the customer's turns to the agent's first sound.
    `yields_ms`: from the customer's first sound to the agent's silence, for each time it cut in;
    None where the agent went on for longer than was waited. `kept_on`: whether the agent went on
    after each cough or "mm-hmm" under its words. Words are the customer's, over the whole call.
    """

    seconds: float
    answers_ms: tuple[float, ...] = ()
    yields_ms: tuple[float | None, ...] = ()
    kept_on: tuple[bool, ...] = ()
    words: int = 0
    words_wrong: int = 0
