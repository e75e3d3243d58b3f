"""What the board knows of one call; a value, replaced by a new one whenever something is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from statistics import median

from agent.dialogue.mood import MoodLevel
from agent.records.models import Direction, Speaker


class Phase(Enum):
    """What a supervisor sees a call doing."""

    RINGING = "ringing"
    SCREENING = "who answers?"
    AGENT_SPEAKS = "agent speaks"
    PAUSED = "agent held back"
    CALLER_SPEAKS = "caller speaks"
    WAITING = "waits for caller"
    THINKING = "thinking"
    IN_QUEUE = "in queue"
    WITH_HUMAN = "with human"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the running transcript: a turn, or an event where `speaker` is None.

    `number` counts from 0 within the call. Of an agent's turn that was cut off `unheard` is the
    rest, `wait_ms` is how long the caller waited for it.
    """

    number: int
    at_s: float
    text: str
    speaker: Speaker | None = None
    kind: str = ""
    unheard: str = ""
    intent: str = ""
    wait_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """A call as the board shows it.

    `told` counts its entries, `revisions` the changes of its transcript that are not additions at
    the end; `waits_ms` are its latest answers' latencies, `next_wait_ms` that of the answer being
    given.
    """

    call_id: str
    direction: Direction
    caller: str
    called: str
    since: datetime
    playbook: str
    variant: str = ""
    phase: Phase = Phase.RINGING
    stage: str = ""
    mood: MoodLevel = MoodLevel.CALM
    mood_reasons: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    told: int = 0
    revisions: int = 0
    caller_words: str = ""
    agent_words: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    waits_ms: tuple[float, ...] = ()
    next_wait_ms: float | None = None
    barge_ins: int = 0
    half_duplex: bool = False
    queue: str = ""
    position: int | None = None
    human: str = ""
    outcome: str = ""

    @property
    def last_wait_ms(self) -> float | None:
        """The latest answer's latency."""
        return self.waits_ms[-1] if self.waits_ms else None

    @property
    def median_wait_ms(self) -> float | None:
        """The median of the latest answers' latencies."""
        return median(self.waits_ms) if self.waits_ms else None

    @property
    def led(self) -> bool:
        """Whether the agent still leads it, so that it can be given orders."""
        return self.phase not in (Phase.IN_QUEUE, Phase.WITH_HUMAN, Phase.ENDED)

    @property
    def latest_words(self) -> tuple[Speaker, str] | None:
        """Who said what last, unfinished turns included."""
        if self.caller_words:
            return Speaker.CALLER, self.caller_words
        if self.agent_words:
            return Speaker.AGENT, self.agent_words
        said = (entry for entry in reversed(self.entries) if entry.speaker is not None)
        last = next(said, None)
        return (last.speaker, last.text) if last and last.speaker else None
