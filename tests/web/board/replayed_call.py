"""The sample call played again as if it were live, for the board: records when they are due, and
glimpses in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from agent.calls.glimpse import Glimpse
from agent.calls.journal import CallObserver
from agent.calls.state import CallState
from agent.records.models import Speaker
from agent.records.records import (
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)
from tests.web.sample_call import sample_report

SLOTS = {"provider": "another company", "postcode": "LK1 2AB"}
LENGTH_S = 60.0
# A caller's turn is told once it is over, an agent's once it has been heard.
_CAPTURED_S = 44.0


@dataclass(frozen=True, slots=True)
class _Due:
    at_s: float
    record: TurnRecord | EventRecord | LatencyRecord


class ReplayedCall:
    """One call; `play` and `glimpse` take seconds since its start."""

    def __init__(self, number: int, observer: CallObserver, stage: str = "offer") -> None:
        self.call_id = str(uuid5(NAMESPACE_OID, f"replayed {number}"))
        self.stage = stage
        self._number = number
        self._observer = observer
        self._due = sorted(self._records(), key=lambda due: due.at_s)
        self._random = np.random.default_rng(number)
        self._turns = sample_report().turns

    def begin(self) -> None:
        """It rings."""
        self._observer.call_started(
            CallStarted(
                call_id=self.call_id,
                channel_id=f"17.{self._number}",
                caller_number=f"+44 1632 9601{self._number:02d}",
                called_exten="1000",
                playbook_id="larkfield",
                playbook_version="3",
            )
        )

    def play(self, until_s: float) -> None:
        """Tell all that is due by then."""
        while self._due and self._due[0].at_s <= until_s:
            record = self._due.pop(0).record
            if isinstance(record, TurnRecord):
                self._observer.turn(record)
            elif isinstance(record, EventRecord):
                self._observer.event(record)
            else:
                self._observer.latency(record)

    def end(self) -> None:
        """The agent's part is over."""
        self._observer.call_ended(
            CallEnded(
                call_id=self.call_id,
                outcome="sale",
                ended_by="agent",
                slots=SLOTS,
            )
        )

    def glimpse(self, at_s: float) -> Glimpse:
        """What a watcher would see."""
        turn = next((turn for turn in self._turns if turn.start_s <= at_s < turn.end_s), None)
        state = CallState.LISTENING
        words = ""
        speaker = None
        if turn is not None:
            speaker = turn.speaker
            share = (at_s - turn.start_s) / (turn.end_s - turn.start_s)
            words = " ".join(turn.text.split()[: 1 + int(share * len(turn.text.split()))])
            if speaker is Speaker.AGENT:
                state = CallState.SPEAKING
        levels = self._random.uniform(-32, -14, 2)
        return Glimpse(
            call_id=self.call_id,
            state=state,
            stage=self.stage,
            caller_speaks=speaker is Speaker.CALLER,
            caller_words=words if speaker is Speaker.CALLER else "",
            agent_words=words if speaker is Speaker.AGENT else "",
            slots=SLOTS if at_s > _CAPTURED_S else {},
            caller_dbfs=float(levels[0]) if speaker is Speaker.CALLER else -71.0,
            agent_dbfs=float(levels[1]) if speaker is Speaker.AGENT else -66.0,
        )

    def _records(self) -> Iterator[_Due]:
        report = sample_report()
        for turn in report.turns:
            record = TurnRecord(
                call_id=self.call_id,
                index=turn.index,
                speaker=turn.speaker,
                text=turn.text,
                heard_text=turn.heard_text,
                start_s=turn.start_s,
                end_s=turn.end_s,
                confidence=turn.confidence,
                stage=self.stage,
                intent=turn.intent,
                interrupted=turn.interrupted,
            )
            yield _Due(turn.end_s + 0.01, record)
        for event in report.events:
            data = dict(event.data)
            told = EventRecord(call_id=self.call_id, kind=event.kind, at_s=event.at_s, data=data)
            yield _Due(event.at_s, told)
        starts = {turn.index: turn.end_s for turn in report.turns}
        for wait in report.latencies:
            if wait.turn_index in starts:
                told_wait = LatencyRecord(
                    call_id=self.call_id,
                    name=wait.name,
                    ms=wait.ms,
                    turn_index=wait.turn_index,
                )
                yield _Due(starts[wait.turn_index], told_wait)
