import asyncio

from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.config import WebSettings
from agent.web.access.access import Access
from agent.web.errands import ErrandFailed
from agent.web.server import WebServer
from agent.web.trends_page import TrendsPage
from tests.web.signed_in import bearer
from tests.web.test_scorecards import ScriptedErrands


async def test_trends_are_made_beside_the_server_and_what_fails_is_told(
    sqlite: AsyncEngine, free_port: int
) -> None:
    errands, settings = ScriptedErrands(), WebSettings(port=free_port)
    server = WebServer(settings, [TrendsPage(errands)], Access(settings, sqlite))
    await server.start()
    async with ClientSession(settings.url, headers=await bearer(sqlite)) as client:
        for _ in range(2):
            assert "Being made" in await (await client.get("/trends")).text()
        assert [asked[:2] for asked in errands.asked] == [("trends", "--html")]
        assert (await client.get("/trends/page")).status == 404
        errands.answer.set_exception(ErrandFailed("No scores are kept yet."))
        await asyncio.sleep(0.01)
        assert "No scores are kept yet." in await (await client.get("/trends")).text()
    await server.stop()
