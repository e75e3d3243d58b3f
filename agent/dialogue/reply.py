"""What goes in and out of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.dialogue.grounds import Grounds
from agent.dialogue.mood import Delivery, Mood
from agent.dialogue.rules import GIVE_CARD
from agent.dialogue.understanding import Understanding


@dataclass(frozen=True, slots=True)
class CallerTurn:
    """What the recogniser heard, and its mean word confidence (0 to 1).

    `bounded` is the same sound heard with nothing but the words of the answer that was asked for,
    "" where it was not heard that way.
    """

    text: str
    confidence: float = 1.0
    bounded: str = ""
    delivery: Delivery = field(default_factory=Delivery)


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line to be spoken; `line_id` is the playbook's, `pause_s` the least silence after it."""

    line_id: str
    text: str
    interruptible: bool = True
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Continue:
    """Speak, then listen."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Speak, then end the call."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Speak, then hand the caller to a queue.

    `may_choose`: a caller who would have to wait is asked first. `warm`: the human hears the whole
    summary and takes the call by a key.
    """

    queue: str
    reason: str
    priority: int = 0
    may_choose: bool = False
    warm: bool = False


Action = Continue | HangUp | Transfer


@dataclass(frozen=True, slots=True)
class Reply:
    """The agent's turn. `expects` is "yes_no", "slot:<id>" or None.

    `reads_out` says that the answer is digits or letters, which callers give in groups with pauses.
    `mood` is the caller's; `grounds` say why the turn is as it is.
    """

    lines: tuple[SpokenLine, ...]
    action: Action
    expects: str | None
    understanding: Understanding | None
    stage: str
    reads_out: bool = False
    mood: Mood = field(default_factory=Mood)
    grounds: Grounds = field(default=Grounds(), compare=False)

    @property
    def secret(self) -> bool:
        """Whether the caller's turn was payment digits, of which nothing may be kept."""
        return self.understanding is not None and self.understanding.intent == GIVE_CARD


@dataclass(frozen=True, slots=True)
class HandoffSummary:
    """What a human agent has to know.

    `reason` is the playbook's name for it and `why` its wording; `whisper_text` takes a few seconds
    to say, since the caller waits meanwhile; `briefing_text` tells all that can be told aloud and
    which key takes the call; `summary_text` is for a screen.
    """

    reason: str
    why: str
    queue: str
    whisper_text: str
    briefing_text: str
    summary_text: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One entry of the history: only what was really said, or really heard by the caller."""

    speaker: str
    text: str
