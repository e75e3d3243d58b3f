"""A call as one HTML page: sound, words, decisions and delays on one time axis.

The page needs nothing but itself and the recording: no scripts, fonts or styles from elsewhere.
"""

from dataclasses import dataclass
from pathlib import Path

from agent.diagnosis.diagnosis import diagnose
from agent.records.models import Event, Speaker, Turn
from agent.records.recordings import OpenRecording, open_plain
from agent.records.records import DECIDED
from agent.records.report import CallReport, clock
from agent.records.transcript import call_facts, event_text, length
from agent.web.page import Desk, desk_templates
from agent.web.waveform import outline, read_waveform
from agent.web.why import Why, decisions, slots_heard

_WIDTH = 1200.0  # the drawing's units; it is stretched to the page
_LEG_HEIGHT = 100.0
_COLUMNS = 600
_DOUBTFUL = 0.5  # a word of less confidence is marked
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
_MOST_TICKS = 8
# Latencies that add up to what the caller waits, in the order in which they pass.
_STEPS = ("endpointing", "asr_final", "decision", "tts_first_audio")
_WAITS = ("end_of_speech_to_first_audio", "answer_to_first_audio")
_MARKS = {
    "barge_in_paused": "paused",
    "barge_in_committed": "committed",
    "barge_in_resumed": "resumed",
    "transfer_started": "transfer",
    "transfer_answered": "transfer",
    "transfer_returned": "transfer",
    "media_lost": "error",
    "recording_stopped": "error",
    "error": "error",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A turn on the waveform, in units of the drawing."""

    speaker: Speaker
    x: float
    y: float
    width: float
    start_s: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on the waveform."""

    kind: str
    x: float
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The waveform picture; paths are empty when there is no recording."""

    duration_s: float
    caller_path: str
    agent_path: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]  # (percent of the width, label)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the transcript: a turn or an event."""

    at_s: float
    turn: Turn | None = None
    event: Event | None = None
    wait_ms: float | None = None
    steps: str = ""
    why: Why | None = None


def render_call_page(
    report: CallReport,
    recording: Path | None,
    *,
    recording_url: str | None = None,
    open_recording: OpenRecording = open_plain,
    desk: Desk | None = None,
) -> str:
    """The page as HTML text; reads the recording, so call it in a thread.

    The player points to `recording_url`, or to the recording's file name, for a page that is
    saved beside it. A recording that can't be read leaves its place empty. Without a desk the page
    needs no server.
    """
    return (
        desk_templates()
        .get_template("call.html")
        .render(
            desk=desk,
            call=report.call,
            facts=call_facts(report.call),
            length=length(report.call),
            drawing=_draw(report, recording, open_recording),
            recording_url=recording_url or (recording.name if recording else None),
            rows=_rows(report),
            slots=slots_heard(report),
            findings=diagnose(report).findings,
            latency_table=report.latency_table,
            first_wait=_typical_wait(report),
            barge_ins=sum(event.kind == "barge_in_committed" for event in report.events),
            doubtful=_DOUBTFUL,
            event_text=event_text,
        )
    )


def _draw(
    report: CallReport, recording: Path | None, open_recording: OpenRecording
) -> Drawing | None:
    """None when neither sound nor turns are there to draw."""
    caller_path = agent_path = ""
    duration_s = max((turn.end_s for turn in report.turns), default=0.0)
    try:
        sound = read_waveform(recording, _COLUMNS, open_recording) if recording else None
    except (OSError, ValueError):
        sound = None
    if sound is not None and sound.duration_s > 0:
        duration_s = sound.duration_s
        caller_path = _leg(sound.caller, top=0.0)
        agent_path = _leg(sound.agent, top=_LEG_HEIGHT)
    if duration_s <= 0:
        return None
    scale = _WIDTH / duration_s
    return Drawing(
        duration_s,
        caller_path,
        agent_path,
        tuple(_block(turn, scale) for turn in report.turns),
        tuple(
            Mark(_MARKS[event.kind], event.at_s * scale, event_text(event))
            for event in report.events
            if event.kind in _MARKS
        ),
        _ticks(duration_s),
    )


def _leg(peaks: tuple[float, ...], *, top: float) -> str:
    half = _LEG_HEIGHT / 2
    return outline(peaks, middle=top + half, height=half * 0.92, width=_WIDTH)


def _block(turn: Turn, scale: float) -> Block:
    return Block(
        turn.speaker,
        turn.start_s * scale,
        0.0 if turn.speaker is Speaker.CALLER else _LEG_HEIGHT,
        max(turn.end_s - turn.start_s, 0.0) * scale,
        turn.start_s,
        f"{clock(turn.start_s)} {turn.speaker.value}: {turn.text}",
    )


def _ticks(duration_s: float) -> tuple[tuple[float, str], ...]:
    step = next((s for s in _TICKS if duration_s / s <= _MOST_TICKS), _TICKS[-1])
    seconds = range(0, int(duration_s) + 1, step)
    return tuple((100 * s / duration_s, f"{s // 60}:{s % 60:02d}") for s in seconds)


def _rows(report: CallReport) -> tuple[Row, ...]:
    reasons = decisions(report)
    delays = {(latency.turn_index, latency.name): latency.ms for latency in report.latencies}
    rows = []
    for moment in report.timeline:
        if isinstance(moment, Event):
            if moment.kind == DECIDED:  # it stands with its turn
                continue
            rows.append(Row(moment.at_s, event=moment))
            continue
        steps = [
            f"{name.replace('_', ' ')} {delays[moment.index, name]:.0f} ms"
            for name in _STEPS
            if (moment.index, name) in delays
        ]
        wait_ms = next(
            (delays[moment.index, name] for name in _WAITS if (moment.index, name) in delays), None
        )
        why = reasons.get(moment.index) if moment.speaker is Speaker.CALLER else None
        shown = " · ".join(steps)
        rows.append(Row(moment.start_s, turn=moment, wait_ms=wait_ms, steps=shown, why=why))
    return tuple(rows)


def _typical_wait(report: CallReport) -> float | None:
    """Median wait from the end of the caller's speech to the agent's first sound."""
    return next((row.p50_ms for row in report.latency_table if row.name == _WAITS[0]), None)
