import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent.asterisk.events import Channel
from agent.asterisk.queues import AmiStats, QueueState
from agent.calls.arms import Arm
from agent.calls.audio import AudioServices
from agent.calls.handoff import HandoffDesk
from agent.calls.journal import CallJournal
from agent.calls.services import CallServices
from agent.config import HandoffSettings
from agent.dialogue.conversation import Conversation
from agent.dialogue.understanding import Understander
from agent.media.clock import MediaClock
from agent.media.endpoint import UdpNetwork
from agent.media.ports import PortRange
from agent.records.models import Direction
from agent.speech.line_cache import LineCache
from agent.speech.paired_vad import PairedVad
from agent.turns.settings import TurnSettings
from tests.calls.fakes import BlipVoice, LoudnessVad, Notes, ScriptedRecognizers
from tests.calls.playbook import TINY
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.speech.fakes import HandExecutor

TURNS = TurnSettings.model_validate(
    {
        "line_echo": "none",
        "barge_in": {"protect_first_ms": 0},
        "endpointing": {
            "short_answer_ms": 100,
            "complete_ms": 100,
            "default_ms": 100,
            "settled_ms": 0,
        },
        "silence": {"prompts_s": (20.0,)},
    }
)


class FakeQueues:
    """A queue as it is told; implements what a call asks of the queue monitor."""

    def __init__(self, logged_in: int, *, idle: int | None = None, waiting: int = 0) -> None:
        self.logged_in = logged_in
        self.idle = logged_in if idle is None else idle
        self.waiting = waiting
        self.stats = AmiStats(logged_in=True, losses=0, unanswered=0)

    async def state(self, queue: str) -> QueueState:
        return QueueState(queue, self.logged_in, self.idle, self.waiting, 0)


@dataclass
class Engines:
    """What calls share, and the handles that a test has on it."""

    directory: Path
    turns: TurnSettings = TURNS
    queues: Any = None
    voice: BlipVoice = field(default_factory=BlipVoice)
    recognizers: ScriptedRecognizers = field(default_factory=ScriptedRecognizers)
    recognition: HandExecutor = field(default_factory=HandExecutor)
    decisions: HandExecutor = field(default_factory=HandExecutor)
    clock: MediaClock = field(default_factory=MediaClock)
    notes: Notes = field(default_factory=Notes)

    def services(self) -> CallServices:
        understander = Understander(TINY, BagOfWordsEncoder())
        lines = LineCache(self.voice, self.directory / "lines", HandExecutor())
        audio = AudioServices(
            turns=self.turns,
            network=UdpNetwork("127.0.0.1", PortRange(47300, 47399)),
            lost_after_s=5.0,
            clock=self.clock,
            recognition=self.recognition,
            recognizers=self.recognizers,
            open_vad=lambda _: PairedVad(LoudnessVad()),
            lines=lines,
        )
        return CallServices(
            audio=audio,
            decisions=self.decisions,
            open_conversation=lambda: Conversation(TINY, understander, seed=1),
            queues=self.queues,
            handoffs=HandoffDesk(HandoffSettings(), lines, "http://127.0.0.1:9"),
            fallback_queue="fallback",
        )

    def arm_of(self, channel: Channel) -> Arm:
        return Arm(self.services(), self.open_journal)

    def open_journal(
        self,
        call_id: str,
        channel: Channel,
        recording: Path | None,
        direction: Direction = Direction.INBOUND,
    ) -> CallJournal:
        return CallJournal(
            call_id,
            channel,
            recording,
            direction,
            playbook=("tiny", "1", ""),
            models={},
            observers=(self.notes,),
        )


async def until(condition: Callable[[], object], timeout_s: float = 3.0) -> None:
    """Wait for what a call in real time leads to."""
    step_s = 0.004
    for _ in range(round(timeout_s / step_s)):
        if condition():
            return
        await asyncio.sleep(step_s)
    raise TimeoutError


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    engines = Engines(tmp_path)
    yield engines
    engines.clock.close()
