"""Who had the floor: interruptions that came too late, were none, or were passed over."""

from collections.abc import Iterator

from agent.diagnosis.case import Case, moment, quoted
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits
from agent.records.models import Event


def talked_over(case: Case, limits: Limits) -> Iterator[Finding]:
    """The caller spoke while the agent did, and the agent went on."""
    passed_over = []
    for agent in case.agent_turns:
        for caller in case.caller_turns:
            over_s = min(caller.end_s, agent.end_s) - caller.start_s
            began_within = agent.start_s < caller.start_s
            if began_within and over_s >= limits.talked_over_s and not agent.interrupted:
                words = quoted(caller.text)
                passed_over.append(
                    (caller.start_s, moment(caller.start_s, f"{words} over {over_s:.1f} s"))
                )
    if passed_over:
        yield Finding(
            rule="talked_over",
            severity=Severity.TROUBLE,
            what="The caller talked over the agent and was not let in",
            at_s=passed_over[0][0],
            evidence=tuple(line for _, line in passed_over),
            cause="The words were not sure enough for an interruption, or the line is too noisy.",
            remedy="Listen to both sides there; if it was clear speech, keep the call for tuning "
            "(turns.barge_in).",
        )


def slow_pauses(case: Case, limits: Limits) -> Iterator[Finding]:
    """The agent fell silent late."""
    slow = [
        event
        for event in case.events("barge_in_paused")
        if event.data.get("latency_ms", 0) > limits.slow_pause_ms
    ]
    if slow:
        yield Finding(
            rule="slow_pauses",
            severity=Severity.TROUBLE,
            what="The agent fell silent late when the caller spoke",
            at_s=slow[0].at_s,
            evidence=tuple(
                moment(event.at_s, f"after {event.data['latency_ms']} ms, {_line(event)}")
                for event in slow
            ),
            cause="The caller began softly, or the process was late.",
            remedy="Compare late sending in this list; on noisy lines late pauses are usual.",
        )


def false_pauses(case: Case, limits: Limits) -> Iterator[Finding]:
    """The agent fell silent for nothing."""
    false = case.events("barge_in_resumed")
    long = [e for e in false if e.data.get("paused_ms", 0) > limits.long_false_pause_ms]
    if not long and len(false) < limits.false_pauses:
        return
    times = "once" if len(false) == 1 else f"{len(false)} times"
    yield Finding(
        rule="false_pauses",
        severity=Severity.TROUBLE if long else Severity.NOTE,
        what=f"The agent fell silent {times} and took up its line again",
        at_s=false[0].at_s,
        evidence=tuple(
            moment(e.at_s, f"{quoted(e.data.get('heard') or '')}, silent {e.data['paused_ms']} ms")
            for e in false
        ),
        cause=_cause_of(case, false, limits),
        remedy="Look whether other calls of this line have it too; turns.vad_filter makes noise "
        "count less.",
    )


def _cause_of(case: Case, false: tuple[Event, ...], limits: Limits) -> str:
    heard = [event.data.get("heard") or "" for event in false]
    if any(event.data.get("return_loss_db") for event in case.events("turn_taking")):
        return "The line gives the agent's own voice back (echo)."
    if any(len(words.split()) >= limits.words_of_an_interruption for words in heard):
        return "Words were heard and not believed: perhaps it was an interruption after all."
    if sum(not words for words in heard) > len(heard) / 2:
        return "Noise on the caller's side: most of it held no words."
    return "The caller listened aloud (“mm-hmm”, “okay”); pausing for that is by design."


def half_duplex(case: Case, limits: Limits) -> Iterator[Finding]:
    """Interruptions could not be told apart any more."""
    for event in case.events("half_duplex"):
        yield Finding(
            rule="half_duplex",
            severity=Severity.TROUBLE,
            what="The agent went over to speaking by turns: the caller could interrupt by key only",
            at_s=event.at_s,
            evidence=tuple(
                moment(e.at_s, "taken back") for e in case.events("barge_in_resumed")[:5]
            ),
            cause="So much echo or noise that pauses came to nothing again and again.",
            remedy="See to the line: a loudspeaker phone, a gateway without echo cancelling.",
        )


def _line(event: Event) -> str:
    data = event.data
    return (
        f"{data.get('line', 'line')} line, level {data.get('level_dbfs')} dBFS over a gate of "
        f"{data.get('gate_dbfs')}"
    )
