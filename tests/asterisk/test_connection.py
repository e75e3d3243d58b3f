from agent.asterisk.connection import Connection, ConnectionStats


async def test_outages_are_counted_and_timed_while_they_last() -> None:
    now = [100.0]
    connection = Connection(lambda: now[0])
    assert connection.made() == 0.0
    connection.lost()
    now[0] += 3.0
    assert not connection.connected.is_set()
    assert connection.stats == ConnectionStats(False, losses=1, away_s=3.0, restarts=0)
    assert connection.made() == 3.0
    now[0] += 50.0
    connection.lost()
    now[0] += 1.0
    assert connection.made() == 1.0
    assert connection.stats == ConnectionStats(True, losses=2, away_s=4.0, restarts=0)


async def test_another_time_of_start_is_a_restart() -> None:
    connection = Connection()
    assert [connection.asterisk_since(at) for at in ("3:00", "3:00", "3:05", "3:05")] == [
        False,
        False,
        True,
        False,
    ]
    assert connection.stats.restarts == 1
