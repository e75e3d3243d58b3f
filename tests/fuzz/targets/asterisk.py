"""What Asterisk tells: ARI's events (keys pressed among them), and the manager interface's."""

import contextlib
import json
from functools import cache
from typing import Any

from aiohttp import web
from hypothesis import strategies as st
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from agent.asterisk.ari import AriClient
from agent.asterisk.event_stream import Connected, Disconnected, StreamEvent, ari_events
from agent.asterisk.events import ASK_PRESENCE, ApplicationReplaced, read_event
from agent.asterisk.queue_log import AMI_EVENTS, parse_queue_event
from agent.asterisk.queues import parse_queue_status
from agent.config import AriSettings
from tests.fuzz.inputs import as_json, changed, edited, odd_values, texts
from tests.fuzz.served import background
from tests.fuzz.target import Target
from tests.web.test_server import free_port

_CHANNEL = {
    "id": "1700000000.1",
    "name": "PJSIP/caller-00000001",
    "state": "Up",
    "caller": {"name": "Ann", "number": "+447700900001"},
    "dialplan": {"context": "default", "exten": "1000", "priority": 1},
}
_EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "StasisStart", "channel": _CHANNEL, "args": ["inbound", "1000"]},
    {"type": "ChannelHangupRequest", "channel": _CHANNEL, "cause": 16, "soft": True},
    {"type": "ChannelDestroyed", "channel": _CHANNEL, "cause": 16, "cause_txt": "Normal Clearing"},
    {"type": "ChannelStateChange", "channel": _CHANNEL},
    {"type": "ChannelDtmfReceived", "channel": _CHANNEL, "digit": "5", "duration_ms": 120},
    {"type": "ApplicationReplaced", "application": "understudy"},
    {"type": "ChannelUserevent", "eventname": ASK_PRESENCE, "userevent": {"app": "understudy"}},
)
_KEYS = (
    "type", "channel", "id", "name", "caller", "number", "dialplan", "exten", "args", "cause",
    "soft", "digit", "eventname", "userevent", "app", "state",
)  # fmt: skip


def _check_event(data: bytes) -> None:
    event = read_event(data.decode("utf-8", "replace"))
    # What is kept of it must be good as a key, for calls are found by it.
    hash(event)


def _check_socket(data: bytes) -> None:
    """Messages as a real server sends them, cut at zero bytes; then one that is expected."""
    told = background().run(_told_over(server(), data.split(b"\0")))
    assert told[0] == Connected()
    assert told[-1] == ApplicationReplaced(), "what came after it was not told"


async def _told_over(site: "_Events", messages: list[bytes]) -> list[StreamEvent]:
    site.messages = [*messages, as_json({"type": "ApplicationReplaced", "last": True})]
    told: list[StreamEvent] = []
    async with (
        AriClient(AriSettings(url=site.url)) as client,
        contextlib.aclosing(ari_events(client)) as events,  # type: ignore[type-var]
    ):
        async for event in events:
            if event == Disconnected():
                break
            told.append(event)
    return told


class _Events:
    """An Asterisk that has an event socket and nothing else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.messages: list[bytes] = []

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for message in self.messages:
            await socket.send_str(message.decode("utf-8", "replace"))
        await socket.close()
        return socket


@cache
def server() -> _Events:
    """Started when it is first asked for."""
    return background().run(_open_server())


async def _open_server() -> _Events:
    port = free_port()
    events = _Events(f"http://127.0.0.1:{port}")
    app = web.Application()
    app.add_routes([web.get("/ari/events", events.serve)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return events


class _Factory:
    """As panoramisk's Manager: whatever is no answer is handed to us."""

    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []
        self.forgetable_actions = self.awaiting_actions = ()

    def dispatch(self, event: Message) -> None:
        self.events.append({key.lower(): str(value) for key, value in event.items()})

    def connection_lost(self, exc: object) -> None:
        pass


class _Transport:
    def close(self) -> None:
        pass


def _check_manager(data: bytes) -> None:
    """The bytes as they come from the socket, through panoramisk, to what a queue is held to be."""
    protocol, factory = AMIProtocol(), _Factory()
    protocol.connection_made(_Transport())
    protocol.factory, protocol.encoding = factory, "utf-8"
    half = len(data) // 2
    # Headers that come twice are more than panoramisk takes; asyncio then ends the connection, and
    # the next one is made after 5 s.
    with contextlib.suppress(AttributeError, TypeError):
        for part in (data[:half], data[half:]):
            protocol.data_received(part)
    for event in factory.events:
        parse_queue_event(event)
    parse_queue_status("sales", factory.events)  # type: ignore[arg-type]


_QUEUE_KEYS = (
    "Event", "Queue", "Uniqueid", "Linkedid", "MemberName", "Interface", "Position", "HoldTime",
    "RingTime", "TalkTime", "Reason", "Status", "Paused", "Calls", "Holdtime", "Location", "Name",
    "InCall", "ActionID", "Response",
)  # fmt: skip


@st.composite
def _manager_bytes(draw: st.DrawFn) -> bytes:
    name = st.sampled_from((*AMI_EVENTS, "QueueParams", "QueueMember", "Shutdown", "Other"))
    value = st.one_of(st.sampled_from(("sales", "0", "1", "8", "caller", "PJSIP/agent1")), texts())
    text = "Asterisk Call Manager/9.0.0\r\n"
    for _ in range(draw(st.integers(1, 5))):
        lines = [f"Event: {draw(name)}", "Queue: sales"]
        for key in draw(st.lists(st.sampled_from(_QUEUE_KEYS), max_size=8)):
            lines.append(f"{key}: {draw(value)}")
        text += "\r\n".join(lines) + "\r\n\r\n"
    return text.encode("utf-8", "replace")


_MANAGER_SEED = (
    b"Asterisk Call Manager/9.0.0\r\nEvent: QueueParams\r\nQueue: sales\r\nCalls: 1\r\n"
    b"Holdtime: 30\r\n\r\nEvent: QueueMember\r\nQueue: sales\r\nName: Ann\r\n"
    b"Location: PJSIP/agent1\r\nStatus: 1\r\nPaused: 0\r\n\r\nEvent: AgentConnect\r\n"
    b"Queue: sales\r\nUniqueid: 17.1\r\nLinkedid: 17.1\r\nHoldTime: 4\r\nRingTime: 2\r\n\r\n"
)

EVENT = Target(
    "ari-event",
    _check_event,
    st.one_of(
        st.sampled_from(_EVENTS).flatmap(lambda event: changed(event, _KEYS)).map(as_json),
        odd_values(_KEYS).map(as_json),
        edited([as_json(event) for event in _EVENTS]),
    ),
    tokens=[json.dumps(key).encode() for key in _KEYS],
    longest=2048,
    seeds=[as_json(event) for event in _EVENTS],
)
EVENT_SOCKET = Target(
    "ari-socket",
    _check_socket,
    st.lists(EVENT.made, min_size=1, max_size=8).map(b"\0".join),
    told=(),
    guided=False,
)
MANAGER = Target(
    "ami",
    _check_manager,
    st.one_of(_manager_bytes(), edited([_MANAGER_SEED])),
    told=(),
    tokens=[f"{key}: ".encode() for key in _QUEUE_KEYS],
    longest=2048,
    seeds=(_MANAGER_SEED,),
)
TARGETS = (EVENT, EVENT_SOCKET, MANAGER)
