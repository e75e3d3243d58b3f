"""One short conversation with Asterisk's manager interface (AMI).

The library for the live connection (panoramisk) reconnects for ever and does not say why it was not
let in, which is what is asked here.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Self

from agent.config import AmiSettings
from agent.errors import UnderstudyError

_ANSWER_S = 5.0


class ManagerSilent(UnderstudyError):
    """Nobody listens, or what listens is no manager interface."""


class ManagerRefused(UnderstudyError):
    """The user is not let in."""


class ManagerLogin:
    """A connection that is let in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, settings: AmiSettings) -> AsyncIterator[Self]:
        """Connect and log in without events. Raises ManagerSilent, ManagerRefused."""
        place = f"{settings.host}:{settings.port}"
        try:
            async with asyncio.timeout(_ANSWER_S):
                reader, writer = await asyncio.open_connection(settings.host, settings.port)
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "strerror", None) or "no answer"
            raise ManagerSilent(f"nothing answers at {place} ({reason})") from None
        login = cls(reader, writer)
        try:
            banner = await login._line()
            if not banner.startswith("Asterisk Call Manager"):
                raise ManagerSilent(f"what answers at {place} is no manager interface")
            answer = await login.ask(
                Action="Login",
                Username=settings.username,
                Secret=settings.secret.get_secret_value(),
                Events="off",
            )
            if answer.get("Response") != "Success":
                raise ManagerRefused(answer.get("Message", "no reason given"))
            yield login
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def ask(self, **fields: str) -> dict[str, str]:
        """Send an action; its answer by names. Raises ManagerSilent; ValueError: a line break."""
        for value in fields.values():
            if "\r" in value or "\n" in value:
                raise ValueError("a value of an action can't have a line break")
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._writer.write(f"{lines}\r\n".encode())
        answer: dict[str, str] = {}
        while line := await self._line():
            name, _, value = line.partition(": ")
            answer[name] = value
        return answer

    async def _line(self) -> str:
        try:
            async with asyncio.timeout(_ANSWER_S):
                return (await self._reader.readline()).decode("utf-8", "replace").strip()
        except (OSError, TimeoutError, ValueError):
            raise ManagerSilent("the manager interface stopped answering") from None
