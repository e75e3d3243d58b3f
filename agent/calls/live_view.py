"""Live calls as they happen, on a terminal or as JSON lines."""

import json
from dataclasses import asdict
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from agent.records.models import Speaker
from agent.records.records import (
    DECIDED,
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    Record,
    TurnRecord,
)
from agent.records.report import clock

# Events that a listener has no use for: the turns show them.
_QUIET = frozenset({"end_of_turn", "turn_taking", DECIDED})
_STYLES = {Speaker.CALLER: "cyan", Speaker.AGENT: "green"}


class LiveView:
    """Prints the conversation line by line; implements `calls.journal.CallObserver`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._waits: dict[str, float] = {}
        self._paused: dict[str, float] = {}

    def call_started(self, record: CallStarted) -> None:
        """A line for the caller."""
        who, whom = record.caller_number or "unknown", record.called_exten or "unknown"
        self._line(f"call {record.call_id[:8]} from {who} to {whom}", "bold")

    def call_answered(self, record: CallAnswered) -> None:
        """A line for the answer."""
        self._line(f"answered, {record.codec}", "dim")

    def turn(self, record: TurnRecord) -> None:
        """What one side said; of an agent's turn that was cut off, struck out what was unheard."""
        heard = record.text if record.heard_text is None else record.heard_text
        text = Text()
        text.append(f"{clock(record.start_s):>8}  {record.speaker.value:6}  ", style="dim")
        text.append(heard, style=_STYLES[record.speaker])
        text.append(record.text[len(heard) :], style="dim strike")
        if record.intent:
            text.append(f"  [{record.intent}]", style="dim")
        wait_ms = self._waits.pop(record.call_id, None)
        if record.speaker is Speaker.AGENT and wait_ms is not None:
            text.append(f"  ({wait_ms:.0f} ms)", style="dim")
        self._console.print(text, soft_wrap=True)

    def event(self, record: EventRecord) -> None:
        """A line for the event.

        A pause waits for its verdict.
        """
        if record.kind in _QUIET:
            return
        if record.kind == "barge_in_paused":
            self._paused[record.call_id] = record.data["latency_ms"]
            return
        shown = dict(record.data)
        paused_ms = self._paused.pop(record.call_id, None)
        if paused_ms is not None:
            shown["paused_after_ms"] = paused_ms
        data = " ".join(f"{key}={value}" for key, value in shown.items() if value != "")
        self._line(f"{clock(record.at_s):>8}  * {record.kind}  {data}", "yellow")

    def latency(self, record: LatencyRecord) -> None:
        """Kept for the agent's turn that it led to."""
        if record.name.endswith("to_first_audio"):
            self._waits[record.call_id] = record.ms

    def call_ended(self, record: CallEnded) -> None:
        """A line for the outcome."""
        self._waits.pop(record.call_id, None)
        self._paused.pop(record.call_id, None)
        self._line(
            f"call {record.call_id[:8]} ended by {record.ended_by}: {record.outcome}", "bold"
        )

    def _line(self, text: str, style: str) -> None:
        self._console.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


class JsonView:
    """Writes every record as a JSON line; implements `calls.journal.CallObserver`."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def call_started(self, record: CallStarted) -> None:
        """One line."""
        self._write("call_started", record)

    def call_answered(self, record: CallAnswered) -> None:
        """One line."""
        self._write("call_answered", record)

    def turn(self, record: TurnRecord) -> None:
        """One line."""
        self._write("turn", record)

    def event(self, record: EventRecord) -> None:
        """One line."""
        self._write("event", record)

    def latency(self, record: LatencyRecord) -> None:
        """One line."""
        self._write("latency", record)

    def call_ended(self, record: CallEnded) -> None:
        """One line."""
        self._write("call_ended", record)

    def _write(self, kind: str, record: Record) -> None:
        line: dict[str, Any] = {"record": kind, **asdict(record)}
        print(json.dumps(line, default=str), file=self._target, flush=True)
