import pytest

from agent.web.access.attempts import BY_ADDRESS, BY_NAME, Attempts

HOUR_S = 3600.0


def failed(attempts: Attempts, name: str, address: str, times: int, now_s: float = 0.0) -> None:
    for _ in range(times):
        attempts.began(name, address, now_s)


def test_some_mistakes_are_free() -> None:
    attempts = Attempts()
    failed(attempts, "vera", "192.0.2.1", BY_NAME.free - 1)
    assert attempts.wait_s("vera", "192.0.2.1", 0.0) == 0.0


def test_each_further_failure_doubles_the_wait_of_a_name_up_to_its_longest() -> None:
    waits = []
    attempts = Attempts()
    failed(attempts, "vera", "192.0.2.0", BY_NAME.free)
    for number in range(7):
        waits.append(attempts.wait_s("vera", f"192.0.2.{number}", 0.0))
        failed(attempts, "vera", f"192.0.2.{number}", 1)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_an_address_waits_whatever_names_it_tries() -> None:
    attempts = Attempts()
    for number in range(BY_ADDRESS.free + 5):
        failed(attempts, f"name{number}", "192.0.2.1", 1)
    assert attempts.wait_s("another", "192.0.2.1", 0.0) == 32.0
    assert attempts.wait_s("another", "192.0.2.2", 0.0) == 0.0


def test_the_wait_runs_out_and_failures_are_forgotten() -> None:
    attempts = Attempts()
    failed(attempts, "vera", "192.0.2.1", BY_NAME.free + 2)
    assert attempts.wait_s("vera", "192.0.2.9", 1.5) == 2.5
    assert attempts.wait_s("vera", "192.0.2.9", 4.0) == 0.0
    failed(attempts, "vera", "192.0.2.1", 1, now_s=HOUR_S)
    assert attempts.wait_s("vera", "192.0.2.9", HOUR_S) == 0.0


def test_the_right_password_clears_the_name_and_not_the_address() -> None:
    attempts = Attempts()
    failed(attempts, "vera", "192.0.2.1", BY_NAME.free)
    attempts.succeeded("vera", "192.0.2.1", 0.0)
    assert attempts.wait_s("vera", "192.0.2.9", 0.0) == 0.0
    failed(attempts, "others", "192.0.2.1", BY_ADDRESS.free - BY_NAME.free)
    assert attempts.wait_s("x", "192.0.2.1", 0.0) == 0.0
    failed(attempts, "others", "192.0.2.1", 1)
    assert attempts.wait_s("x", "192.0.2.1", 0.0) == 1.0


def test_nobody_keeps_a_name_from_where_its_owner_is() -> None:
    attempts = Attempts()
    attempts.began("vera", "192.0.2.1", 0.0)
    attempts.succeeded("vera", "192.0.2.1", 0.0)
    failed(attempts, "vera", "198.51.100.1", 100)
    assert attempts.wait_s("vera", "198.51.100.2", 0.0) == 30.0
    assert attempts.wait_s("vera", "192.0.2.1", 0.0) == 0.0
    failed(attempts, "vera", "192.0.2.1", BY_ADDRESS.free)
    assert attempts.wait_s("vera", "192.0.2.1", 0.0) == 1.0


def test_all_addresses_of_an_ipv6_network_are_one() -> None:
    attempts = Attempts()
    for number in range(BY_ADDRESS.free):
        failed(attempts, f"name{number}", f"2001:db8::{number:x}", 1)
    assert attempts.wait_s("x", "2001:db8::ffff", 0.0) == 1.0
    assert attempts.wait_s("x", "2001:db8:0:1::1", 0.0) == 0.0


def test_no_flood_of_names_makes_it_grow() -> None:
    attempts = Attempts()
    for number in range(12_000):
        attempts.began(f"name{number}", f"10.{number >> 8}.{number & 255}.1", 0.0)
        attempts.succeeded(f"name{number}", f"10.{number >> 8}.{number & 255}.1", 0.0)
    assert max(len(kept) for kept in vars(attempts).values()) == 10_000


@pytest.mark.parametrize("failures", [1000, 10**6])
def test_many_failures_overflow_nothing(failures: int) -> None:
    assert BY_NAME.wait_s(failures) == BY_NAME.longest_s
