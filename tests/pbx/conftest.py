"""The test PBX and phones for it. Everything in this folder is marked `pbx`."""

import asyncio
import os
import signal
import subprocess
import time
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, OnIncoming, Phone
from agent.evaluation.phone_options import PhoneOptions
from tests.snapshots.conftest import redis_server  # noqa: F401  a fixture

HERE = Path(__file__).parent
LOCAL_PBX = HERE.parents[1] / "vagrant" / "local-pbx"
BUILD_TIMEOUT_S = 900.0

PhoneFactory = Callable[..., AbstractAsyncContextManager[Phone]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.pbx)


@dataclass(frozen=True)
class Pbx:
    """The running test PBX, asked through ARI and Asterisk's console."""

    secrets: dict[str, dict[str, Any]] = field(repr=False)
    started_in_s: float

    @property
    def ari_url(self) -> str:
        return str(self.secrets["ari"]["url"])

    @property
    def ari_headers(self) -> dict[str, str]:
        ari = self.secrets["ari"]
        return {"Authorization": aiohttp.encode_basic_auth(ari["username"], ari["password"])}

    async def ari(self, path: str) -> Any:
        """GET /ari/`path`, as JSON."""
        async with (
            aiohttp.ClientSession(headers=self.ari_headers) as session,
            session.get(f"{self.ari_url}/ari/{path}") as response,
        ):
            response.raise_for_status()
            return await response.json()

    async def request(self, method: str, path: str, **params: str) -> Any:
        """Any other request; returns its JSON, if it has any."""
        async with (
            aiohttp.ClientSession(headers=self.ari_headers) as session,
            session.request(method, f"{self.ari_url}/ari/{path}", params=params) as response,
        ):
            response.raise_for_status()
            return await response.json() if response.status != 204 else None

    async def channels(self) -> list[dict[str, Any]]:
        return list(await self.ari("channels"))

    async def bridges(self) -> list[dict[str, Any]]:
        return list(await self.ari("bridges"))

    async def cli(self, command: str) -> str:
        """What Asterisk's console answers to a command."""
        return await self._local_pbx("cli", command)

    @property
    def configuration(self) -> Path:
        """Its /etc/asterisk."""
        return _ari_password_file().parents[1]

    async def change_ari_password(self, password: str) -> None:
        """Let Asterisk want this one of the agent from now on."""
        _ari_password_file().write_text(f"password = {password}\n")
        await self.cli("module reload res_ari.so")

    async def crash(self) -> None:
        """Kill Asterisk and start it again; returns when it serves."""
        await self._local_pbx("crash")

    def freeze(self) -> None:
        """Let Asterisk hang: its sockets stay, it does nothing."""
        os.kill(_asterisk_pid(), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(_asterisk_pid(), signal.SIGCONT)

    async def _local_pbx(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            LOCAL_PBX, *arguments, stdout=asyncio.subprocess.PIPE
        )
        answer, _ = await process.communicate()
        return answer.decode()

    async def wait_until_idle(self, timeout_s: float = 5.0) -> None:
        """Return when no channel and no bridge is left; fail naming those that are."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            left = [channel["name"] for channel in await self.channels()]
            left += [f"bridge {bridge['id']}" for bridge in await self.bridges()]
            if not left:
                return
            assert time.monotonic() < deadline_s, f"left on the PBX: {', '.join(left)}"
            await asyncio.sleep(0.05)


def _ari_password_file() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    (file,) = cache.glob("understudy/pbx-*/etc/asterisk/understudy/ari_password.conf")
    return file


def _state() -> Path:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "understudy" / "test-pbx"


def _asterisk_pid() -> int:
    namespace = (_state() / "pid").read_text().strip()
    return int(Path(f"/proc/{namespace}/task/{namespace}/children").read_text().split()[0])


def running_pbx() -> Pbx:
    """The test PBX, started if it was not up."""
    started_s = time.monotonic()
    if subprocess.run([LOCAL_PBX, "status"], capture_output=True).returncode != 0:
        subprocess.run([LOCAL_PBX, "up"], check=True, timeout=BUILD_TIMEOUT_S)
    took_s = time.monotonic() - started_s
    structlog.get_logger().info("test PBX is up", after_s=round(took_s, 1))
    return Pbx(tomllib.loads((_state() / "secrets.toml").read_text()), took_s)


@pytest.fixture(scope="session")
def pbx() -> Pbx:
    return running_pbx()


@pytest.fixture
async def caller(pbx: Pbx) -> AsyncIterator[Phone]:
    """The account that may place any number of calls, on ulaw."""
    async with Phone.start(PhoneOptions("caller", "caller")) as phone:
        yield phone


@pytest.fixture
def phone(pbx: Pbx) -> PhoneFactory:
    """`async with phone("caller", codec="g722") as ...`: any account, not registered."""

    def start(user: str, **options: Any) -> AbstractAsyncContextManager[Phone]:
        return Phone.start(PhoneOptions(user, user, **options))

    return start


@pytest.fixture
def human(pbx: Pbx) -> PhoneFactory:
    """`async with human("agent1", AnswerAfter(1.0)) as ...`: a registered human agent's phone."""

    def start(
        user: str = "agent1", on_incoming: OnIncoming | None = None, **options: Any
    ) -> AbstractAsyncContextManager[Phone]:
        return Phone.start(
            PhoneOptions(user, user, register=True, **options), on_incoming or AnswerAfter()
        )

    return start


@pytest.fixture(scope="session")
def voice() -> CallerVoice:
    return CallerVoice()
