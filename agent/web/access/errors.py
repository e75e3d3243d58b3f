"""Why somebody can't be let in, or made known, in one line."""

import math

from agent.errors import UnderstudyError


class AccessUnavailable(UnderstudyError):
    """Nobody can be recognised: the database is away."""


class AccountError(UnderstudyError):
    """A person or token that can't be made, found or changed as asked."""


class SignInRefused(UnderstudyError):
    """A name and password that do not let in, or not before `wait_s`; `name` is of an account."""

    def __init__(self, why: str, wait_s: float = 0.0, name: str | None = None) -> None:
        wait = f": try again in {math.ceil(wait_s)} s" if wait_s else ""
        super().__init__(f"{why}{wait}.")
        self.wait_s = wait_s
        self.name = name
