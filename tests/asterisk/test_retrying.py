from typing import Any

from agent.asterisk.retrying import while_away


class Told:
    """A log that keeps its reasons."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def warning(self, _: str, *, reason: str, **__: Any) -> None:
        self.reasons.append(reason)


async def test_a_reason_is_told_once_and_another_one_at_once() -> None:
    told, reasons = Told(), iter(["refused", "refused", "wrong password", "wrong password"])

    async def connect() -> str:
        reason = next(reasons, None)
        if reason is not None:
            raise ConnectionError(reason)
        return "connected"

    away = while_away(ConnectionError, told, "waiting", first_s=0.0, longest_s=0.0)
    assert await away(connect) == "connected"
    assert told.reasons == ["refused", "wrong password"]
