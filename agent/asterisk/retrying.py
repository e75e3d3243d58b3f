"""Trying again for as long as a part of Asterisk is away."""

from typing import Any

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_exponential_jitter,
)

_JITTER_S = 0.2
_SAID_EVERY = 10


def while_away(
    error: type[Exception], log: Any, message: str, *, first_s: float, longest_s: float
) -> AsyncRetrying:
    """Calls a function until it no longer raises `error`, waiting from `first_s` to `longest_s`.

    The first failure is news and logged as `message`, and so is another reason; of the same one,
    one in ten is enough.
    """
    told = ""

    def announce(state: RetryCallState) -> None:
        nonlocal told
        reason = str(state.outcome.exception()) if state.outcome is not None else ""
        if reason != told or state.attempt_number % _SAID_EVERY == 1:
            log.warning(message, reason=reason)
        told = reason

    return AsyncRetrying(
        retry=retry_if_exception_type(error),
        wait=wait_exponential_jitter(multiplier=first_s, max=longest_s, jitter=_JITTER_S),
        before_sleep=announce,
    )
