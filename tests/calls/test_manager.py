"""Calls by a stand-in for Asterisk: its HTTP interface and event socket on loopback."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from agent.asterisk import presence
from agent.asterisk.ari import AriClient
from agent.asterisk.events import Channel
from agent.asterisk.patience import Patience, PatienceStats
from agent.asterisk.queue_log import QueueEvent
from agent.calls import resync, with_human
from agent.calls.admission import AdmissionSettings
from agent.calls.asterisk_line import AsteriskLine
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.manager import ApplicationTaken, CallManager
from agent.config import AriSettings, HandoffSettings
from agent.media.pacing import LatenessMeter
from agent.outbound.settings import AnsweringSettings
from agent.watchdog.pool import WatchedPool
from tests.calls.conftest import Engines, until
from tests.calls.line import FarEnd
from tests.calls.playbook import BACK, CONNECT, GREETING

CALLER = "1700000000.1"
CONTEXT = "understudy-handoff"


class FakeAsterisk:
    """Grants every request, notes it, and sends the events that the test asks for."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.variables: dict[str, str] = {}
        self.channels = [CALLER]
        self.bridges: list[dict[str, Any]] = []
        self.applications: dict[str, list[str]] = {}
        self.started_at = "2026-11-22T03:00:00.000+0000"
        self.in_dialplan = False
        self.list_after = asyncio.Event()
        self.list_after.set()
        self.alive: set[str] = set()  # applications that answer whether anybody is there
        self.hangs = 0  # so many requests that change something are carried out, and not answered
        self.apps: list[str] = []  # that were registered
        self.left_behind: list[dict[str, Any]] = []
        self.media = FarEnd()
        self._sockets: list[web.WebSocketResponse] = []
        app = web.Application()
        app.router.add_get("/ari/events", self._events)
        app.router.add_get("/ari/channels", self._list)
        app.router.add_get("/ari/bridges", self._list_bridges)
        app.router.add_get("/ari/applications", self._list_applications)
        app.router.add_get("/ari/asterisk/info", self._info)
        app.router.add_post("/ari/events/user/UnderstudyPresenceAsked", self._asked)
        app.router.add_route("*", "/ari/{path:.*}", self._request)
        self.server = TestServer(app)

    async def send(self, kind: str, channel: str = CALLER, **more: Any) -> None:
        described = {
            "id": channel,
            "name": "PJSIP/201-1",
            "caller": {"number": "201", "name": ""},
            "dialplan": {"exten": "8000"},
        }
        await self._sockets[-1].send_json({"type": kind, "channel": described, **more})

    async def drop_events(self) -> None:
        await self._sockets.pop().close()

    async def aclose(self) -> None:
        for opened in self._sockets:
            await opened.close()
        await self.server.close()
        self.media.socket.close()

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        opened = web.WebSocketResponse()
        self.apps.append(request.query["app"])
        await opened.prepare(request)
        self._sockets.append(opened)
        async for _ in opened:
            pass
        return opened

    async def _list(self, _: web.Request) -> web.Response:
        self.requests.append("GET channels")
        there = [{"id": channel} for channel in self.channels] + self.left_behind
        await self.list_after.wait()
        return web.json_response(there)

    async def _list_bridges(self, _: web.Request) -> web.Response:
        return web.json_response(self.bridges)

    async def _list_applications(self, _: web.Request) -> web.Response:
        return web.json_response(
            [{"name": name, "channel_ids": ids} for name, ids in self.applications.items()]
        )

    async def _info(self, _: web.Request) -> web.Response:
        return web.json_response({"status": {"startup_time": self.started_at}})

    async def _asked(self, request: web.Request) -> web.Response:
        app = request.query["application"]
        if app in self.alive:
            told = {"eventname": "UnderstudyPresenceTold", "app": app}
            event = {"type": "ChannelUserevent", "eventname": told["eventname"], "userevent": told}
            await self._sockets[-1].send_json(event)
        return web.Response(status=204)

    async def _request(self, request: web.Request) -> web.Response:
        path, query = request.match_info["path"], request.query
        self.requests.append(f"{request.method} {path}")
        if path == "channels/externalMedia":
            host, _, port = query["external_host"].rpartition(":")
            self.media.agent = (host, int(port))
            await self.send("StasisStart", query["channelId"], args=[])
            own = {
                "UNICASTRTP_LOCAL_ADDRESS": self.media.address[0],
                "UNICASTRTP_LOCAL_PORT": str(self.media.address[1]),
            }
            return web.json_response({"id": query["channelId"], "channelvars": own})
        if path.endswith("/variable"):
            if request.method == "GET":
                linked = "linkedid" in query["variable"]
                return web.json_response({"value": "linked" if linked else "(opus|ulaw)"})
            self.variables[query["variable"]] = query["value"]
        if path.endswith("/continue"):
            self.requests[-1] += f" {query['context']},{query['extension']}"
            self.in_dialplan = True
        if request.method == "GET":
            app = "Queue" if self.in_dialplan else "Stasis"
            return web.json_response({"dialplan": {"app_name": app}})
        if self.hangs and ("/continue" in path or request.method == "DELETE"):
            self.hangs -= 1
            await asyncio.sleep(0.8)
        return web.Response(status=204)


class Rig:
    """A manager, connected."""

    def __init__(self, engines: Engines, gatekeeper: Gatekeeper | None = None) -> None:
        self.asterisk = FakeAsterisk()
        self.gatekeeper = gatekeeper
        self.engines = engines
        self.notes = engines.notes

    async def connect(self, *, stands_in_for: Sequence[str] = ()) -> None:
        await self.asterisk.server.start_server()
        self.ari = AriClient(
            AriSettings(
                url=f"http://127.0.0.1:{self.asterisk.server.port}",
                password="s3cret",
                request_timeout_s=0.5,
            )
        )
        self.manager = CallManager(
            self.ari,
            self.engines.arm_of,
            lambda _: None,
            HandoffSettings(context=CONTEXT),
            AnsweringSettings(),
            self.gatekeeper,
            stands_in_for=stands_in_for,
        )
        self.running = asyncio.create_task(self.manager.run())
        await until(self.manager.connected.is_set)

    async def greeted(self) -> None:
        """A call came in and was greeted."""
        await self.asterisk.send("StasisStart", args=["in"])
        await until(lambda: ("agent", GREETING) in self.notes.said)

    async def queued(self) -> None:
        """The caller pressed 0 and is in the queue."""
        await self.greeted()
        for digit in "0#":
            await self.asterisk.send("ChannelDtmfReceived", digit=digit)
        await until(lambda: "transfer_started" in self.notes.kinds)

    async def ended(self) -> None:
        await until(lambda: self.manager.live == 0)

    def asked(self, what: str) -> list[str]:
        return [request for request in self.asterisk.requests if what in request]

    async def aclose(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.manager.stop()
        await self.ari.aclose()
        await self.asterisk.aclose()


@pytest.fixture
async def rig(engines: Engines) -> AsyncIterator[Rig]:
    rig = Rig(engines)
    await rig.connect()
    yield rig
    await rig.aclose()


async def test_a_caller_who_enters_is_answered_and_one_who_leaves_is_cleared_away(
    rig: Rig,
) -> None:
    await rig.greeted()
    assert rig.manager.live == 1
    call_id = rig.notes.records[0].call_id
    requests = [r for r in rig.asterisk.requests if r != "GET channels"]
    bridge, media = f"bridges/understudy-{call_id}", f"understudy-media-{call_id}"
    # after codec and Linkedid; the bridge and the media channel are asked for together
    assert set(requests[2:4]) == {f"POST {bridge}", "POST channels/externalMedia"}
    assert requests[4:] == [
        f"POST {bridge}/addChannel",
        f"POST {bridge}/addChannel",
        f"POST channels/{CALLER}/answer",
    ]
    assert "s" in rig.asterisk.media.heard()
    await rig.asterisk.send("ChannelDestroyed", cause=16)
    await rig.ended()
    requests = rig.asterisk.requests
    assert set(requests[-2:]) == {f"DELETE {bridge}", f"DELETE channels/{media}"}
    assert (rig.notes.ended.ended_by, rig.notes.ended.hangup_cause) == ("caller", 16)


async def test_a_request_to_hang_up_ends_the_call(rig: Rig) -> None:
    await rig.greeted()
    await rig.asterisk.send("ChannelHangupRequest", cause=16)
    await rig.asterisk.send("ChannelDestroyed", cause=16)
    await rig.ended()
    assert rig.notes.ended.ended_by == "caller"


def connected(channel_id: str) -> QueueEvent:
    data = {"member": "Zoe", "wait_s": 2}
    return QueueEvent("CONNECT", channel_id, "", "sales", data)


async def test_keys_lead_to_a_queue_whose_member_takes_the_call(rig: Rig) -> None:
    await rig.queued()
    assert rig.asked("/continue") == [f"POST channels/{CALLER}/continue {CONTEXT},sales"]
    assert rig.asterisk.variables["UNDERSTUDY_REASON"] == "asked for a person"
    assert rig.asked("subscription") == ["POST applications/understudy/subscription"]
    rig.manager.queue_event(connected("1.99"))
    assert rig.manager.live == 1
    rig.manager.queue_event(connected(CALLER))
    await rig.ended()
    assert (rig.notes.ended.outcome, rig.notes.ended.ended_by) == ("transferred", "transfer")


async def test_a_caller_whom_the_queue_gives_back_is_the_same_call(rig: Rig) -> None:
    await rig.queued()
    await rig.asterisk.send("StasisStart", args=["returned", "call", "TIMEOUT"])
    await until(lambda: ("agent", BACK) in rig.notes.said)
    assert rig.manager.live == 1
    assert rig.notes.said == [("agent", GREETING), ("agent", CONNECT), ("agent", BACK)]
    assert rig.notes.events[-1].data["status"] == "TIMEOUT"
    assert rig.asterisk.requests[-1].endswith("/addChannel")


async def test_the_record_follows_the_caller_to_the_human(rig: Rig) -> None:
    await rig.queued()
    rig.manager.queue_event(QueueEvent("ENTERQUEUE", CALLER, "l", "sales", {"position": 1}))
    rig.manager.queue_event(connected(CALLER))
    await rig.ended()
    rig.manager.queue_event(QueueEvent("COMPLETEAGENT", CALLER, "l", "sales", {"talk_s": 9}))
    # A colleague whom the first one put the caller through to: another channel, the same call.
    rig.manager.queue_event(QueueEvent("CONNECT", "9.1", "linked", "support", {"member": "Al"}))
    rig.manager.queue_event(QueueEvent("CONNECT", "9.2", "other", "support", {"member": "Bo"}))
    log = [event.data for event in rig.notes.events if event.kind == "queue_log"]
    assert [(line["event"], line["queue"]) for line in log] == [
        ("ENTERQUEUE", "sales"),
        ("CONNECT", "sales"),
        ("COMPLETEAGENT", "sales"),
        ("CONNECT", "support"),
    ]
    assert log[2]["talk_s"] == 9


async def test_a_hang_up_behind_a_human_that_was_missed_is_made_up_for(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(with_human, "_LATE_EVENTS_S", 0.0)
    await rig.queued()
    rig.manager.queue_event(connected(CALLER))
    await rig.ended()
    assert rig.manager.followed
    rig.asterisk.channels = []
    await rig.asterisk.drop_events()
    await until(lambda: not rig.manager.followed)


async def test_an_answer_before_the_hand_over_is_not_this_calls(rig: Rig) -> None:
    await rig.greeted()
    rig.manager.queue_event(connected(CALLER))
    await rig.asterisk.send("ChannelHangupRequest", cause=16)
    await rig.ended()
    assert rig.notes.ended.ended_by == "caller"


async def test_what_belongs_to_no_call_is_left_alone(rig: Rig) -> None:
    await rig.asterisk.send("ChannelDtmfReceived", "1.99", digit="5")
    await rig.asterisk.send("ChannelDestroyed", "1.99", cause=16)
    await rig.asterisk.send("StasisStart", "understudy-media-of-a-call-that-is-gone", args=[])
    await rig.greeted()
    assert rig.manager.live == 1
    assert len(rig.asked("answer")) == 1


async def test_hang_ups_that_were_missed_are_made_up_for(rig: Rig) -> None:
    await rig.greeted()
    await rig.asterisk.send("StasisStart", "1.2", args=["in"])
    await until(lambda: len(rig.notes.turns) == 2)
    rig.asterisk.channels = ["1.2"]
    with structlog.testing.capture_logs() as logs:
        await rig.asterisk.drop_events()
        await until(lambda: rig.manager.live == 1)
    assert "lost Asterisk's events; live calls go on" in [log["event"] for log in logs]
    assert rig.manager.connected.is_set()
    ended = rig.notes.ended
    assert (ended.ended_by, ended.hangup_cause) == ("caller", None)
    assert ended.call_id == rig.notes.records[0].call_id


def in_application(channel: str, name: str, app: str = "understudy") -> dict[str, Any]:
    dialplan = {"app_name": "Stasis", "app_data": f"{app},in", "exten": "8000"}
    caller = {"number": "201", "name": ""}
    return {"id": channel, "name": name, "dialplan": dialplan, "caller": caller}


async def test_what_a_process_that_died_left_behind_is_taken_back(engines: Engines) -> None:
    rig = Rig(engines)
    rig.asterisk.channels = []
    rig.asterisk.left_behind = [
        in_application("1.5", "PJSIP/201-5"),
        in_application("understudy-media-old", "UnicastRTP/127.0.0.1:40000-1"),
        in_application("1.6", "PJSIP/202-6", app="another"),
        in_application("1.7", "Snoop/1.5-7"),
        {"id": "1.8", "name": "PJSIP/203-8", "dialplan": {"app_name": "Queue"}},
    ]
    rig.asterisk.bridges = [
        {"id": "understudy-old", "name": "understudy", "channels": ["understudy-media-old"]},
        {"id": "understudy-of-6", "name": "another", "channels": ["1.6"]},
        {"id": "conference", "name": "understudy", "channels": []},
    ]
    await rig.connect()
    await until(lambda: ("agent", GREETING) in rig.notes.said)
    assert rig.manager.live == 1
    assert rig.notes.records[0].channel_id == "1.5"  # type: ignore[union-attr]
    await until(lambda: len(rig.asked("DELETE")) == 3)
    assert set(rig.asked("DELETE")) == {
        "DELETE bridges/understudy-old",
        "DELETE channels/understudy-media-old",
        "DELETE channels/1.7",
    }
    # Its own media channel and the caller are not taken for left behind after a reconnection.
    call_id = rig.notes.records[0].call_id
    rig.asterisk.left_behind = [
        in_application("1.5", "PJSIP/201-5"),
        in_application(f"understudy-media-{call_id}", "UnicastRTP/127.0.0.1:40002-2"),
    ]
    rig.asterisk.bridges = [
        {"id": f"understudy-{call_id}", "name": "understudy", "channels": ["1.5"]},
    ]
    await rig.asterisk.drop_events()
    await until(lambda: rig.asterisk.requests.count("GET channels") == 2)
    await asyncio.sleep(0.05)
    assert rig.manager.live == 1
    assert len(rig.asked("DELETE")) == 3
    await rig.aclose()


async def test_a_restart_of_asterisk_is_told_from_a_hang_up(rig: Rig) -> None:
    await rig.greeted()
    rig.asterisk.channels = []
    rig.asterisk.started_at = "2026-11-22T04:00:00.000+0000"
    await rig.asterisk.drop_events()
    await rig.ended()
    assert (rig.notes.ended.ended_by, rig.notes.ended.outcome) == ("pbx", "lost")
    stats = rig.manager.stats.connection
    assert (stats.connected, stats.losses, stats.restarts) == (True, 1, 1)


async def test_a_hand_over_that_meets_no_answer_is_made_once(rig: Rig) -> None:
    await rig.greeted()
    rig.asterisk.hangs = 1
    for digit in "0#":
        await rig.asterisk.send("ChannelDtmfReceived", digit=digit)
    await until(lambda: "transfer_started" in rig.notes.kinds)
    assert rig.manager.stats.requests == PatienceStats(late=1, given_up=0)
    # The second attempt finds that the caller is where it was to go.
    assert len(rig.asked("/continue")) == 1


async def test_who_hangs_up_is_hung_up_on_when_asterisk_answers_again(rig: Rig) -> None:
    line = AsteriskLine(
        rig.ari,
        Channel(CALLER, "PJSIP/201-1", "201", "", "8000"),
        "call",
        CONTEXT,
        instance="understudy",
        patience=Patience(),
    )
    rig.asterisk.hangs = 1
    await line.hang_up()
    assert rig.asked("DELETE") == [f"DELETE channels/{CALLER}"] * 2


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resync, "_LOOKS_EVERY_S", 0.05)
    monkeypatch.setattr(resync, "_LOOKS_AGAIN_S", 0.05)
    monkeypatch.setattr(presence, "_ANSWERS_WITHIN_S", 0.05)


@pytest.mark.usefixtures("quick_looks")
async def test_the_callers_of_another_process_are_taken_when_it_is_dead(engines: Engines) -> None:
    rig = Rig(engines)
    rig.asterisk.channels = []
    rig.asterisk.left_behind = [
        in_application("2.1", "PJSIP/201-5", app="other"),
        in_application("3.1", "PJSIP/202-6", app="third"),
    ]
    rig.asterisk.applications = {"other": ["2.1"], "third": ["3.1"]}
    rig.asterisk.alive = {"other"}
    await rig.connect(stands_in_for=["other"])
    await until(lambda: rig.asterisk.requests.count("GET channels") > 4)
    assert rig.manager.live == 0
    rig.asterisk.alive.clear()
    await until(lambda: ("agent", GREETING) in rig.notes.said)
    assert rig.notes.records[0].channel_id == "2.1"  # type: ignore[union-attr]
    assert rig.asked("subscription") == ["POST applications/understudy/subscription"]
    assert rig.manager.stats.resync.taken_back == 1
    # Nobody stands in for the third.
    assert rig.manager.live == 1
    await rig.aclose()


@pytest.mark.usefixtures("quick_looks")
async def test_a_caller_whom_another_process_has_taken_stays_with_it(engines: Engines) -> None:
    rig = Rig(engines)
    rig.asterisk.channels = []
    rig.asterisk.left_behind = [in_application("1.5", "PJSIP/201-5")]
    rig.asterisk.applications = {"understudy": ["1.5"], "stands-in": ["1.5"]}
    rig.asterisk.alive = {"stands-in"}
    await rig.connect()
    await until(lambda: rig.asterisk.requests.count("GET channels") > 2)
    assert rig.manager.live == 0
    await rig.aclose()


@pytest.mark.usefixtures("quick_looks")
async def test_a_call_that_begins_during_a_look_has_not_vanished(rig: Rig) -> None:
    rig.asterisk.channels = []
    rig.asterisk.list_after = asyncio.Event()
    looks = rig.asterisk.requests.count("GET channels")
    await until(lambda: rig.asterisk.requests.count("GET channels") > looks)
    await rig.greeted()
    rig.asterisk.channels = [CALLER]
    rig.asterisk.list_after.set()
    await until(lambda: rig.asterisk.requests.count("GET channels") > looks + 2)
    assert rig.manager.live == 1


@pytest.mark.usefixtures("quick_looks")
async def test_draining_turns_callers_away_and_hears_of_those_it_has(rig: Rig) -> None:
    await rig.greeted()
    assert rig.manager.taking_calls
    rig.running.cancel()
    await asyncio.gather(rig.running, return_exceptions=True)
    rig.manager.drain()
    assert not rig.manager.taking_calls
    # One who came at the last moment, and whose event nobody read.
    rig.asterisk.left_behind = [in_application("1.9", "PJSIP/202-9")]
    rig.asterisk.applications = {"understudy": [CALLER, "1.9"]}
    rig.running = asyncio.create_task(rig.manager.run())
    await rig.manager.settled()
    await until(lambda: rig.manager.live == 2)
    assert rig.asterisk.apps[-1].startswith("understudy-draining-")
    subscribed = f"POST applications/{rig.asterisk.apps[-1]}/subscription"
    assert rig.asked(subscribed) == [subscribed] * 3  # caller, media channel, the late one
    assert not rig.manager.taking_calls
    await until(lambda: rig.notes.said.count(("agent", GREETING)) == 2)
    await rig.asterisk.send("ChannelDestroyed", cause=16)
    await rig.asterisk.send("ChannelDestroyed", "1.9", cause=16)
    await asyncio.wait_for(rig.manager.drained(), 3)


async def test_another_process_with_the_same_name_is_an_error(rig: Rig) -> None:
    await rig.asterisk.send("ApplicationReplaced", application="understudy")
    with pytest.raises(ApplicationTaken, match=r"'understudy': stop it, .*ari\.app"):
        await asyncio.wait_for(rig.running, 3)


async def test_stopping_hands_live_calls_over(rig: Rig) -> None:
    await rig.greeted()
    await rig.manager.stop()
    assert rig.manager.live == 0
    assert rig.asked("/continue") == [f"POST channels/{CALLER}/continue {CONTEXT},fallback"]
    assert rig.notes.ended.ended_by == "shutdown"
    await rig.manager.stop()


async def test_stopping_does_not_wait_for_a_call_that_hangs(rig: Rig) -> None:
    rig.engines.decisions.hold()
    await rig.asterisk.send("StasisStart", args=["in"])
    await until(lambda: rig.asked("addChannel"))
    await rig.manager.stop(timeout_s=0.05)
    assert rig.manager.live == 0
    assert rig.asked("DELETE bridges")


BUSY_LINE = "All our lines are busy. One moment, please."
SECOND = "1700000000.2"


def one_call_at_a_time(**settings: object) -> Gatekeeper:
    pool = WatchedPool("idle", 1, 1.0)
    pool.shutdown()
    return Gatekeeper(
        AdmissionSettings.model_validate({"max_calls": 1, **settings}),
        loop=LatenessMeter(),
        pacing=LatenessMeter(),
        decisions=pool,
        synthesis=pool,
    )


async def test_a_caller_for_whom_there_is_no_room_goes_to_the_queue(engines: Engines) -> None:
    rig = Rig(engines, one_call_at_a_time(may_wait=0))
    await rig.connect()
    await rig.greeted()
    first = rig.notes.records[0].call_id
    await rig.asterisk.send("StasisStart", SECOND, args=["in"])
    await until(lambda: rig.notes.records[-1].call_id != first and rig.manager.live == 1)
    assert rig.asked("/continue") == [f"POST channels/{SECOND}/continue {CONTEXT},fallback"]
    assert rig.notes.ended.call_id != first
    assert (rig.notes.ended.outcome, rig.notes.ended.ended_by) == ("not_admitted", "admission")
    decided = [event.data for event in rig.notes.events if event.kind == "admission"]
    assert [d["verdict"] for d in decided] == ["taken", "queued"]
    assert decided[1] == {
        "verdict": "queued",
        "load": 1.0,
        "tightest": "max_calls",
        "enforced": True,
    }
    assert len(rig.asked("externalMedia")) == 1  # nothing was set up for the second one
    await rig.aclose()


@pytest.mark.parametrize("room", [True, False])
async def test_a_caller_who_waits_is_taken_if_there_is_room_by_then(
    room: bool, engines: Engines
) -> None:
    gatekeeper = one_call_at_a_time()
    rig = Rig(engines, gatekeeper)
    engines.voice.length_s = 0.3
    await rig.connect()
    await rig.greeted()
    first = rig.notes.records[0].call_id
    await rig.asterisk.send("StasisStart", SECOND, args=["in"])
    await until(lambda: BUSY_LINE in engines.voice.spoken)
    if room:
        await rig.asterisk.send("ChannelDestroyed", cause=16)
        await until(lambda: rig.notes.said.count(("agent", GREETING)) == 2)
        assert rig.asked("/continue") == []
    else:
        await until(lambda: rig.manager.live == 1)
        assert rig.notes.ended.call_id != first
        assert rig.notes.ended.outcome == "not_admitted"
        assert rig.asked("/continue") == [f"POST channels/{SECOND}/continue {CONTEXT},fallback"]
    assert ("agent", BUSY_LINE) in rig.notes.said
    assert gatekeeper.stats.verdicts["waits"] == 1
    decided = [e.data["verdict"] for e in rig.notes.events if e.kind == "admission"]
    assert decided == ["taken", "waits", "taken" if room else "queued"]
    await rig.aclose()


async def test_a_trial_run_lets_everybody_in_and_notes_what_it_would_have_done(
    engines: Engines,
) -> None:
    rig = Rig(engines, one_call_at_a_time(may_wait=0, enforce=False))
    await rig.connect()
    await rig.greeted()
    await rig.asterisk.send("StasisStart", SECOND, args=["in"])
    await until(lambda: rig.notes.said.count(("agent", GREETING)) == 2)
    assert [e.data["verdict"] for e in rig.notes.events] == ["taken", "queued"]
    await rig.aclose()


async def test_who_was_left_behind_has_been_let_in_before(engines: Engines) -> None:
    rig = Rig(engines, one_call_at_a_time(may_wait=0))
    rig.asterisk.channels = []
    rig.asterisk.left_behind = [in_application(f"1.{n}", f"PJSIP/20{n}-5") for n in (5, 6)]
    await rig.connect()
    await until(lambda: rig.notes.said.count(("agent", GREETING)) == 2)
    await rig.aclose()
