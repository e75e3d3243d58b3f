"""Requests that a live call can't do without, sent again while Asterisk can't be reached."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    wait_exponential_jitter,
)

from agent.asterisk.ari import AriOutcomeUnknown, AriUnreachable

_FIRST_S = 0.1
_LONGEST_S = 1.0
# Longer than a restart of Asterisk; the caller hears comfort noise meanwhile.
_FOR_S = 60.0


@dataclass(frozen=True, slots=True)
class PatienceStats:
    """Requests since the start that did not get through at once: in the end they did, or not."""

    late: int
    given_up: int


class Patience:
    """Sends what falls into a gap again when Asterisk is back.

    A request whose outcome is unknown is sent again, too: it must bear being carried out twice.
    """

    def __init__(self, for_s: float = _FOR_S) -> None:
        """Give up after `for_s`."""
        self._for_s = for_s
        self._late = self._given_up = 0
        self._log = structlog.get_logger("asterisk")

    @property
    def stats(self) -> PatienceStats:
        """Counters for metrics."""
        return PatienceStats(self._late, self._given_up)

    async def send(self, what: str, request: Callable[[], Awaitable[None]]) -> None:
        """Raises AriRefused at once, and the last AriUnreachable or AriOutcomeUnknown at last.

        `what` names the request in the log.
        """

        def waits(state: RetryCallState) -> None:
            if state.attempt_number == 1:
                error = state.outcome.exception() if state.outcome else None
                self._log.warning("waits for Asterisk", request=what, reason=str(error))

        async def attempt() -> None:
            await request()

        retrying = AsyncRetrying(
            retry=retry_if_exception_type((AriUnreachable, AriOutcomeUnknown)),
            wait=wait_exponential_jitter(multiplier=_FIRST_S, max=_LONGEST_S, jitter=_FIRST_S),
            stop=stop_after_delay(self._for_s),
            before_sleep=waits,
            reraise=True,
        )
        try:
            await retrying(attempt)
        except (AriUnreachable, AriOutcomeUnknown):
            self._given_up += 1
            raise
        if retrying.statistics.get("attempt_number", 1) > 1:
            self._late += 1
