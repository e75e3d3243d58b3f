"""What a supervisor does to a live call, and what a colleague's screen gets: real phones."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from agent.calls.prompter import SUPERVISOR
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone, Refuse
from agent.evaluation.phone_call import Pcm, PhoneCall
from agent.records.database import create_engine
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent, Record, free_tcp_port
from tests.pbx.similarity import similarity
from tests.pbx.test_call import recording_of, say, until_listening
from tests.web.board.streams import stream
from tests.web.signed_in import bearer

AGENT = "1000"
ANN = "token:test-"
SECRET = "a secret of the house"
OFFER = "I have just been told that the first month is free."


@dataclass
class Desk:
    """The agent, its supervisor's browser, and the address that its webhook goes to."""

    agent: LiveAgent
    hook_port: int
    browser: aiohttp.ClientSession
    hooked: list[dict[str, Any]] = field(default_factory=list)

    async def order(self, call_id: str, **fields: str) -> tuple[int, dict[str, Any]]:
        path = f"/live/{call_id}/orders"
        async with self.browser.post(self.agent.process.url + path, json=fields) as response:
            return response.status, await response.json()

    async def take_hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        signed = f"{request.headers['X-Understudy-Timestamp']}.".encode() + body
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert request.headers["X-Understudy-Signature"] == f"sha256={digest}"
        self.hooked.append(json.loads(body))
        return web.Response()

    async def hook(self, happened: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while True:
                for content in self.hooked:
                    if content["event"] == happened:
                        return content
                await asyncio.sleep(0.05)

    async def greeted(self, caller: Phone) -> tuple[PhoneCall, str]:
        """A call whose agent has greeted and now listens."""
        call = await caller.place(AGENT)
        call_id = await self.agent.new_call()
        await until_listening(self.agent, call, call_id)
        return call, call_id


HOOK_PORT = free_tcp_port()


@pytest.fixture(scope="module")
def agent(pbx: Pbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAgent]:
    environment = {
        "UNDERSTUDY_HANDOFF__WEBHOOK_URL": f"http://127.0.0.1:{HOOK_PORT}/hook",
        "UNDERSTUDY_HANDOFF__WEBHOOK_SECRET": SECRET,
    }
    with LiveAgent.start(tmp_path_factory.mktemp("agent"), **environment) as agent:
        yield agent


@pytest.fixture
async def desk(pbx: Pbx, agent: LiveAgent) -> AsyncIterator[Desk]:
    """Every test here ends with an empty PBX and an idle agent."""
    engine = create_engine(f"sqlite:///{agent.folder / 'calls.sqlite3'}")
    headers = await bearer(engine)
    await engine.dispose()
    async with aiohttp.ClientSession(headers=headers) as browser:
        desk = Desk(agent, HOOK_PORT, browser)
        app = web.Application()
        app.router.add_post("/hook", desk.take_hook)
        server = TestServer(app, port=HOOK_PORT)
        await server.start_server()
        yield desk
        await server.close()
    await pbx.wait_until_idle()
    await agent.wait_until_idle()


@asynccontextmanager
async def listening(desk: Desk, call_id: str) -> AsyncIterator[Callable[[], Pcm]]:
    """Hear a call in the browser; yields what the caller's leg was so far, at 8 kHz."""
    url = f"{desk.agent.process.url}/live/{call_id}/listen"
    frames: list[bytes] = []

    async def hear(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frames.append(message.data)

    async with desk.browser.ws_connect(url) as socket:
        hearing = asyncio.create_task(hear(socket))
        yield lambda: np.frombuffer(b"".join(frames), "<i2")[::2]
        await socket.close()
        await hearing


def supervised(agent: LiveAgent, call_id: str) -> list[Record]:
    """What the record says of supervisors' orders, without their names."""
    events = agent.records(call_id, "event")
    told = [dict(event["data"]) for event in events if event["kind"] == "supervisor"]
    for data in told:
        assert data.pop("by").startswith(ANN)
    return told


async def supervisors_turn(agent: LiveAgent, call_id: str) -> Record:
    """The agent's turn in a supervisor's words."""
    async with asyncio.timeout(20):
        while True:
            for turn in agent.records(call_id, "turn"):
                if SUPERVISOR in turn["line_ids"]:
                    return turn
            await asyncio.sleep(0.05)


async def heard_by_caller(call: PhoneCall, talk: PhoneCall, voice: CallerVoice) -> float:
    """How well what the human says reaches the caller, from 0 to 1."""
    since_s = call.frame_times_s[-1]
    line = await voice.speak("Hello, how can I help you with that?", 8000)
    await talk.say(line)
    await call.wait_for_silence(300)
    return similarity(line, call.heard_since(since_s))


async def test_a_whispered_line_is_spoken_and_the_caller_put_through_with_all_that_is_known(
    desk: Desk, agent: LiveAgent, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", AnswerAfter(1.5)) as colleague:
        call, call_id = await desk.greeted(caller)
        async with stream(desk.browser, f"{agent.process.url}/board/events") as board:
            assert f'id="call-{call_id}"' in await board.next()
            assert f'"{call_id}":[' in await board.next("levels")
            assert (await desk.order(call_id, order="say", text=OFFER))[0] == 200
            turn = await supervisors_turn(agent, call_id)
            await board.next(has=OFFER)
        assert turn["text"].endswith(OFFER)
        status, answer = await desk.order(call_id, order="transfer", queue="sales")
        assert (status, answer["result"]) == (200, "done")
        talk = await colleague.incoming(timeout_s=20)
        queued = await desk.hook("queued")
        assert queued["caller_number"] == "+447700900456"
        assert any(OFFER in said["text"] for said in queued["transcript"])
        assert talk.caller is not None
        url = talk.caller.headers["x-understudy-url"]
        assert url == queued["links"]["screen_pop"]
        async with aiohttp.ClientSession() as softphone, softphone.get(url) as response:
            page = await response.text()
        assert response.status == 200
        assert "+447700900456" in page
        assert OFFER in page
        answered = await desk.hook("answered")
        assert answered["member"] == "PJSIP/agent1"
        await call.hang_up()
        await talk.wait_for_end()
    _, right = await recording_of(agent, call_id)
    spoken = right[int(turn["start_s"] * 8000) : int(turn["end_s"] * 8000)]
    assert similarity(spoken, call.heard) > 0.9
    assert supervised(agent, call_id) == [
        {"order": "say"},
        {"order": "transfer", "queue": "sales"},
    ]
    assert "webhook_failed" not in [e["kind"] for e in agent.records(call_id, "event")]


async def test_a_supervisor_takes_over_and_the_two_talk_without_the_agent(
    desk: Desk, agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(1.0)) as supervisor:
        call, call_id = await desk.greeted(caller)
        status, _ = await desk.order(call_id, order="take_over", endpoint="PJSIP/agent1")
        assert status == 200
        talk = await supervisor.incoming(timeout_s=10)
        assert talk.caller is not None
        assert talk.caller.number == "+447700900456"
        await agent.wait_for(call_id, "call_ended", outcome="taken_over")
        assert await heard_by_caller(call, talk, voice) > 0.8
        await call.hang_up()
        await talk.wait_for_end()
    assert (await agent.wait_for_event(call_id, "taken_over"))["data"]["by"].startswith(ANN)
    ended = await agent.wait_for_event(call_id, "talk_ended")
    assert ended["data"]["talk_s"] > 1
    assert (await desk.order(call_id, order="end"))[0] == 404


async def test_a_supervisor_who_does_not_answer_leaves_the_caller_with_the_agent_who_ends_the_call(
    desk: Desk, agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", Refuse(486)):
        call, call_id = await desk.greeted(caller)
        await desk.order(call_id, order="take_over", endpoint="PJSIP/agent1")
        failed = await agent.wait_for_event(call_id, "take_over_failed")
        assert failed["data"]["why"] == "busy"
        status, answer = await desk.order(call_id, order="take_over", endpoint="PJSIP/agent2")
        assert (status, answer["text"]) == (
            409,
            "The PBX can't ring PJSIP/agent2: no phone is registered there.",
        )
        async with listening(desk, call_id) as heard:
            await say(call, voice, "how much is it")
            await agent.wait_for(call_id, "turn", speaker="caller")
        assert similarity(await voice.speak("how much is it", 8000), heard()) > 0.8
        assert (await desk.order(call_id, order="end"))[0] == 200
        ending = await call.wait_for_end()
        assert ending.by_remote
    ended = await agent.wait_for(call_id, "call_ended")
    assert ended["ended_by"] == "agent"
    last = agent.records(call_id, "turn")[-1]
    assert last["text"] == "Thanks for ringing. Goodbye."
