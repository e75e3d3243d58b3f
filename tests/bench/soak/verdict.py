"""What a soak has shown: its minutes, what is left at rest, and whether each bar is met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.pbx.live_agent import Held

# Until then caches fill and the allocator settles.
_SETTLED_MIN = 10

_RSS_GROWTH = 0.03
_SLOWER = 0.10
_LATENCY_MIN = 10
# Memory goes up and down with each call: the median of some minutes stands for a moment.
_RSS_MIN = 3, 10


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of calls, looked at when it was over.

    `answers_ms` and `lag_p99_s` are of this minute alone; the latter is the upper bound of its bin,
    None above the last one. All else counts since the agent started, warming up included: `placed`
    calls were answered, `ended` of them are over, `broken` ones were not answered or did not go by
    their script, and `stored` are the rows of calls.
    """

    minute: int
    placed: int
    ended: int
    broken: int
    stored: int
    answers_ms: tuple[float, ...]
    held: Held
    channels: int
    bridges: int
    lag_p99_s: float | None
    longest_stall_s: float


@dataclass(frozen=True, slots=True)
class Rest:
    """What is held while no call is live."""

    held: Held
    channels: int
    bridges: int


@dataclass(frozen=True, slots=True)
class Books:
    """What was said to have happened, and what the database has.

    `reported` and `stored` have the same keys: a kind of record each.
    """

    placed: int
    open_rows: int
    reported: Mapping[str, int]
    stored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Course:
    """A whole soak; `before` and `after` are at rest, with the same warm process."""

    calls_at_once: int
    minutes: tuple[Minute, ...]
    before: Rest
    after: Rest
    books: Books


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one bar is met; None where the soak was too short to tell."""

    bar: str
    met: bool | None
    figures: str


def judge(course: Course) -> tuple[Finding, ...]:
    """Every bar, in the order in which they are told."""
    return (
        _memory(course.minutes),
        _leaks(course.before, course.after),
        _records(course.books),
        _latency(course.minutes),
        _scripts(course.minutes),
    )


def exit_status(findings: Sequence[Finding]) -> int:
    """0 when all bars are met, 1 when one is missed, 2 when one could not be judged."""
    if any(finding.met is False for finding in findings):
        return 1
    return 2 if any(finding.met is None for finding in findings) else 0


def growth(minutes: Sequence[Minute]) -> float | None:
    """By what share memory has grown since it settled, between medians of up to ten minutes.

    None before that can be told.
    """
    settled = minutes[_SETTLED_MIN - 1 :]
    fewest, most = _RSS_MIN
    window = min(most, len(settled) // 2)
    if window < fewest:
        return None
    first, last = (
        float(np.median([minute.held.resident_bytes for minute in some]))
        for some in (settled[:window], settled[-window:])
    )
    return last / first - 1.0


def answers(minutes: Sequence[Minute]) -> tuple[float, ...]:
    """All answer latencies of these minutes, in ms."""
    return tuple(ms for minute in minutes for ms in minute.answers_ms)


def first_and_last(minutes: Sequence[Minute]) -> tuple[Sequence[Minute], Sequence[Minute]]:
    """The minutes at both ends whose latencies are held against each other."""
    return minutes[:_LATENCY_MIN], minutes[-_LATENCY_MIN:]


def _memory(minutes: Sequence[Minute]) -> Finding:
    bar = f"memory grows by less than {_RSS_GROWTH:.0%} after minute {_SETTLED_MIN}"
    grown = growth(minutes)
    if grown is None:
        needed = _SETTLED_MIN - 1 + 2 * _RSS_MIN[0]
        return Finding(bar, None, f"{len(minutes)} of the {needed} minutes that it takes")
    settled = minutes[_SETTLED_MIN - 1].held.resident_bytes
    sizes = f"{settled / 1e6:.0f} MB then, {minutes[-1].held.resident_bytes / 1e6:.0f} MB now"
    return Finding(bar, grown < _RSS_GROWTH, f"{grown:+.1%} ({sizes})")


def _leaks(before: Rest, after: Rest) -> Finding:
    held = (("tasks", "tasks"), ("files", "files"), ("udp_sockets", "UDP sockets"))
    left = [(name, getattr(after.held, field), getattr(before.held, field)) for field, name in held]
    left += [("channels", after.channels, 0), ("bridges", after.bridges, 0)]
    figures = ", ".join(f"{name} {now} (allowed {most})" for name, now, most in left)
    return Finding("nothing leaked at rest", all(now <= most for _, now, most in left), figures)


def _records(books: Books) -> Finding:
    kept = books.reported == books.stored and not books.open_rows
    kept = kept and books.stored["calls"] == books.placed
    told = [
        f"{kind} {books.stored[kind]} of {count}"
        for kind, count in {**books.reported, "calls": books.placed}.items()
    ]
    figures = f"stored: {', '.join(told)}; {books.open_rows} calls still open"
    return Finding("every record stored once", kept, figures)


def _latency(minutes: Sequence[Minute]) -> Finding:
    bar = f"p95 of the last {_LATENCY_MIN} minutes within {_SLOWER:.0%} of the first"
    first, last = map(answers, first_and_last(minutes))
    if len(minutes) < 2 * _LATENCY_MIN or not first or not last:
        needed = 2 * _LATENCY_MIN
        return Finding(bar, None, f"{len(minutes)} of the {needed} minutes that it takes")
    was_ms, is_ms = (float(np.percentile(some, 95)) for some in (first, last))
    figures = f"{was_ms:.0f} ms, then {is_ms:.0f} ms: {is_ms / was_ms - 1.0:+.1%}"
    return Finding(bar, is_ms <= was_ms * (1.0 + _SLOWER), figures)


def _scripts(minutes: Sequence[Minute]) -> Finding:
    bar = "every call went by its script"
    if not minutes:
        return Finding(bar, None, "no minute was completed")
    last = minutes[-1]
    return Finding(bar, not last.broken, f"{last.broken} of {last.ended} calls did not")
