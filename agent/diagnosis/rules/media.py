"""RTP: sound that did not come, came late, or came from elsewhere."""

from collections.abc import Iterator

from agent.diagnosis.case import Case, moment
from agent.diagnosis.finding import Finding, Severity
from agent.diagnosis.limits import Limits

_TICK_MS = 20


def one_way(case: Case, limits: Limits) -> Iterator[Finding]:
    """One side heard nothing."""
    media = case.media
    if not media:
        return
    received, sent = media["packets_received"], media["packets_sent"]
    evidence = (f"{received} packets came from Asterisk, {sent} were sent to it",)
    if not received and sent >= limits.a_second_of_packets:
        elsewhere = media["wrong_source"] or media["before_connect"]
        yield Finding(
            rule="one_way",
            severity=Severity.FAULT,
            what="One-way audio: nothing was heard of the caller",
            evidence=(*evidence, f"{media['wrong_source']} packets from another address"),
            cause="Sound came from another address than Asterisk said."
            if elsewhere
            else "Asterisk's packets do not reach the agent.",
            remedy="media.bind_host has to be an address that Asterisk reaches, and the firewall "
            "has to let media.first_port to media.last_port through; understudy doctor tries it.",
        )
    elif not sent and received >= limits.a_second_of_packets:
        yield Finding(
            rule="one_way",
            severity=Severity.FAULT,
            what="One-way audio: nothing was sent to the caller",
            evidence=(*evidence, f"{media['send_errors']} errors of sending"),
            cause="The process stood still, or the network refused its packets.",
            remedy="Look for 'media' in the log at the call's time, and at the routes to Asterisk.",
        )


def stream_stopped(case: Case, limits: Limits) -> Iterator[Finding]:
    """No RTP for seconds, in the middle of a call."""
    lost, back = case.events("media_lost"), case.events("media_back")
    if not lost:
        return
    came_back = bool(back) and back[-1].at_s >= lost[-1].at_s
    lines = [
        *(moment(e.at_s, f"nothing for {e.data.get('seconds')} s") for e in lost),
        *(moment(e.at_s, f"sound again after {e.data.get('seconds')} s") for e in back),
    ]
    yield Finding(
        rule="stream_stopped",
        severity=Severity.TROUBLE if came_back else Severity.FAULT,
        what="The caller's sound stopped"
        + (" and came back" if came_back else " and did not come back"),
        at_s=lost[0].at_s,
        evidence=tuple(sorted(lines)),
        cause="The caller's network was lost, a phone was put on hold without music, or Asterisk "
        "stopped.",
        remedy="asterisk -rx 'pjsip show channelstats' during such a call; one trunk or one phone?",
    )


def loss(case: Case, limits: Limits) -> Iterator[Finding]:
    """Packets that never came."""
    received = case.media.get("packets_received", 0)
    lost = case.media.get("lost", 0)
    if not received:
        return
    share = lost / (received + lost)
    if share > limits.loss:
        yield Finding(
            rule="loss",
            severity=Severity.FAULT if share > limits.bad_loss else Severity.TROUBLE,
            what=f"{share:.1%} of the caller's packets were lost",
            evidence=(f"{lost} of {received + lost} packets, {case.media['late']} more too late",),
            cause="The caller's network; the recogniser mishears what is not there.",
            remedy="asterisk -rx 'pjsip show channelstats' tells which leg loses packets.",
        )


def jitter(case: Case, limits: Limits) -> Iterator[Finding]:
    """Packets that came unevenly."""
    jitter_ms = case.media.get("jitter_ms", 0.0)
    if jitter_ms > limits.jitter_ms:
        yield Finding(
            rule="jitter",
            severity=Severity.NOTE,
            what=f"The caller's packets came unevenly ({jitter_ms:.0f} ms of jitter)",
            evidence=(
                f"jitter buffer at {case.media['buffer_target_ms']} ms, "
                f"{case.media['late']} packets too late for it",
            ),
            cause="A busy network or a radio link.",
            remedy="Voice packets need priority (DSCP EF) on the caller's way.",
        )


def strange_packets(case: Case, limits: Limits) -> Iterator[Finding]:
    """Packets that were dropped for what they were."""
    media = case.media
    counted = {
        "from another address": media.get("wrong_source", 0),
        "no RTP": media.get("malformed", 0),
        "of another codec": media.get("wrong_payload_type", 0),
    }
    found = {reason: count for reason, count in counted.items() if count}
    if found and media.get("packets_received"):
        many = max(found.values()) >= limits.a_second_of_packets
        yield Finding(
            rule="strange_packets",
            severity=Severity.TROUBLE if many else Severity.NOTE,
            what="Packets were dropped: "
            + ", ".join(f"{count} {reason}" for reason, count in found.items()),
            evidence=(f"{media['packets_received']} good ones",),
            cause="Asterisk changed the codec within the call, or somebody else sends to the port.",
            remedy="Close the media ports to all but Asterisk; allow one codec on the endpoint.",
        )


def late_sending(case: Case, limits: Limits) -> Iterator[Finding]:
    """The agent's own packets left late or not at all."""
    media = case.media
    skipped, p99_ms = media.get("skipped_ticks", 0), media.get("pacing_p99_ms", 0.0)
    if skipped or p99_ms > limits.late_p99_ms:
        stood_ms = skipped * _TICK_MS
        felt = stood_ms >= limits.stutter_ms or p99_ms > limits.late_p99_ms
        yield Finding(
            rule="late_sending",
            severity=Severity.TROUBLE if felt else Severity.NOTE,
            what="The agent's voice stuttered"
            + (f": {stood_ms} ms of it were not sent" if skipped else ""),
            evidence=(
                f"packets left {p99_ms:.0f} ms late at the 99th percentile, at most "
                f"{media['pacing_max_ms']:.0f} ms; {media['pacing_late']} of "
                f"{media['packets_sent']} late by more than 5 ms",
            ),
            cause="The process or the machine stood still: too many calls, another program, "
            "swapping.",
            remedy="The log's lines 'event loop stalled' have where; see understudy_loop_stalls.",
        )
