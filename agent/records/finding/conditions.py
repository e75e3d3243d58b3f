"""What is wanted, as conditions of SQL that indexes answer."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Float, cast, extract, func, select

from agent.records.finding.wanted import SLOW_MS, TROUBLE, CallsWanted
from agent.records.finding.words import said
from agent.records.models import AssignedCall, Call, Event, Latency

_ANSWER = "end_of_speech_to_first_audio"


def conditions(wanted: CallsWanted, dialect: str) -> tuple[ColumnElement[bool], ...]:
    """All of them must hold; `dialect` is the engine's."""
    found = [*_of_row(wanted), *_of_length(wanted, dialect), *_of_events(wanted)]
    if wanted.q:
        found.append(said(dialect, wanted.q))
    return tuple(found)


def _of_row(wanted: CallsWanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield Call.started_at >= wanted.since
    if wanted.until is not None:
        yield Call.started_at < wanted.until
    if wanted.caller:
        yield Call.caller_number.contains(wanted.caller, autoescape=True)
    if wanted.outcome == "live":
        yield Call.ended_at.is_(None)
    elif wanted.outcome:
        yield Call.outcome == wanted.outcome
    if wanted.queue:
        yield Call.transfer_queue == wanted.queue
    if wanted.playbook:
        name, _, version = wanted.playbook.partition(" ")
        yield Call.playbook_id == name
        if version:
            yield Call.playbook_version == version
    if wanted.direction is not None:
        yield Call.direction == wanted.direction


def _of_length(wanted: CallsWanted, dialect: str) -> Iterator[ColumnElement[bool]]:
    length: ColumnElement[float]
    if dialect == "postgresql":
        length = cast(extract("epoch", Call.ended_at - Call.started_at), Float)
    else:
        length = 86400.0 * (func.julianday(Call.ended_at) - func.julianday(Call.started_at))
    if wanted.longer_s is not None:
        yield length >= wanted.longer_s
    if wanted.shorter_s is not None:
        yield length <= wanted.shorter_s


def _of_events(wanted: CallsWanted) -> Iterator[ColumnElement[bool]]:
    if wanted.variant:
        yield Call.id.in_(
            select(AssignedCall.call_id).where(AssignedCall.variant == wanted.variant)
        )
    if wanted.slow:
        slow = Latency.name == _ANSWER, Latency.ms > SLOW_MS
        yield Call.id.in_(select(Latency.call_id).where(*slow))
    if wanted.trouble:
        yield Call.id.in_(select(Event.call_id).where(Event.kind.in_(TROUBLE)))
    if wanted.barge_ins is not None:
        some = select(Event.call_id).where(Event.kind == "barge_in_committed")
        some = some.group_by(Event.call_id).having(func.count() >= wanted.barge_ins)
        yield Call.id.in_(some)
