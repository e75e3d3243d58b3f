"""A call report on a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.records.models import Call, Event, Speaker, Turn
from agent.records.records import EventRecord
from agent.records.report import CallReport, clock

_STYLES = {Speaker.CALLER: "cyan", Speaker.AGENT: "green"}


def print_report(report: CallReport, console: Console) -> None:
    """Header, transcript with events in their place, latency table."""
    console.print(_header(report.call))
    console.print()
    console.print(_timeline(report))
    if report.latency_table:
        console.print()
        console.print(_latencies(report))


def print_calls(calls: Iterable[Call], console: Console) -> None:
    """A line a call."""
    table = Table(box=None, pad_edge=False)
    for title in ("call", "started", "length", "caller", "called", "outcome", "ended by"):
        table.add_column(title, justify="right" if title == "length" else "left", no_wrap=True)
    for call in calls:
        table.add_row(
            call.id[:8],
            f"{call.started_at.astimezone():%m-%d %H:%M:%S}",
            length(call),
            # What a caller or a playbook provides is not markup.
            Text(call.caller_number or ""),
            Text(call.called_exten or ""),
            Text(call.outcome or "live"),
            call.ended_by or "",
        )
    console.print(table)


def length(call: Call) -> str:
    """The call's duration as `2:07`; a dash while it lives."""
    if call.duration_s is None:
        return "–"
    minutes, seconds = divmod(round(call.duration_s), 60)
    return f"{minutes}:{seconds:02d}"


def call_facts(call: Call) -> tuple[tuple[str, str], ...]:
    """What the header of a report names, without what is unknown."""
    transfer = " ".join(part for part in (call.transfer_queue, call.transfer_result) if part)
    playbook = " ".join(part for part in (call.playbook_id, call.playbook_version) if part)
    ended = call.ended_by or ""
    if ended and call.hangup_cause is not None:
        ended += f" (cause {call.hangup_cause})"
    facts = (
        ("Started", f"{call.started_at.astimezone():%Y-%m-%d %H:%M:%S %Z}"),
        ("Length", length(call)),
        ("Caller", call.caller_number or ""),
        ("Called", call.called_exten or ""),
        ("Codec", call.codec or ""),
        ("Ended by", ended),
        ("Disposition", call.disposition or ""),
        ("Transfer", transfer),
        ("Playbook", playbook),
        ("Goes on from", call.resumes or ""),
        ("Recording", call.recording_path or ""),
        ("Held", "yes" if call.held else ""),
        ("Summary", call.summary or ""),
    )
    return tuple((name, value) for name, value in facts if value)


def event_text(event: Event | EventRecord) -> str:
    """An event and its details on one line: `barge in committed: evidence words`."""
    details = ", ".join(_detail(key, value) for key, value in event.data.items() if value != "")
    kind = event.kind.replace("_", " ")
    return f"{kind}: {details}" if details else kind


def _detail(name: str, value: object) -> str:
    words = name.split("_")
    if words[-1] in ("ms", "s") and len(words) > 1:
        return f"{' '.join(words[:-1])} {value} {words[-1]}"
    return f"{' '.join(words)} {value}"


def _header(call: Call) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row(Text("Call", style="bold"), Text(call.id, style="bold"))
    table.add_row("Outcome", Text(call.outcome or "live", style="bold yellow"))
    for name, value in call_facts(call):
        table.add_row(name, Text(value))
    for name, value in call.slots.items():
        table.add_row(Text(name.replace("_", " "), style="magenta"), Text(str(value)))
    return table


def _timeline(report: CallReport) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for moment in report.timeline:
        if isinstance(moment, Event):
            table.add_row(
                Text(clock(moment.at_s), style="dim"),
                "",
                Text(f"· {event_text(moment)}", style="dim"),
            )
        else:
            speaker = Text(moment.speaker.value, style=f"bold {_STYLES[moment.speaker]}")
            table.add_row(Text(clock(moment.start_s), style="dim"), speaker, _spoken(moment))
    return table


def _spoken(turn: Turn) -> Text:
    if not turn.interrupted:
        return Text(turn.text)
    heard = turn.text if turn.heard_text is None else turn.heard_text
    spoken = Text(f"{heard} ").append("⟂ interrupted", style="bold red")
    if turn.unheard_text:
        spoken.append(" not heard: ", style="dim").append(turn.unheard_text, style="dim strike")
    return spoken


def _latencies(report: CallReport) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("latency")
    for title in ("n", "p50 ms", "p95 ms", "max ms"):
        table.add_column(title, justify="right")
    for row in report.latency_table:
        figures = (f"{value:.0f}" for value in (row.p50_ms, row.p95_ms, row.max_ms))
        table.add_row(row.name.replace("_", " "), str(row.count), *figures)
    return table
