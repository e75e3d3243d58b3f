from datetime import UTC, datetime, timedelta

from agent.web.access.person import Person
from agent.web.access.remembered import FRESH, GRACE, Remembered
from agent.web.access.role import Role

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
VERA = Person("vera", Role.SUPERVISOR)
LATER = NOW + timedelta(hours=12)
A_MOMENT = timedelta(milliseconds=1)


def test_the_databases_word_is_good_for_a_while() -> None:
    known = Remembered()
    assert known.fresh("a", NOW) is None
    known.confirmed("a", VERA, LATER, NOW)
    assert known.fresh("a", NOW + FRESH - A_MOMENT) == VERA
    assert known.fresh("a", NOW + FRESH) is None


def test_an_outage_is_bridged_for_a_quarter_of_an_hour() -> None:
    known = Remembered()
    known.confirmed("a", VERA, LATER, NOW)
    assert known.in_outage("a", NOW + GRACE - A_MOMENT) == VERA
    assert known.in_outage("a", NOW + GRACE) is None
    assert known.in_outage("b", NOW) is None


def test_in_an_outage_the_database_is_not_asked_with_every_request() -> None:
    known = Remembered()
    known.confirmed("a", VERA, LATER, NOW)
    asked = NOW + timedelta(minutes=1)
    assert known.fresh("a", asked) is None
    known.in_outage("a", asked)
    assert known.fresh("a", asked + FRESH - A_MOMENT) == VERA
    assert known.fresh("a", asked + FRESH) is None


def test_a_session_ends_in_memory_too() -> None:
    known = Remembered()
    until = NOW + timedelta(seconds=3)
    known.confirmed("a", VERA, until, NOW)
    assert known.fresh("a", until - A_MOMENT) == VERA
    assert known.fresh("a", until) is None
    assert known.in_outage("a", until) is None


def test_who_has_signed_out_is_forgotten() -> None:
    known = Remembered()
    known.confirmed("a", VERA, LATER, NOW)
    known.forget("a")
    assert known.fresh("a", NOW) is None
    assert known.in_outage("a", NOW) is None


def test_the_least_recent_make_room() -> None:
    known = Remembered()
    for number in range(1001):
        known.confirmed(str(number), VERA, LATER, NOW)
    assert known.fresh("0", NOW) is None
    assert known.fresh("1", NOW) == VERA
