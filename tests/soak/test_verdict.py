"""The verdict of a soak over courses whose faults are known."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.bench.soak.verdict import Books, Course, Finding, Minute, Rest, exit_status, judge
from tests.pbx.live_agent import Held

MB = 1_000_000
HELD = Held(tasks=20, files=40, udp_sockets=2, resident_bytes=400 * MB)
REST = Rest(HELD, channels=0, bridges=0)
ROWS = {"calls": 60, "turns": 500, "events": 900, "latencies": 400}
MEMORY, LEAKS, RECORDS, LATENCY, SCRIPTS = range(5)


def minute(number: int, *, resident_mb: float = 400.0, answer_ms: float = 400.0) -> Minute:
    return Minute(
        minute=number,
        placed=number,
        ended=number,
        broken=0,
        stored=number,
        answers_ms=(answer_ms, answer_ms - 50.0),
        held=replace(HELD, tasks=30, resident_bytes=int(resident_mb * MB)),
        channels=4,
        bridges=2,
        lag_p99_s=0.005,
        longest_stall_s=0.02,
    )


def course(minutes: int = 60, each: Callable[[int], Minute] = minute) -> Course:
    books = Books(placed=60, open_rows=0, reported=ROWS, stored=ROWS)
    return Course(2, tuple(each(number) for number in range(1, minutes + 1)), REST, REST, books)


def missed(found: tuple[Finding, ...]) -> list[int]:
    return [number for number, finding in enumerate(found) if finding.met is False]


def test_a_course_without_a_fault_meets_every_bar() -> None:
    found = judge(course())
    assert all(finding.met for finding in found)
    assert exit_status(found) == 0


def test_a_steady_leak_of_memory_is_seen() -> None:
    # 0.4 MB a minute: 16 MB of 406 between the medians; and calls that come and go.
    def leaking(number: int) -> Minute:
        return minute(number, resident_mb=400 + 0.4 * number + 2 * (number % 2))

    assert missed(judge(course(each=leaking))) == [MEMORY]
    assert exit_status(judge(course(each=leaking))) == 1


def test_memory_that_grows_while_caches_fill_is_no_leak() -> None:
    assert not missed(judge(course(each=lambda n: minute(n, resident_mb=300 + 10 * min(n, 10)))))


def test_one_minute_of_much_memory_is_no_leak() -> None:
    last = 60
    grown = course(each=lambda n: minute(n, resident_mb=480 if n == last else 400))
    assert not missed(judge(grown))


@pytest.mark.parametrize(
    "left",
    [
        replace(REST, held=replace(HELD, tasks=21)),
        replace(REST, held=replace(HELD, files=41)),
        replace(REST, held=replace(HELD, udp_sockets=3)),
        replace(REST, channels=1),
        replace(REST, bridges=1),
    ],
)
def test_whatever_is_left_at_rest_is_a_leak(left: Rest) -> None:
    assert missed(judge(replace(course(), after=left))) == [LEAKS]


@pytest.mark.parametrize(
    "books",
    [
        Books(60, 0, ROWS, {**ROWS, "turns": 499}),
        Books(60, 0, ROWS, {**ROWS, "events": 901}),
        Books(61, 0, ROWS, ROWS),
        Books(59, 0, ROWS, ROWS),
        Books(60, 1, ROWS, ROWS),
    ],
    ids=["lost turn", "doubled event", "lost call", "doubled call", "open call"],
)
def test_records_that_are_lost_or_doubled_are_seen(books: Books) -> None:
    assert missed(judge(replace(course(), books=books))) == [RECORDS]


@pytest.mark.parametrize(("late_ms", "found"), [(438.0, []), (442.0, [LATENCY])])
def test_answers_may_slow_down_by_a_tenth(late_ms: float, found: list[int]) -> None:
    slower = course(each=lambda n: minute(n, answer_ms=400.0 if n <= 10 else late_ms))
    assert missed(judge(slower)) == found


def test_a_call_that_broke_off_is_seen() -> None:
    last = 60
    broken = course(each=lambda n: replace(minute(n), broken=1 if n == last else 0))
    assert missed(judge(broken)) == [SCRIPTS]


@pytest.mark.parametrize(
    ("minutes", "untold"),
    [(0, [MEMORY, LATENCY, SCRIPTS]), (14, [MEMORY, LATENCY]), (19, [LATENCY]), (20, [])],
)
def test_what_a_short_soak_can_not_tell_is_not_judged(minutes: int, untold: list[int]) -> None:
    found = judge(course(minutes))
    assert [number for number, finding in enumerate(found) if finding.met is None] == untold
    assert exit_status(found) == (2 if untold else 0)


def test_a_fault_outweighs_what_could_not_be_judged() -> None:
    short = replace(course(5), after=replace(REST, channels=1))
    assert exit_status(judge(short)) == 1
