"""What can arrive in a call's inbox."""

import asyncio
from dataclasses import dataclass

from agent.asterisk.queue_log import QueueEvent
from agent.calls.orders import Order, Outcome
from agent.dialogue.conversation import Reply
from agent.outbound.answering_machine import Verdict
from agent.speech.protocols import Transcript
from agent.turns.endpointing import EndOfTurn
from agent.turns.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Answered:
    """It is known who or what has answered a call that the agent has placed."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AgentPaused:
    """The caller may be talking over the agent; playout stands still.

    `latency_ms` counts from the first speech frame; level and gate are those of the deciding one.
    """

    latency_ms: float
    rung: str
    level_dbfs: float
    gate_dbfs: float


@dataclass(frozen=True, slots=True)
class AgentResumed:
    """It was a back-channel or a noise; playout goes on where it stood."""

    heard: str
    paused_ms: float


@dataclass(frozen=True, slots=True)
class AgentInterrupted:
    """The caller took the floor; the rest of the agent's turn was dropped.

    `merges`: it came so soon that the caller's last turn had not been over.
    """

    evidence: Evidence
    text: str = ""
    merges: bool = False


@dataclass(frozen=True, slots=True)
class AgentFinished:
    """Everything the agent had to say was played."""


@dataclass(frozen=True, slots=True)
class CallerFinished:
    """The caller's turn is over; its text is still to be taken from the recogniser."""

    end: EndOfTurn
    carried: tuple[Transcript, ...]


@dataclass(frozen=True, slots=True)
class CallerWentOn:
    """The caller speaks while the agent thinks: its turn was not over."""


@dataclass(frozen=True, slots=True)
class WordsSettled:
    """The caller pauses and its words stand still: a reply can be prepared."""

    text: str


@dataclass(frozen=True, slots=True)
class Stalled:
    """Nobody has spoken or been waited for: something hangs."""

    seconds: float


@dataclass(frozen=True, slots=True)
class RecognitionBehind:
    """Recognition is so late that it skips what is oldest."""

    lag_ms: float


@dataclass(frozen=True, slots=True)
class NothingSaid:
    """What sounded like a turn held no words: a cough, a click. Nothing is owed to it."""

    speech_ms: float


@dataclass(frozen=True, slots=True)
class ReplyReady:
    """The dialogue has decided what comes next, for the caller's turn with this number."""

    reply: Reply
    turn: int


@dataclass(frozen=True, slots=True)
class CallerSilent:
    """Nothing was said for long enough that prompt number `step` is due."""

    step: int


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key, as it comes from the PBX."""

    digit: str


@dataclass(frozen=True, slots=True)
class KeysEntered:
    """The digits of one entry."""

    digits: str


@dataclass(frozen=True, slots=True)
class MediaLost:
    """No RTP has come for this long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class MediaBack:
    """RTP comes again, after this long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CallerGone:
    """The caller's channel hung up or is gone; the Q.850 cause.

    `with_pbx`: Asterisk was restarted or has crashed, nobody hung up.
    """

    cause: int
    with_pbx: bool = False


@dataclass(frozen=True, slots=True)
class PbxAway:
    """Asterisk's events don't arrive any more; RTP may well go on."""


@dataclass(frozen=True, slots=True)
class PbxBack:
    """They arrive again, after so many seconds."""

    away_s: float


@dataclass(frozen=True, slots=True)
class InQueue:
    """Something happened to the handed-over caller in its queue."""

    event: QueueEvent


@dataclass(frozen=True, slots=True)
class TakenByHuman:
    """A queue member has the caller."""


@dataclass(frozen=True, slots=True)
class BackFromQueue:
    """The queue gave the caller back; Asterisk's QUEUESTATUS."""

    status: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A supervisor, by name, orders something and waits for the answer."""

    order: Order
    by: str
    answer: asyncio.Future[Outcome]

    def answered(self, outcome: Outcome) -> None:
        """Tell the supervisor, if it still waits."""
        if not self.answer.done():
            self.answer.set_result(outcome)


@dataclass(frozen=True, slots=True)
class SupervisorAnswered:
    """The phone that is to take the call over was answered."""


@dataclass(frozen=True, slots=True)
class SupervisorGone:
    """That phone is no more: it was not answered, or was hung up; the Q.850 cause."""

    cause: int


@dataclass(frozen=True, slots=True)
class StopRequested:
    """The process is shutting down: the caller goes to a human queue."""


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """The disk takes no more of the recording; the call goes on without."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something this call needs failed; the caller goes to a human queue."""

    reason: str


CallEvent = (
    Answered
    | AgentPaused
    | AgentResumed
    | AgentInterrupted
    | AgentFinished
    | CallerFinished
    | CallerWentOn
    | WordsSettled
    | Stalled
    | RecognitionBehind
    | NothingSaid
    | ReplyReady
    | CallerSilent
    | KeyPressed
    | KeysEntered
    | MediaLost
    | RecordingStopped
    | MediaBack
    | CallerGone
    | PbxAway
    | PbxBack
    | InQueue
    | TakenByHuman
    | BackFromQueue
    | Ordered
    | SupervisorAnswered
    | SupervisorGone
    | StopRequested
    | Failed
)
