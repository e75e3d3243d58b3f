"""Events that are findings by themselves, and what the call was given up for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.diagnosis.case import Case, moment
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits
from agent.records.models import Event


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What an event of a kind means."""

    kind: str
    severity: Severity
    what: str
    cause: str
    remedy: str


_TROUBLES = (
    _Trouble(
        "recognition_behind",
        Severity.TROUBLE,
        "Recognition fell behind the caller's speech",
        "Too many calls for the cores.",
        'understudy_model_wait_seconds{pool="asr"}; admission should have refused before.',
    ),
    _Trouble(
        "not_admitted",
        Severity.FAULT,
        "The caller went to the queue at once: there was no room for the call",
        "The machine was full; a stuttering agent would have been worse.",
        "The reason is the figure that was full (section admission); more cores or an instance.",
    ),
    _Trouble(
        "waits_for_room",
        Severity.NOTE,
        "The caller was asked to wait a moment before the call began",
        "The machine was nearly full.",
        "Look at understudy_admission_load over the day.",
    ),
    _Trouble(
        "pbx_away",
        Severity.NOTE,
        "Asterisk's events were away during the call; the talk went on",
        "The connection to ARI broke, or Asterisk was busy.",
        "asterisk -rx 'core show uptime'; the log's lines 'lost Asterisk'.",
    ),
    _Trouble(
        "error",
        Severity.NOTE,
        "Something failed after the caller had left for the queue",
        "The reason is in the evidence.",
        "The caller was not affected; look for the call's id in the log.",
    ),
    _Trouble(
        "recording_stopped",
        Severity.TROUBLE,
        "The recording stopped during the call",
        "The disk is full or can't be written.",
        "df on records.recordings_dir; understudy retention shows what can go.",
    ),
    _Trouble(
        "webhook_failed",
        Severity.TROUBLE,
        "The human's screen did not get what was known of the call",
        "The webhook's address is away, or refused the message.",
        "Try handoff.webhook_url from this machine (curl); the evidence has its answer.",
    ),
    _Trouble(
        "supervisor",
        Severity.NOTE,
        "A supervisor stepped in",
        "The desk's audit log has who and when.",
        "Nothing to repair: what followed was the supervisor's wish.",
    ),
    _Trouble(
        "resumed",
        Severity.NOTE,
        "This call goes on from an earlier one",
        "The caller rang back, or the agent was restarted and took the caller back.",
        "understudy rca of the earlier call tells why it ended.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a call was given up; the first whose `pattern` is in the reason holds."""

    pattern: re.Pattern[str]
    cause: str
    remedy: str


def _reason(pattern: str, cause: str, remedy: str) -> _Reason:
    return _Reason(re.compile(pattern, re.IGNORECASE), cause, remedy)


_REASONS = (
    _reason(
        "shutting down",
        "The agent was stopped while the call was live.",
        "Stop it when there are few calls; a longer serve.drain_s lets more of them end.",
    ),
    _reason(
        "too many calls",
        "The machine was full.",
        "Section admission has the limits; see what was full in the event not_admitted.",
    ),
    _reason(
        "nothing came of|did nothing for",
        "A model hung, or the decision never came back.",
        "The log's lines 'engine hangs'; understudy models verify; is the machine swapping?",
    ),
    _reason(
        "recognition",
        "The recogniser failed in this call.",
        "understudy models verify; the log has the recogniser's own error.",
    ),
    _reason(
        "media failed|no sound has come",
        "The call's sound broke.",
        "The log has 'media_tick_failed' or 'media_packet_failed'; else see the media findings.",
    ),
    _reason(
        "no free port|ports",
        "All RTP ports are in use.",
        "A wider media.first_port to media.last_port, and the firewall with it.",
    ),
    _reason(
        "codec",
        "The caller's codec is none that the agent speaks.",
        "Allow ulaw, alaw or g722 on the endpoint (pjsip.conf).",
    ),
    _reason(
        "Asterisk|ARI|HTTP",
        "Asterisk refused or did not answer a request.",
        "The sentence says which; understudy doctor compares rights and modules.",
    ),
    _reason(
        "synthesi|voice|piper",
        "The voice failed.",
        "understudy models verify; the log has the voice's own error.",
    ),
    _reason(
        "internal error",
        "A defect of the agent.",
        "The log has 'call failed' with the place in the code: please report it.",
    ),
)
_UNKNOWN = _reason("", "The reason is in the evidence.", "Look for the call's id in the log.")


def fell_back(case: Case, limits: Limits) -> Iterator[Finding]:
    """The agent gave the call up, and to whom the caller went."""
    for event in case.events("fallback"):
        reason = str(event.data.get("reason", ""))
        known = next((known for known in _REASONS if known.pattern.search(reason)), _UNKNOWN)
        yield Finding(
            rule="fell_back",
            severity=Severity.NOTE if "shutting down" in reason else Severity.FAULT,
            what="The agent gave the call up and handed the caller to the fallback queue",
            at_s=event.at_s,
            evidence=(moment(event.at_s, f"reason: {reason}"),),
            cause=known.cause,
            remedy=known.remedy,
        )


def stuck(case: Case, limits: Limits) -> Iterator[Finding]:
    """Something hung; the caller was asked to wait, the first time."""
    events = case.events("stalled")
    if events:
        survived = all(event.data.get("stand_in") for event in events)
        yield Finding(
            rule="stuck",
            severity=Severity.TROUBLE if survived else Severity.FAULT,
            what="The agent got stuck and asked the caller to wait a moment"
            if survived
            else "The agent got stuck",
            at_s=events[0].at_s,
            evidence=tuple(moment(event.at_s, _details(event)) for event in events),
            cause="A model or the database did not come back in time.",
            remedy="understudy_model_stuck and the log's lines 'engine hangs'; understudy models "
            "verify.",
        )


def troubles(case: Case, limits: Limits) -> Iterator[Finding]:
    """What events say by themselves, one finding a kind."""
    for trouble in _TROUBLES:
        events = case.events(trouble.kind)
        if events:
            yield Finding(
                rule=trouble.kind,
                severity=trouble.severity,
                what=trouble.what,
                at_s=events[0].at_s,
                evidence=tuple(moment(event.at_s, _details(event)) for event in events),
                cause=trouble.cause,
                remedy=trouble.remedy,
            )


def _details(event: Event) -> str:
    details = ", ".join(f"{key} {value}" for key, value in event.data.items())
    return f"{event.kind}: {details}" if details else event.kind
