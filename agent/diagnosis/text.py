"""A diagnosis on a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from agent.diagnosis.diagnosis import Diagnosis, Vitals
from agent.diagnosis.finding import Finding, Severity
from agent.records.models import Call
from agent.records.report import clock
from agent.records.transcript import length

_STYLES = {Severity.FAULT: "bold red", Severity.TROUBLE: "bold yellow", Severity.NOTE: "bold"}
# A finding that a bad line repeats all through a call.
_MOST_EVIDENCE = 5


def print_diagnosis(diagnosis: Diagnosis, console: Console) -> None:
    """The call in three lines, then what was found."""
    console.print(_head(diagnosis.report.call))
    console.print(Text(_vitals(diagnosis.vitals), style="dim"))
    if not diagnosis.findings:
        console.print("\nNothing found: no rule has anything to say about this call.")
    for finding in diagnosis.findings:
        console.print()
        _print_finding(finding, console)


def _print_finding(finding: Finding, console: Console) -> None:
    when = clock(finding.at_s) if finding.at_s is not None else "call"
    head = Text(f"{when:>7}  ", style="dim")
    head.append(f"{finding.severity.value.upper():8}", style=_STYLES[finding.severity])
    console.print(head.append(f"{finding.what}."))
    shown = finding.evidence[:_MOST_EVIDENCE]
    more = len(finding.evidence) - len(shown)
    for line in (*shown, *([f"and {more} more"] if more else [])):
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 17)))
    for name, text in (("cause", finding.cause), ("remedy", finding.remedy)):
        if text:
            console.print(Padding(Text(f"{name:7} {text}"), (0, 0, 0, 9)))


def _head(call: Call) -> Text:
    ended = f", ended by {call.ended_by}" if call.ended_by else ""
    text = Text(f"Call {call.id}\n", style="bold")
    started = f"{call.started_at.astimezone():%Y-%m-%d %H:%M:%S}"
    return text.append(f"{started}, {length(call)}, {call.outcome or 'live'}{ended}", style="")


def _vitals(vitals: Vitals) -> str:
    parts = [_count(vitals.turns, "turn")]
    if (answers := vitals.answers) is not None:
        figures = f"median {answers.p50_ms:.0f} ms, longest {answers.max_ms:.0f} ms"
        parts.append(f"{_count(answers.count, 'answer')}: {figures}")
    parts.append(
        f"{_count(vitals.interruptions, 'interruption')}, "
        f"{_count(vitals.false_pauses, 'false pause')}"
    )
    if vitals.packets_lost is not None:
        parts.append(f"{vitals.packets_lost:.1%} of packets lost")
    return "; ".join(parts)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
