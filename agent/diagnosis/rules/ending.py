"""How the call came to its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.diagnosis.case import Case, moment, quoted
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits
from agent.records.models import Direction, Speaker


@dataclass(frozen=True, slots=True)
class _BadEnd:
    what: str
    cause: str
    remedy: str


# By `ended_by`, for ends that nobody wanted.
_BAD_ENDS: Mapping[str, _BadEnd] = {
    "crash": _BadEnd(
        "The agent's process died during the call",
        "It was killed, ran out of memory, or a model crashed it.",
        "journalctl -u understudy around the end of the call; dmesg for the kernel's "
        "out-of-memory killer. The next start closed this record.",
    ),
    "pbx": _BadEnd(
        "Asterisk went away and took the call with it",
        "Asterisk was restarted or crashed.",
        "asterisk -rx 'core show uptime', and Asterisk's own log (/var/log/asterisk/messages).",
    ),
    "error": _BadEnd(
        "The agent could not go on and gave the call up",
        "The fallback below has the reason.",
        "Look for this call's id in the agent's log.",
    ),
    "shutdown": _BadEnd(
        "The agent was stopped during the call",
        "Somebody restarted or updated it while callers were on the line.",
        "Stop it when there are few calls; on a stop the callers left go to the fallback queue.",
    ),
}

# Q.850 causes that say more than "somebody hung up" (16, or 0 where nothing is known).
_CAUSES: Mapping[int, str] = {
    1: "the number does not exist",
    17: "busy",
    18: "the phone did not answer the network",
    19: "nobody picked up",
    20: "the phone is not reachable",
    21: "rejected",
    27: "the destination is out of order",
    31: "cleared by the network without a reason",
    34: "no free line on the trunk",
    38: "the network is out of order",
    41: "a temporary failure of the network",
    42: "the switch is overloaded",
    44: "the line asked for is not there",
    58: "the codec or service is not available",
    88: "the two sides have no codec in common",
    102: "a timer ran out: the far end fell silent",
    127: "an error between networks",
}
_USUAL = frozenset({0, 16})


def ended_badly(case: Case, limits: Limits) -> Iterator[Finding]:
    """The process, the PBX or an error ended the call."""
    bad = _BAD_ENDS.get(case.call.ended_by or "")
    if bad is None:
        return
    severity = Severity.NOTE if case.call.ended_by == "shutdown" else Severity.FAULT
    if case.call.outcome == "resumed":
        severity = Severity.TROUBLE
    yield Finding(
        rule="ended_badly",
        severity=severity,
        what=bad.what,
        at_s=case.end_s,
        evidence=(f"ended by {case.call.ended_by}, outcome {case.call.outcome}",),
        cause=bad.cause,
        remedy=bad.remedy,
    )


def not_answered(case: Case, limits: Limits) -> Iterator[Finding]:
    """The caller never heard the agent."""
    call = case.call
    if call.answered_at is not None or call.ended_at is None or call.outcome == "not_admitted":
        return
    if call.direction is Direction.OUTBOUND:
        return
    yield Finding(
        rule="not_answered",
        severity=Severity.FAULT,
        what=f"The call was never answered; it rang for {call.duration_s:.0f} s",
        evidence=(f"no answer in the record, ended by {call.ended_by}",),
        cause="The caller hung up while media was set up, or setting it up failed."
        if call.ended_by == "caller"
        else "Media could not be set up.",
        remedy="understudy doctor tries media in both directions; the log has what ARI refused.",
    )


def no_end(case: Case, limits: Limits) -> Iterator[Finding]:
    """The record has no end."""
    if case.call.ended_at is None:
        yield Finding(
            rule="no_end",
            severity=Severity.NOTE,
            what="The record has no end: what follows is the call so far",
            evidence=(f"started {case.call.started_at:%Y-%m-%d %H:%M:%S} UTC",),
            cause="The call is still live, or its last records wait for the database.",
            remedy="Ask again later; understudy_records_queued tells what waits.",
        )


def gave_up(case: Case, limits: Limits) -> Iterator[Finding]:
    """The caller hung up while it waited for the agent to say something."""
    if case.call.ended_by != "caller" or not case.turns or case.call.transfer_queue:
        return
    last = max(case.turns, key=lambda turn: turn.end_s)
    waited_s = case.end_s - last.end_s
    if last.speaker is not Speaker.CALLER or waited_s < limits.gave_up_after_s:
        return
    yield Finding(
        rule="gave_up",
        severity=Severity.FAULT,
        what=f"The caller hung up after {waited_s:.1f} s without an answer",
        at_s=last.end_s,
        evidence=(moment(last.end_s, f"caller's last words: {quoted(last.text)}"),),
        cause="The agent was too slow, or the caller had said all it wanted.",
        remedy="See slow answers and stalls in this list; the recording tells which it was.",
    )


def said_nothing(case: Case, limits: Limits) -> Iterator[Finding]:
    """The caller hung up without a word that was heard."""
    if case.call.ended_by == "caller" and case.agent_turns and not case.caller_turns:
        yield Finding(
            rule="said_nothing",
            severity=Severity.NOTE,
            what=f"The caller hung up after {case.end_s:.0f} s; nothing of it was heard",
            at_s=case.end_s,
            evidence=(f"{len(case.agent_turns)} turns of the agent, none of the caller",),
            cause="It did not want to talk to an agent, or was not heard.",
            remedy="Listen to the recording's left side; many such calls: look at the greeting.",
        )


def hangup_cause(case: Case, limits: Limits) -> Iterator[Finding]:
    """The network had something to say about the end."""
    cause = case.call.hangup_cause or 0
    if cause in _USUAL:
        return
    meaning = _CAUSES.get(cause, "a rare cause")
    yield Finding(
        rule="hangup_cause",
        severity=Severity.NOTE,
        what=f"The line was cleared with cause {cause}: {meaning}",
        at_s=case.end_s,
        evidence=(f"hangup cause {cause} (Q.850)",),
        cause="The network or the caller's phone ended the call, not the conversation.",
        remedy="If it is often this cause, show it to the trunk's provider.",
    )
