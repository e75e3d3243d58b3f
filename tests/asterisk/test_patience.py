import asyncio
from collections.abc import Sequence

import pytest
import structlog

from agent.asterisk.ari import AriOutcomeUnknown, AriRefused, AriUnreachable
from agent.asterisk.patience import Patience, PatienceStats


class Request:
    """Fails as told, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors: Sequence[Exception] = errors
        self.sent = 0

    async def __call__(self) -> None:
        self.sent += 1
        if self.sent <= len(self.errors):
            raise self.errors[self.sent - 1]


AWAY = AriUnreachable("nobody listens")
UNKNOWN = AriOutcomeUnknown("no answer")


async def test_what_falls_into_a_gap_is_sent_again_and_told_once() -> None:
    patience, request = Patience(), Request(AWAY, UNKNOWN, AWAY)
    with structlog.testing.capture_logs() as logs:
        await patience.send("hang up", lambda: request())
    assert request.sent == 4
    assert [(log["event"], log["request"]) for log in logs] == [("waits for Asterisk", "hang up")]
    assert patience.stats == PatienceStats(late=1, given_up=0)


async def test_what_gets_through_at_once_does_not_count() -> None:
    patience = Patience()
    await patience.send("hang up", Request())
    assert patience.stats == PatienceStats(late=0, given_up=0)


async def test_a_refusal_is_an_answer() -> None:
    patience, request = Patience(), Request(AriRefused("no such channel", 404))
    with pytest.raises(AriRefused):
        await patience.send("hang up", request)
    assert request.sent == 1


async def test_patience_ends() -> None:
    patience, request = Patience(for_s=0.15), Request(*[AWAY] * 100)
    with pytest.raises(AriUnreachable):
        await asyncio.wait_for(patience.send("hang up", request), 2.0)
    assert request.sent > 1
    assert patience.stats == PatienceStats(late=0, given_up=1)
