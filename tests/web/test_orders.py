"""Orders over HTTP: a real server and database; what becomes of an order is scripted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.calls.orders import (
    End,
    HalfDuplex,
    Order,
    Outcome,
    Result,
    Say,
    TakeOver,
    TransferNow,
)
from agent.config import WebSettings
from agent.records.database import create_engine
from agent.records.models import Base
from agent.web.access.access import Access
from agent.web.access.audit import Audit
from agent.web.access.peer import peer_of
from agent.web.access.person import Role
from agent.web.access.visit import Visit
from agent.web.orders import Orders
from agent.web.server import WebServer
from tests.web.signed_in import add_person, bearer, session_cookie
from tests.web.test_server import free_port

CALL = "1f0c8a52-0000-4000-8000-000000000001"


@dataclass
class Supervised:
    """Implements `web.orders.OrderTaker`."""

    outcome: Outcome = field(default_factory=lambda: Outcome(Result.DONE, "Done."))
    given: list[tuple[str, Order]] = field(default_factory=list)

    async def order(self, call_id: str, order: Order, *, by: str) -> Outcome:
        self.given.append((call_id, order))
        self.by = by
        return self.outcome


@dataclass
class Site:
    """A server, and somebody who has signed in."""

    url: str
    calls: Supervised
    engine: AsyncEngine
    access: Access

    async def post(
        self, *, role: Role = Role.SUPERVISOR, headers: dict[str, str] | None = None, **body: Any
    ) -> tuple[int, str]:
        signed_in = {**await bearer(self.engine, role), **(headers or {})}
        async with (
            ClientSession(headers=signed_in) as browser,
            browser.post(f"{self.url}/live/{CALL}/orders", **body) as response,
        ):
            return response.status, await response.text()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    settings, calls = WebSettings(port=free_port()), Supervised()
    access = Access(settings, engine)
    server = WebServer(settings, (Orders(calls, {"ann": "PJSIP/agent1"}),), access)
    await server.start()
    yield Site(f"http://127.0.0.1:{settings.port}", calls, engine, access)
    await server.stop()
    await engine.dispose()


@pytest.mark.parametrize(
    ("fields", "order"),
    [
        ({"order": "say", "text": " Hello. "}, Say("Hello.")),
        ({"order": "transfer", "queue": "sales"}, TransferNow("sales")),
        ({"order": "take_over", "endpoint": "PJSIP/agent1"}, TakeOver("PJSIP/agent1")),
        ({"order": "end"}, End()),
        ({"order": "half_duplex", "on": "true"}, HalfDuplex(on=True)),
        ({"order": "half_duplex", "on": "0"}, HalfDuplex(on=False)),
    ],
)
async def test_a_form_and_json_give_the_same_order(
    site: Site, fields: dict[str, str], order: Order
) -> None:
    for body in ({"data": fields}, {"json": fields}):
        status, text = await site.post(**body)
        assert (status, text) == (200, '{"result": "done", "text": "Done."}')
    assert site.calls.given == [(CALL, order)] * 2


async def test_who_ordered_what_is_in_the_audit_trail_without_the_words(site: Site) -> None:
    await site.post(json={"order": "say", "text": "Ten percent off."})
    await site.access.audit.store_waiting()
    (entry,) = [e for e in await Audit(site.engine).read() if e.action == "call.ordered"]
    assert (entry.who, entry.call_id) == (site.calls.by, CALL)
    assert entry.details == {"order": "say", "result": "done"}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AGENT])
async def test_only_supervisors_give_orders(site: Site, role: Role) -> None:
    status, _ = await site.post(role=role, json={"order": "end"})
    assert status == 403
    url = f"{site.url}/live/{CALL}/orders"
    async with ClientSession() as stranger, stranger.post(url, json={"order": "end"}) as response:
        assert response.status == 401
    assert site.calls.given == []


async def test_another_site_can_not_give_orders_in_a_supervisors_browser(site: Site) -> None:
    await add_person(site.engine, "ann")
    cookie = await session_cookie(site.engine, "ann")
    async with ClientSession(cookies=cookie) as browser:
        url = f"{site.url}/live/{CALL}/orders"
        async with browser.post(url, data={"order": "end"}) as response:
            assert response.status == 403
    assert site.calls.given == []


@pytest.mark.parametrize(
    ("result", "status"),
    [(Result.REFUSED, 409), (Result.NOT_LIVE, 404), (Result.NO_ANSWER, 202)],
)
async def test_what_came_of_it_is_told_by_status_and_sentence(
    site: Site, result: Result, status: int
) -> None:
    site.calls.outcome = Outcome(result, "The <call> is over.")
    given, text = await site.post(json={"order": "end"})
    assert (given, text) == (status, f'{{"result": "{result}", "text": "The <call> is over."}}')
    given, text = await site.post(headers={"HX-Request": "true"}, data={"order": "end"})
    assert given == 200, "htmx shows nothing else"
    assert text == f'<p class="outcome {result}" role="status">The &lt;call&gt; is over.</p>'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"json": {"order": "dance"}}, "does not match any of the expected tags"),
        ({"json": {}}, "order"),
        ({"json": [1]}, "no JSON object"),
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "not JSON"),
        ({"json": {"order": "say"}}, "text"),
        ({"json": {"order": "say", "text": "..."}}, "nothing to say"),
        ({"json": {"order": "half_duplex", "on": "perhaps"}}, "on"),
        ({"json": {"order": "take_over", "endpoint": "PJSIP/0044@trunk"}}, "registered one"),
        ({"json": {"order": "take_over"}}, "No phone is known for"),
    ],
)
async def test_what_is_no_order_is_told_in_one_line(
    site: Site, body: dict[str, Any], told: str
) -> None:
    status, text = await site.post(**body)
    assert status == 400
    assert told in text
    assert "\\n" not in text
    assert site.calls.given == []


async def test_who_has_a_phone_need_not_name_it(site: Site) -> None:
    await add_person(site.engine, "ann")
    cookie = await session_cookie(site.engine, "ann")
    peer = peer_of("127.0.0.1", secure=False, host="", headers={}, trusted=())
    token = Visit(peer, cookie["understudy"]).csrf_token
    async with ClientSession(cookies=cookie) as browser:
        url = f"{site.url}/live/{CALL}/orders"
        fields = {"order": "take_over", "endpoint": "", "csrf_token": token}
        async with browser.post(url, data=fields) as response:
            assert response.status == 200
    assert site.calls.given == [(CALL, TakeOver("PJSIP/agent1"))]
    assert site.calls.by == "ann"
