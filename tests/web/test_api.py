from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.calls.orders import Order, Outcome, Result
from agent.config import WebSettings
from agent.records.do_not_call import DoNotCallRegister
from agent.records.finding.finder import Finder
from agent.records.models import Direction
from agent.records.store import CallStore
from agent.web.access.access import Access
from agent.web.access.role import Role
from agent.web.api.room import Api
from agent.web.board.live_call import LiveCall, Phase
from agent.web.orders import Orders
from agent.web.readiness import OK, Component, Readiness, readiness
from agent.web.server import WebServer
from tests.web.sample_call import CALL_ID, STARTED, sample_report
from tests.web.signed_in import bearer


class Taken:
    """Takes orders for one live call."""

    async def order(self, call_id: str, order: Order, *, by: str) -> Outcome:
        if call_id != "live-1":
            return Outcome(Result.NOT_LIVE, "It is not live.")
        return Outcome(Result.DONE, f"{type(order).__name__} by {by}")


def live() -> tuple[LiveCall, ...]:
    fields = {"direction": Direction.INBOUND, "called": "1000", "since": STARTED, "playbook": "x"}
    talking = LiveCall(call_id="live-1", caller="201", phase=Phase.WAITING, **fields)  # type: ignore[arg-type]
    over = LiveCall(call_id="live-2", caller="202", phase=Phase.ENDED, **fields)  # type: ignore[arg-type]
    return talking, over


async def health() -> Readiness:
    return readiness({"asterisk": Component("down", "not connected"), "database": OK})


@pytest.fixture
async def url(sqlite: AsyncEngine, free_port: int) -> AsyncIterator[str]:
    report = sample_report(outcome="failed", ended_by="error")
    async with AsyncSession(sqlite) as session:
        session.add(report.call)
        await session.flush()
        session.add_all((*report.turns, *report.events, *report.latencies))
        await session.commit()
    settings = WebSettings(port=free_port)
    room = Api(
        CallStore(sqlite), Finder(sqlite), DoNotCallRegister(sqlite), live,
        Orders(Taken(), {}), health,
    )  # fmt: skip
    server = WebServer(settings, [room], Access(settings, sqlite))
    await server.start()
    yield f"{settings.url}/api/v1"
    await server.stop()


async def get(client: ClientSession, url: str) -> Any:
    answer = await client.get(url)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def test_what_is_kept_and_what_is_live(url: str, sqlite: AsyncEngine) -> None:
    async with ClientSession(headers=await bearer(sqlite, Role.AUDITOR)) as client:
        found = await get(client, f"{url}/calls?q=evening&limit=5")
        assert [call["id"] for call in found["calls"]] == [CALL_ID]
        assert found["older"] is None
        detail = await get(client, f"{url}/calls/{CALL_ID}")
        assert len(detail["turns"]) == 11
        assert detail["call"]["slots"]["postcode"] == "LK1 2AB"
        assert {"rule", "what", "remedy"} <= detail["findings"][0].keys()
        calls = (await get(client, f"{url}/live"))["calls"]
        assert [(call["call_id"], call["phase"]) for call in calls] == [
            ("live-1", Phase.WAITING.value)
        ]


async def test_orders_and_numbers_are_taken_from_supervisors_alone(
    url: str, sqlite: AsyncEngine
) -> None:
    order, number = f"{url}/live/live-1/orders", f"{url}/do-not-call"
    async with ClientSession(headers=await bearer(sqlite, Role.AUDITOR)) as client:
        assert (await client.post(order, json={"order": "end"})).status == 403
        assert (await client.post(number, json={"number": "0207183875"})).status == 403
    async with ClientSession(headers=await bearer(sqlite)) as client:
        done = await (await client.post(order, json={"order": "end"})).json()
        assert done["result"] == "done"
        gone = await client.post(f"{url}/live/x/orders", json={"order": "end"})
        assert (gone.status, (await gone.json())["result"]) == (404, "not_live")
        for new in (True, False):
            added = await client.post(number, json={"number": "+44 20 7183 8750"})
            assert await added.json() == {"added": new}
        (entry,) = (await get(client, number))["numbers"]
        assert entry["number"] == "+442071838750"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/calls?longer_s=x", None, 400),
        ("GET", "/calls?q=%00", None, 400),
        ("GET", "/calls?since=0001-01-01T00:00:00%2B14:00", None, 400),
        ("GET", "/calls?nonsense=1", None, 400),
        ("GET", "/calls?after=x", None, 400),
        ("GET", "/calls/ffff", None, 404),
        ("GET", "/calls/zz", None, 404),
        ("GET", "/nothing", None, 404),
        ("DELETE", "/calls", None, 405),
        ("POST", "/do-not-call", b"{", 400),
        ("POST", "/do-not-call", b"[]", 400),
        ("POST", "/do-not-call", b'{"number": "call me"}', 400),
        ("POST", "/live/live-1/orders", b'{"order": "dance"}', 400),
        ("POST", "/live/live-1/orders", b'{"order": "say"}', 400),
    ],
)
async def test_every_error_has_one_shape(
    url: str, sqlite: AsyncEngine, method: str, path: str, body: bytes | None, status: int
) -> None:
    async with ClientSession(headers=await bearer(sqlite)) as client:
        answer = await client.request(method, url + path, data=body)
        assert answer.status == status
        error = (await answer.json())["error"]
    assert error["status"] == status
    assert error["message"]


async def test_strangers_learn_how_to_ask_and_nothing_else(url: str) -> None:
    async with ClientSession() as client:
        for path in ("/calls", "/live", "/do-not-call"):
            answer = await client.get(url + path)
            assert (answer.status, (await answer.json())["error"]["status"]) == (401, 401)
        health = await client.get(f"{url}/health")
        assert (health.status, (await health.json())["ready"]) == (503, False)


async def test_the_document_describes_what_is_served(url: str) -> None:
    async with ClientSession() as client:
        document = await get(client, f"{url}/openapi.json")
    assert document["openapi"] == "3.1.0"
    calls = document["paths"]["/api/v1/calls"]["get"]
    assert {"q", "since", "after", "limit"} <= {one["name"] for one in calls["parameters"]}
    order = document["paths"]["/api/v1/live/{call_id}/orders"]["post"]
    assert order["description"] == "For the roles supervisor."
    assert all(_resolves(document, reference) for reference in _references(document))


def _references(part: Any) -> list[str]:
    if isinstance(part, Mapping):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return [*own, *(found for value in part.values() for found in _references(value))]
    if isinstance(part, list):
        return [found for value in part for found in _references(value)]
    return []


def _resolves(document: Any, reference: str) -> bool:
    here = document
    for step in reference.removeprefix("#/").split("/"):
        here = here[step]
    return bool(here)
