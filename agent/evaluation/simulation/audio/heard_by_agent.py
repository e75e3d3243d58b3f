"""What the agent's own records say of a simulated call: its turns, and what it took for words."""

from agent.evaluation.simulation.notes import CallNotes
from agent.evaluation.simulation.simulated_call import Taken
from agent.records.models import Event, Speaker, Turn
from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)


class HeardByAgent:
    """Implements `calls.journal.CallObserver`; takes rows of the database as well."""

    def __init__(self, notes: CallNotes) -> None:
        self._notes = notes
        self.recognised: list[str] = []

    def turn(self, record: TurnRecord | Turn) -> None:
        """The agent's go into the transcript, as far as they were heard."""
        if record.speaker is Speaker.AGENT:
            heard = record.text if record.heard_text is None else record.heard_text
            taken = Taken(lines=tuple(record.line_ids))
            self._notes.said("agent", heard, record.start_s, record.end_s, taken)
        else:
            self.recognised.append(record.text)

    def event(self, record: EventRecord | Event) -> None:
        """A call falls back to a queue when something in it has failed."""
        if record.kind == "fallback":
            self._notes.never_ends(f"the agent failed: {record.data['reason']}")

    def call_started(self, record: CallStarted) -> None: ...
    def call_answered(self, record: CallAnswered) -> None: ...
    def latency(self, record: LatencyRecord) -> None: ...
    def call_ended(self, record: CallEnded) -> None: ...
