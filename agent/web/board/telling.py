"""How a call changes by what is told of it: pure functions from a call to the next."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent.calls.glimpse import Glimpse
from agent.calls.state import CallState
from agent.dialogue.mood import MoodLevel
from agent.records.models import Speaker
from agent.records.records import (
    ASSIGNED,
    DECIDED,
    NOT_KEPT,
    RECORDING_REFUSED,
    TAKEN_OVER,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    TurnRecord,
)
from agent.records.transcript import event_text
from agent.web.board.live_call import Entry, LiveCall, Phase

# A transcript shows no more than this of a call; its page has all of it afterwards.
MOST_ENTRIES = 200
_MOST_WAITS = 50
_ANSWER = "end_of_speech_to_first_audio"
# Events that a watcher has no use for: turns, phases and figures show them.
_QUIET = frozenset(
    {
        "end_of_turn",
        "turn_taking",
        "barge_in_paused",
        "mood",
        "queue_log",
        "half_duplex",
        ASSIGNED,
        DECIDED,
    }
)
# Whoever had the caller has let go of it.
_COMPLETED = frozenset({"COMPLETECALLER", "COMPLETEAGENT", "TRANSFER"})
_PHASES: Mapping[CallState, Phase] = MappingProxyType(
    {
        CallState.RINGING: Phase.RINGING,
        CallState.SCREENING: Phase.SCREENING,
        CallState.SPEAKING: Phase.AGENT_SPEAKS,
        CallState.LISTENING: Phase.WAITING,
        CallState.THINKING: Phase.THINKING,
        CallState.HANDED_OVER: Phase.IN_QUEUE,
        CallState.ENDED: Phase.ENDED,
    }
)


def begun(record: CallStarted) -> LiveCall:
    """A call that has just come in."""
    playbook = " ".join(part for part in (record.playbook_id, record.playbook_version) if part)
    return LiveCall(
        call_id=record.call_id,
        direction=record.direction,
        caller=record.caller_number or "",
        called=record.called_exten or "",
        since=record.started_at,
        playbook=playbook,
        variant=record.assignment.variant if record.assignment is not None else "",
    )


def with_turn(call: LiveCall, record: TurnRecord) -> LiveCall:
    """Somebody has said something; a turn is understood when it is told."""
    stage = record.stage or call.stage
    if record.speaker is Speaker.CALLER:
        said = _entry(call, record.start_s, record.text, Speaker.CALLER, intent=record.intent or "")
        # A mood is told after its turn, and only when it is not calm.
        call = replace(call, caller_words="", mood=MoodLevel.CALM, mood_reasons=())
        return _added(replace(call, stage=stage), said)
    heard = record.text if record.heard_text is None else record.heard_text
    unheard = record.text[len(heard) :].strip()
    said = _entry(
        call, record.start_s, heard, Speaker.AGENT, unheard=unheard, wait_ms=call.next_wait_ms
    )
    return _added(replace(call, agent_words="", stage=stage, next_wait_ms=None), said)


def with_latency(call: LiveCall, record: LatencyRecord) -> LiveCall:
    """A wait was measured; the caller's wait for an answer is the one that is shown."""
    if record.name != _ANSWER:
        return call
    waits = (*call.waits_ms, record.ms)[-_MOST_WAITS:]
    return replace(call, waits_ms=waits, next_wait_ms=record.ms)


def with_event(call: LiveCall, record: EventRecord) -> LiveCall:
    """Something has happened."""
    change = _CHANGES.get(record.kind)
    if change is not None:
        call = change(call, record.data)
    if record.kind in _QUIET:
        return call
    name, _, details = event_text(record).partition(": ")
    return _added(call, _entry(call, record.at_s, details, kind=name))


def ended(call: LiveCall, record: CallEnded) -> LiveCall:
    """The agent's part of the call is over; a human may have the caller."""
    return replace(
        call,
        phase=call.phase if call.phase is Phase.WITH_HUMAN else Phase.ENDED,
        outcome=record.outcome,
        slots=record.slots,
        caller_words="",
        agent_words="",
    )


def seen(call: LiveCall, glimpse: Glimpse) -> LiveCall:
    """What the call does at this moment."""
    if call.phase in (Phase.WITH_HUMAN, Phase.ENDED):
        return call
    phase = _PHASES[glimpse.state]
    if phase is Phase.AGENT_SPEAKS and glimpse.paused:
        phase = Phase.PAUSED
    elif phase is Phase.WAITING and glimpse.caller_speaks:
        phase = Phase.CALLER_SPEAKS
    # Between the end of a turn and its record its words are nowhere else.
    thinking = phase is Phase.THINKING and not glimpse.caller_words
    now = replace(
        call,
        phase=phase,
        stage=glimpse.stage or call.stage,
        caller_words=call.caller_words if thinking else glimpse.caller_words,
        agent_words=glimpse.agent_words,
        slots=glimpse.slots,
        half_duplex=glimpse.half_duplex,
    )
    return call if now == call else now


def _entry(
    call: LiveCall, at_s: float, text: str, speaker: Speaker | None = None, **values: Any
) -> Entry:
    return Entry(number=call.told, at_s=at_s, text=text, speaker=speaker, **values)


def _added(call: LiveCall, entry: Entry) -> LiveCall:
    """An agent's turn is told at its end, and so after what happened in it: it goes before that."""
    late = bool(call.entries) and entry.at_s < call.entries[-1].at_s
    entries = sorted((*call.entries, entry), key=lambda known: known.at_s)
    return replace(
        call,
        entries=tuple(entries[-MOST_ENTRIES:]),
        told=call.told + 1,
        revisions=call.revisions + late,
    )


def _barge_in(call: LiveCall, _: Mapping[str, Any]) -> LiveCall:
    return replace(call, barge_ins=call.barge_ins + 1)


def _mood(call: LiveCall, data: Mapping[str, Any]) -> LiveCall:
    level = MoodLevel[str(data["level"]).upper()]
    return replace(call, mood=level, mood_reasons=tuple(data.get("reasons", ())))


def _by_turns(call: LiveCall, _: Mapping[str, Any]) -> LiveCall:
    return replace(call, half_duplex=True)


def _to_queue(call: LiveCall, data: Mapping[str, Any]) -> LiveCall:
    return replace(call, phase=Phase.IN_QUEUE, queue=data.get("queue", ""), position=None)


def _taken(call: LiveCall, data: Mapping[str, Any]) -> LiveCall:
    return replace(
        call, phase=Phase.WITH_HUMAN, human=data.get("member") or data.get("by", ""), position=None
    )


def _talk_ended(call: LiveCall, _: Mapping[str, Any]) -> LiveCall:
    return replace(call, phase=Phase.ENDED)


def _returned(call: LiveCall, _: Mapping[str, Any]) -> LiveCall:
    return replace(call, phase=Phase.AGENT_SPEAKS, queue="", position=None)


def _queue_log(call: LiveCall, data: Mapping[str, Any]) -> LiveCall:
    if data.get("event") == "ENTERQUEUE":
        return replace(call, position=data.get("position"))
    if data.get("event") in _COMPLETED and call.phase is Phase.WITH_HUMAN:
        return _talk_ended(call, data)
    return call


def _assigned(call: LiveCall, data: Mapping[str, Any]) -> LiveCall:
    return replace(call, variant=data.get("variant", ""))


def _refused(call: LiveCall, data: Mapping[str, Any]) -> LiveCall:
    """What was said so far is not kept, so it is not shown either."""
    if data.get("text_kept"):
        return call
    entries = tuple(
        replace(entry, text=NOT_KEPT if entry.speaker else entry.text, unheard="")
        for entry in call.entries
    )
    return replace(
        call, entries=entries, revisions=call.revisions + 1, caller_words="", agent_words=""
    )


_CHANGES: Mapping[str, Callable[[LiveCall, Mapping[str, Any]], LiveCall]] = MappingProxyType(
    {
        "barge_in_committed": _barge_in,
        "mood": _mood,
        "half_duplex": _by_turns,
        "transfer_started": _to_queue,
        "transfer_answered": _taken,
        TAKEN_OVER: _taken,
        "transfer_returned": _returned,
        "talk_ended": _talk_ended,
        "queue_log": _queue_log,
        ASSIGNED: _assigned,
        RECORDING_REFUSED: _refused,
    }
)
