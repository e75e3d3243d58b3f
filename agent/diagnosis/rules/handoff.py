"""The way to a human."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.diagnosis.case import Case, moment
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits
from agent.records.models import Event


@dataclass(frozen=True, slots=True)
class _Returned:
    what: str
    remedy: str


# Asterisk's QUEUESTATUS, in words.
_STATUSES: Mapping[str, _Returned] = {
    "TIMEOUT": _Returned(
        "nobody took the call in time",
        "Longer handoff.queue_timeout_s, or more people in the queue.",
    ),
    "FULL": _Returned("the queue was full", "maxlen of this queue in queues.conf."),
    "JOINEMPTY": _Returned(
        "nobody was logged in", "asterisk -rx 'queue show'; opening hours of the queue."
    ),
    "LEAVEEMPTY": _Returned(
        "the last one logged out meanwhile", "asterisk -rx 'queue show' and queue_log."
    ),
    "JOINUNAVAIL": _Returned(
        "nobody who was logged in could be rung", "Who is paused or unregistered? 'queue show'."
    ),
    "LEAVEUNAVAIL": _Returned(
        "nobody could be rung any more", "Who is paused or unregistered? 'queue show'."
    ),
    "CONTINUE": _Returned("the queue went on in the dialplan", "The queue's context option."),
}
_UNKNOWN = _Returned(
    "the queue did not say why",
    "asterisk -rx 'queue show': is there a queue of this name? Asterisk's log at that time.",
)


def not_sent(case: Case, limits: Limits) -> Iterator[Finding]:
    """A human was wanted, and the agent saw that there was none."""
    for event in case.events("transfer_refused"):
        queue = event.data.get("queue", "")
        yield Finding(
            rule="not_sent",
            severity=Severity.TROUBLE,
            what=f"The caller was to go to the queue '{queue}' and was not sent: "
            f"{event.data.get('why', 'it was refused')}",
            at_s=event.at_s,
            evidence=(moment(event.at_s, f"queue {queue} looked at before the promise"),),
            cause="No member of the queue was logged in and unpaused.",
            remedy=f"asterisk -rx 'queue show {queue}'; opening hours in the playbook.",
        )
    for event in case.events("queue_busy"):
        data = event.data
        yield Finding(
            rule="not_sent",
            severity=Severity.NOTE,
            what=f"Everybody in '{data.get('queue')}' was busy; the caller was asked first",
            at_s=event.at_s,
            evidence=(moment(event.at_s, f"{data.get('ahead')} callers ahead"),),
            cause="More callers than people.",
            remedy="See understudy_handoff_wait_seconds over the day.",
        )


def handoff_result(case: Case, limits: Limits) -> Iterator[Finding]:
    """A transfer that failed, and why."""
    queue = case.call.transfer_queue or ""
    rang = tuple(_rang(event) for event in case.events("queue_log") if _unanswered(event))
    for event in case.events("transfer_returned"):
        status = str(event.data.get("status", "")).upper()
        known = _STATUSES.get(status, _UNKNOWN)
        waited = _waited(event)
        yield Finding(
            rule="handoff_result",
            severity=Severity.FAULT,
            what=f"The caller came back from the queue '{queue}': {known.what}",
            at_s=event.at_s,
            evidence=(moment(event.at_s, f"QUEUESTATUS {status or 'empty'}{waited}"), *rang),
            cause="Phones rang and nobody picked up." if rang else known.what.capitalize() + ".",
            remedy=known.remedy,
        )
    for event in case.events("transfer_abandoned"):
        yield Finding(
            rule="handoff_result",
            severity=Severity.FAULT,
            what=f"The caller hung up in the queue '{queue}'",
            at_s=event.at_s,
            evidence=(moment(event.at_s, f"gave up{_waited(event)}"), *rang),
            cause=_why_left(event, limits, rang=bool(rang)),
            remedy=f"asterisk -rx 'queue show {queue}': who was logged in, who was on a call?",
        )
    started = case.events("transfer_started")
    if started and case.call.ended_at is not None and not case.call.transfer_result:
        yield Finding(
            rule="handoff_result",
            severity=Severity.TROUBLE,
            what=f"What became of the caller in the queue '{queue}' is not known",
            at_s=started[-1].at_s,
            evidence=(moment(started[-1].at_s, f"sent there: {started[-1].data.get('reason')}"),),
            cause="The agent lost sight of the call: AMI away, or the process ended.",
            remedy="queue_log of Asterisk has it under the call's Linkedid "
            f"({case.call.linked_id or 'unknown'}).",
        )


def waited_long(case: Case, limits: Limits) -> Iterator[Finding]:
    """A human answered, late."""
    for event in case.events("transfer_answered"):
        waited_s = event.data.get("wait_s", 0)
        if waited_s > limits.long_wait_s:
            yield Finding(
                rule="waited_long",
                severity=Severity.TROUBLE,
                what=f"The caller waited {waited_s:.0f} s for a human",
                at_s=event.at_s,
                evidence=(moment(event.at_s, f"{event.data.get('member', 'a member')} answered"),),
                cause="More callers than people.",
                remedy="See understudy_handoff_wait_seconds over the day.",
            )


def short_talk(case: Case, limits: Limits) -> Iterator[Finding]:
    """The human hung up at once."""
    for event in case.events("queue_log"):
        talk_s = event.data.get("talk_s")
        ended_by_human = event.data.get("event") == "COMPLETEAGENT"
        if ended_by_human and talk_s is not None and talk_s < limits.short_talk_s:
            yield Finding(
                rule="short_talk",
                severity=Severity.TROUBLE,
                what=f"The human hung up after {talk_s} s",
                at_s=event.at_s,
                evidence=(moment(event.at_s, f"{event.data.get('member', 'a member')}"),),
                cause="No sound between caller and human, a wrong key, or a call not wanted.",
                remedy="Ask the human; listen to the queue's own recording.",
            )


def _why_left(event: Event, limits: Limits, *, rang: bool) -> str:
    if event.data.get("wait_s", limits.at_once_s) < limits.at_once_s:
        return "It left at once: it did not want to wait, or heard nothing there."
    return "Phones rang and nobody picked up." if rang else "The wait was too long."


def _unanswered(event: Event) -> bool:
    return bool(event.data.get("event") == "RINGNOANSWER")


def _rang(event: Event) -> str:
    member, rang_s = event.data.get("member", "a phone"), event.data.get("ring_s")
    return moment(event.at_s, f"{member} rang" + (f" for {rang_s:g} s" if rang_s else ""))


def _waited(event: Event) -> str:
    waited_s = event.data.get("wait_s")
    return f" after {waited_s:g} s" if waited_s is not None else ""
