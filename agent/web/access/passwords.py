"""Passwords: what is good enough, and Argon2id hashes of them (RFC 9106)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from agent.web.access.errors import AccountError

SHORTEST = 12
_LONGEST = 256
_FEWEST_CHARACTERS = 5
# OWASP's smallest Argon2id setting (Password Storage Cheat Sheet), measured: 27 ms, 19 MiB. More
# would be taken from live calls.
_MEMORY_KIB, _PASSES, _LANES = 19456, 2, 1


class Passwords:
    """Hashes and verifies; both take about 30 ms of a core, so call them in a thread."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES
        )
        # Verifying for a name that nobody has takes as long as for one that somebody has.
        self._nobodys = self._hasher.hash("a name that nobody has")

    def hash(self, password: str) -> str:
        """The hash, with its salt and parameters."""
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; `stored` is None for an unknown name: never."""
        try:
            kept = self._nobodys if stored is None else stored
            self._hasher.verify(kept, password[: _LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def check_strength(password: str, name: str) -> None:
    """Raises AccountError for a password that is short, endless, monotonous or the name."""
    if len(password) < SHORTEST:
        raise AccountError(
            f"The password has {len(password)} characters: take at least {SHORTEST}; four words "
            "that don't belong together are a good one."
        )
    if len(password) > _LONGEST:
        raise AccountError(f"The password has over {_LONGEST} characters: take a shorter one.")
    if len(set(password)) < _FEWEST_CHARACTERS or name.casefold() in password.casefold():
        raise AccountError(
            "The password repeats few characters, or holds the name: take four words that don't "
            "belong together."
        )
