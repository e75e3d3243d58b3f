import statistics
import time

import pytest

from agent.web.access.errors import AccountError
from agent.web.access.names import normal_name
from agent.web.access.passwords import Passwords, check_strength


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_only_the_password_is_the_password(passwords: Passwords) -> None:
    stored = passwords.hash("correct horse battery")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "horse" not in stored
    assert passwords.hash("correct horse battery") != stored  # salted
    assert passwords.verify(stored, "correct horse battery")
    assert not passwords.verify(stored, "correct horse batterz")
    assert not passwords.verify(stored, "")


@pytest.mark.parametrize("stored", [None, "", "nonsense", "$argon2id$v=19$m=1,t=1,p=1$x$y"])
def test_nobody_has_a_name_without_a_hash(passwords: Passwords, stored: str | None) -> None:
    assert not passwords.verify(stored, "a name that nobody has")


def test_an_unknown_name_takes_as_long_as_a_known_one(passwords: Passwords) -> None:
    stored = passwords.hash("correct horse battery")

    def median_s(kept: str | None) -> float:
        def once() -> float:
            began_s = time.thread_time()
            passwords.verify(kept, "something else")
            return time.thread_time() - began_s

        return statistics.median(once() for _ in range(5))

    assert median_s(None) > 0.5 * median_s(stored)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "has 5 characters"),
        ("elevenchars", "has 11 characters"),
        ("a" * 257, "over 256"),
        ("aaaabbbbcccc", "repeats few"),
        ("xxVera-supervisor", "holds the name"),
    ],
)
def test_a_weak_password_is_refused_in_one_line(password: str, told: str) -> None:
    with pytest.raises(AccountError) as caught:
        check_strength(password, "vera")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_phrase_is_good_enough() -> None:
    check_strength("tram lupin dusk anvil", "vera")


@pytest.mark.parametrize("name", ["", " ", "a b", "-x", "é", "a" * 65, "token:x", "<b>", "a\nb"])
def test_a_name_is_plain(name: str) -> None:
    with pytest.raises(AccountError):
        normal_name(name)


def test_a_name_is_kept_in_small_letters() -> None:
    assert normal_name(" Vera.K@example ") == "vera.k@example"
