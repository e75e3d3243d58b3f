"""The ticker under a fake clock: deadlines, stalls, failures."""

from agent.media.clock import MAX_REPLAYED_TICKS, MediaClock


class FakeTime:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


class Session:
    """Notes each tick as (ms since the start, send)."""

    def __init__(self) -> None:
        self.ticks: list[tuple[int, bool]] = []

    def tick(self, deadline_s: float, send: bool) -> None:
        self.ticks.append((round((deadline_s - 100) * 1000), send))


class BrokenSession(Session):
    def tick(self, deadline_s: float, send: bool) -> None:
        raise RuntimeError("broken")


def ignore(error: Exception) -> None:
    raise AssertionError(error)


def run(clock: MediaClock, time: FakeTime, *at_ms: float) -> None:
    for each in at_ms:
        time.s = 100 + each / 1000
        clock.run_due(time.s)


def clock_with(*sessions: Session) -> tuple[MediaClock, FakeTime]:
    time = FakeTime()
    clock = MediaClock(time)
    for session in sessions:
        clock.add(session, ignore)
    return clock, time


def test_deadlines_are_absolute_however_late_each_wake_up() -> None:
    session = Session()
    clock, time = clock_with(session)
    run(clock, time, 1, 23, 47, 60.5, 79)
    assert session.ticks == [(0, True), (20, True), (40, True), (60, True)]
    assert clock.wake_lateness.max_ms > 6.9
    assert clock.wake_lateness.late == 1


def test_sessions_spread_over_four_phases() -> None:
    sessions = [Session() for _ in range(5)]
    clock, time = clock_with(*sessions)
    run(clock, time, *range(0, 30, 5))
    assert [session.ticks[0][0] for session in sessions] == [0, 5, 10, 15, 0]
    assert [len(session.ticks) for session in sessions] == [2, 2, 1, 1, 2]


def test_after_a_stall_every_tick_runs_and_only_the_last_three_send() -> None:
    session = Session()
    clock, time = clock_with(session)
    run(clock, time, 0, 121)
    sent = [at for at, send in session.ticks if send]
    skipped = [at for at, send in session.ticks if not send]
    assert (skipped, sent) == ([20, 40, 60], [0, 80, 100, 120])
    assert clock.skipped_ticks == 3
    run(clock, time, 140)
    assert session.ticks[-1] == (140, True)


def test_a_very_long_stall_is_not_replayed_whole() -> None:
    session = Session()
    clock, time = clock_with(session)
    run(clock, time, 0, 3600_001)
    assert len(session.ticks) == 1 + MAX_REPLAYED_TICKS
    assert session.ticks[-1] == (3600_000, True)


def test_one_failing_session_is_removed_and_the_others_go_on() -> None:
    broken, healthy = BrokenSession(), Session()
    failures: list[Exception] = []
    time = FakeTime()
    clock = MediaClock(time)
    clock.add(broken, failures.append)
    clock.add(healthy, ignore)
    run(clock, time, 5, 25)
    assert [str(error) for error in failures] == ["broken"]
    assert len(healthy.ticks) == 2
    assert clock.sessions == 1


def test_a_session_that_another_one_closes_is_not_ticked_again() -> None:
    second = Session()
    time = FakeTime()
    clock = MediaClock(time)

    class Closing(Session):
        def tick(self, deadline_s: float, send: bool) -> None:
            clock.unregister(second)

    clock.add(Closing(), ignore)
    for _ in range(3):
        clock.add(Session(), ignore)
    clock.add(second, ignore)  # the same phase as the closing one
    run(clock, time, 1)
    assert second.ticks == []


def test_a_session_joining_later_starts_with_a_deadline_of_its_own_phase() -> None:
    first, second = Session(), Session()
    clock, time = clock_with(first)
    run(clock, time, 0, 20, 40)
    time.s = 100.047
    clock.add(second, ignore)
    run(clock, time, 60, 66)
    assert second.ticks == [(65, True)]


async def test_the_timer_runs_only_while_there_are_sessions() -> None:
    clock = MediaClock()
    session = Session()
    clock.register(session, ignore)
    assert clock.next_wake_s is not None
    clock.unregister(session)
    assert clock.next_wake_s is None
    clock.register(session, ignore)
    clock.close()
    assert clock.next_wake_s is None
