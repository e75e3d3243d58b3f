"""The conversation with the manager interface, against a server that says what the test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from agent.config import AmiSettings
from agent.doctor.manager_login import ManagerLogin, ManagerRefused, ManagerSilent


@asynccontextmanager
async def server(*answers: bytes) -> AsyncIterator[AmiSettings]:
    """Sends the first at once and each other one after a blank line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[0])
        for answer in answers[1:]:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield AmiSettings(port=port, username="u", secret=SecretStr("s"))


BANNER = b"Asterisk Call Manager/11.0.0\r\n"
WELCOME = b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n"


async def test_an_action_is_answered_by_names() -> None:
    async with (
        server(BANNER, WELCOME, b"Response: Success\r\nPing: Pong\r\n\r\n") as settings,
        ManagerLogin.open(settings) as login,
    ):
        assert (await login.ask(Action="Ping"))["Ping"] == "Pong"
        with pytest.raises(ValueError, match="line break"):
            await login.ask(Action="Ping\r\nAction: Originate")


async def test_who_is_not_let_in_is_told_so() -> None:
    refused = b"Response: Error\r\nMessage: Authentication failed\r\n\r\n"
    async with server(BANNER, refused) as settings:
        with pytest.raises(ManagerRefused, match="Authentication failed"):
            async with ManagerLogin.open(settings):
                pass


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n"])
async def test_another_server_is_no_manager_interface(banner: bytes) -> None:
    async with server(banner) as settings:
        with pytest.raises(ManagerSilent, match="no manager interface"):
            async with ManagerLogin.open(settings):
                pass


async def test_nobody_there() -> None:
    with pytest.raises(ManagerSilent, match="nothing answers at"):
        async with ManagerLogin.open(AmiSettings(port=1)):
            pass
