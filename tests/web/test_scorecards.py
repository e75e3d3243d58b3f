import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.config import WebSettings
from agent.records.scores import ScoreStore
from agent.records.store import CallStore
from agent.web.access.access import Access
from agent.web.access.role import Role
from agent.web.errands import ErrandFailed, Errands, SettingsFiles
from agent.web.scorecards import Scorecards
from agent.web.server import WebServer
from tests.web.sample_call import CALL_ID, sample_report
from tests.web.signed_in import bearer

CARD = {
    "overall": 0.75,
    "groups": {"closing": 0.75},
    "breaches": [],
    "scores": [
        {"criterion": "E1", "name": "Asks for it", "group": "closing", "score": 2,
         "quote": "shall I <go> on", "why": "", "at_s": 44.6},
    ],
}  # fmt: skip


class ScriptedErrands(Errands):
    """Answers when it is told to, instead of starting a process."""

    def __init__(self) -> None:
        super().__init__(SettingsFiles())
        self.asked: list[tuple[str, ...]] = []
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def begin(self, *arguments: str, fine: Any = (0,)) -> asyncio.Task[bytes]:
        self.asked.append(arguments)

        async def wait() -> bytes:
            return await self.answer

        return asyncio.create_task(wait())


@pytest.fixture
async def desk(
    sqlite: AsyncEngine, free_port: int
) -> AsyncIterator[tuple[str, ScriptedErrands, AsyncEngine]]:
    async with AsyncSession(sqlite) as session:
        session.add(sample_report().call)
        await session.commit()
    errands = ScriptedErrands()
    settings = WebSettings(port=free_port)
    room = Scorecards(errands, CallStore(sqlite), ScoreStore(sqlite))
    server = WebServer(settings, [room], Access(settings, sqlite))
    await server.start()
    yield f"{settings.url}/calls/{CALL_ID}/score", errands, sqlite
    await server.stop()


async def test_a_call_is_scored_beside_the_server_when_a_supervisor_asks(
    desk: tuple[str, ScriptedErrands, AsyncEngine],
) -> None:
    url, errands, engine = desk
    async with ClientSession(headers=await bearer(engine)) as client:
        before = await (await client.get(url)).text()
        assert "Not scored yet." in before
        assert "Score this call" in before
        for _ in range(2):  # a second click starts nothing
            assert "Being scored" in await (await client.post(url)).text()
        assert errands.asked == [("score", "--keep", "--json", CALL_ID)]
        errands.answer.set_result(json.dumps({"calls": [CARD]}).encode())
        await asyncio.sleep(0.01)
        after = await (await client.get(url)).text()
    assert "75 %" in after
    assert "<q>shall I &lt;go&gt; on</q>" in after
    assert 'data-at="44.6"' in after


async def test_why_a_call_can_not_be_scored_is_told(
    desk: tuple[str, ScriptedErrands, AsyncEngine],
) -> None:
    url, errands, engine = desk
    async with ClientSession(headers=await bearer(engine)) as client:
        await client.post(url)
        errands.answer.set_exception(ErrandFailed("No call could be scored."))
        await asyncio.sleep(0.01)
        assert "No call could be scored." in await (await client.get(url)).text()


async def test_auditors_see_scores_and_order_none(
    desk: tuple[str, ScriptedErrands, AsyncEngine],
) -> None:
    url, errands, engine = desk
    async with ClientSession(headers=await bearer(engine, Role.AUDITOR)) as client:
        assert "Score this call" not in await (await client.get(url)).text()
        assert (await client.post(url)).status == 403
    assert errands.asked == []


async def test_a_command_runs_beside_the_process_and_its_last_line_tells_what_failed() -> None:
    errands = Errands(SettingsFiles())
    assert (await errands.begin("--version")).startswith(b"understudy ")
    with pytest.raises(ErrandFailed, match=r"There is no file /nowhere\.toml"):
        await errands.begin("config", "--config", "/nowhere.toml")


async def test_a_command_ends_with_the_server() -> None:
    errands = Errands(SettingsFiles())
    task = errands.begin("--version")
    await asyncio.sleep(0.05)
    await errands.aclose()
    assert task.cancelled()
