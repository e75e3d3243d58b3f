"""The webhook against a real HTTP server on loopback."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from agent.calls.handoff_hook import HandoffHook
from agent.calls.handoff_news import HandoffNews
from agent.calls.screen_pop import Said, ScreenPop
from agent.records.models import Speaker
from agent.records.records import CallStarted, utc_now
from tests.calls.test_screen_pops import SUMMARY

SECRET = "a secret of the house"
POP = ScreenPop(
    "call-1",
    "+447700900456",
    utc_now(),
    queue="sales",
    reason="asked for a person",
    slots={"plan": "fibre"},
    transcript=(Said(Speaker.CALLER, "a person please", 4.2),),
)


@dataclass
class Crm:
    """Answers each request with the next status; 0: it does not answer."""

    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            await asyncio.sleep(30)
        return web.Response(status=status, headers={"Location": "/elsewhere"})


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
async def url(crm: Crm) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{path:.*}", crm.take)
    server = TestServer(app)
    await server.start_server()
    yield f"http://127.0.0.1:{server.port}/hook?key=s3cret"
    await server.close()


async def told(url: str, *, gives_up_after_s: float = 5.0) -> list[str]:
    """Tell it once and wait; why it failed, if it did."""
    failed: list[str] = []
    hook = HandoffHook(
        url, SecretStr(SECRET), now=lambda: 1000.0, gives_up_after_s=gives_up_after_s
    )
    async with hook, asyncio.timeout(10):
        hook.tell("queued", POP, {"call": "/calls/call-1"}, failed.append)
        await asyncio.gather(*hook._under_way)
    return failed


async def test_it_tells_who_is_put_through_and_signs_it(crm: Crm, url: str) -> None:
    assert await told(url) == []
    content = json.loads(crm.bodies[0])
    assert content["event"] == "queued"
    assert content["caller_number"] == "+447700900456"
    assert (content["queue"], content["reason"]) == ("sales", "asked for a person")
    assert content["slots"] == {"plan": "fibre"}
    assert content["transcript"] == [{"speaker": "caller", "text": "a person please", "at_s": 4.2}]
    assert content["links"] == {"call": "/calls/call-1"}
    sent = crm.headers[0]
    signed = hmac.new(SECRET.encode(), b"1000." + crm.bodies[0], hashlib.sha256).hexdigest()
    assert sent["X-Understudy-Signature"] == f"sha256={signed}"
    assert sent["X-Understudy-Timestamp"] == "1000"


async def test_a_server_in_trouble_is_tried_again_with_the_same_delivery(
    crm: Crm, url: str
) -> None:
    crm.statuses = [503, 429]
    assert await told(url) == []
    assert len(crm.bodies) == 3
    assert len({sent["X-Understudy-Delivery"] for sent in crm.headers}) == 1


@pytest.mark.parametrize("status", [404, 401, 302])
async def test_a_refusal_or_a_redirect_is_final(crm: Crm, url: str, status: int) -> None:
    crm.statuses = [status]
    assert await told(url) == [f"status {status}"]
    assert len(crm.bodies) == 1


async def test_it_gives_up_in_time_and_does_not_tell_the_address(crm: Crm, url: str) -> None:
    crm.statuses = [0]
    assert await told(url, gives_up_after_s=0.3) == ["no answer; tried for 0.3 s"]
    crm.statuses = [500] * 20
    (why,) = await told(url, gives_up_after_s=0.3)
    assert why == "status 500; tried for 0.3 s"
    (why,) = await told("http://127.0.0.1:9/hook?key=s3cret", gives_up_after_s=0.3)
    assert why.startswith("ClientConnectorError")
    assert "s3cret" not in why


async def test_a_call_comes_with_links_back_to_the_desk(crm: Crm, url: str) -> None:
    async with HandoffHook(url, SecretStr(SECRET)) as hook, asyncio.timeout(5):
        news = HandoffNews("https://desk.example", hook)
        news.pops.call_started(CallStarted(call_id="call-1", channel_id="1.1"))
        page = news.offer("call-1", "sales", SUMMARY)
        news.tell("answered", "call-1", pytest.fail)
        await asyncio.gather(*hook._under_way)
    links = json.loads(crm.bodies[0])["links"]
    assert links == {"call": "https://desk.example/calls/call-1", "screen_pop": page}
