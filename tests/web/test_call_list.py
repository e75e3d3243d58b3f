import csv
import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.config import WebSettings
from agent.records.finding.finder import Finder
from agent.web.access.access import Access
from agent.web.call_list import CallList
from agent.web.server import WebServer
from tests.web.sample_call import CALL_ID, sample_report
from tests.web.signed_in import bearer


@pytest.fixture
async def client(sqlite: AsyncEngine, free_port: int) -> AsyncIterator[ClientSession]:
    report = sample_report(disposition="=cmd|'/c calc'!A1", called_exten="<i>1000</i>")
    async with AsyncSession(sqlite) as session:
        session.add(report.call)
        await session.flush()
        session.add_all(report.turns)
        await session.commit()
    settings = WebSettings(port=free_port)
    server = WebServer(settings, [CallList(Finder(sqlite), sealed=True)], Access(settings, sqlite))
    await server.start()
    async with ClientSession(settings.url, headers=await bearer(sqlite)) as client:
        yield client
    await server.stop()


async def test_words_are_found_and_marked(client: ClientSession) -> None:
    html = await (await client.get("/calls?q=evenings&outcome=transferred")).text()
    assert "<mark>evening</mark>" in html
    assert "<i>1000" not in html
    assert f"/calls/{CALL_ID}" in html
    assert "1 call<" in html
    assert "Words are encrypted here" in html
    assert "No call is like that." in await (await client.get("/calls?q=elephant")).text()


async def test_what_the_form_sends_empty_is_no_filter(client: ClientSession) -> None:
    form = "q=&caller=&outcome=&since=&until=&queue=&direction=&longer_s=&barge_ins="
    assert CALL_ID in await (await client.get(f"/calls?{form}")).text()


@pytest.mark.parametrize(
    "query", ["longer_s=much", "after=x", "nonsense=1", "since=yesterday", f"q={'x' * 300}"]
)
async def test_bad_filters_get_one_line(client: ClientSession, query: str) -> None:
    answer = await client.get(f"/calls?{query}")
    assert answer.status == 400
    assert 'role="alert"' in await answer.text()


async def test_the_same_calls_as_csv_without_formulas(client: ClientSession) -> None:
    rows = list(csv.DictReader(io.StringIO(await (await client.get("/calls.csv?q=fibre")).text())))
    assert [row["id"] for row in rows] == [CALL_ID]
    assert rows[0]["disposition"].startswith("'=")
    assert rows[0]["caller_number"] == "'+44 1632 960123"
    assert len((await (await client.get("/calls.csv?q=elephant")).text()).splitlines()) == 1


async def test_the_same_calls_as_json(client: ClientSession) -> None:
    (call,) = await (await client.get("/calls.json")).json()
    assert (call["id"], call["duration_s"]) == (CALL_ID, 67.4)
    assert await (await client.get("/calls.json?outcome=lost")).json() == []
    assert (await client.get("/calls.json?longer_s=x")).status == 400
