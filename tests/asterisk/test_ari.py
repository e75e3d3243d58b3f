"""What is known after a request that did not succeed, against a real HTTP server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from agent.asterisk.ari import AriClient, AriOutcomeUnknown, AriRefused, AriUnreachable
from agent.asterisk.event_stream import Connected, Disconnected, ari_events
from agent.asterisk.events import ChannelDestroyed
from agent.config import AriSettings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[AriClient]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server whose every path is one handler, and a client of it."""
    opened: list[TestServer | AriClient] = []

    async def start(handler: Handler) -> AriClient:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        server = TestServer(app)
        await server.start_server()
        client = AriClient(
            AriSettings(
                url=f"http://127.0.0.1:{server.port}", password="s3cret", request_timeout_s=0.3
            )
        )
        opened.extend([client, server])
        return client

    yield start
    for item in opened:
        await (item.aclose() if isinstance(item, AriClient) else item.close())


async def test_credentials_travel_in_the_header(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert "s3cret" not in str(request.url)
        return web.json_response({"auth": request.headers["Authorization"][:5]})

    client = await serve(handler)
    assert await client.info() == {"auth": "Basic"}


async def test_wrong_password_names_the_settings_and_not_the_password(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=401)

    client = await serve(handler)
    with pytest.raises(AriRefused, match=r"compare ari\.username and ari\.password") as refused:
        await client.info()
    assert "s3cret" not in str(refused.value)
    with pytest.raises(AriRefused, match=r"compare ari\.username"):
        await client.open_events()


async def test_refused_says_what_asterisk_said(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"message": "Channel not in Stasis application"}, status=422)

    client = await serve(handler)
    with pytest.raises(AriRefused, match="Channel not in Stasis application") as refused:
        await client.add_to_bridge("b", "c")
    assert refused.value.status == 422


async def test_silence_after_sending_is_an_unknown_outcome(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        await asyncio.sleep(2)
        return web.Response()

    client = await serve(handler)
    with pytest.raises(AriOutcomeUnknown, match="may have been carried out"):
        await client.continue_in_dialplan("c", "understudy-handoff", "sales")


async def test_nobody_listening_is_unreachable() -> None:
    async with AriClient(AriSettings(url=f"http://127.0.0.1:{unused_port()}")) as client:
        with pytest.raises(AriUnreachable, match="is it running"):
            await client.info()
        with pytest.raises(AriUnreachable, match="is it running"):
            await client.open_events()


async def test_what_is_gone_already_is_no_error(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=404)

    client = await serve(handler)
    await client.hang_up("gone")
    await client.destroy_bridge("gone")


async def test_events_go_on_after_the_socket_dropped(serve: Serve) -> None:
    channel = {"id": "1.1", "name": "PJSIP/caller-1"}

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "ChannelDestroyed", "channel": channel})
        await socket.send_json({"type": "SomethingNew"})
        await socket.close()
        return socket

    client = await serve(handler)
    seen = []
    async for event in ari_events(client):
        seen.append(type(event))
        if len(seen) == 6:
            break
    assert seen == [Connected, ChannelDestroyed, Disconnected] * 2


async def test_a_call_is_placed_for_another_application(serve: Serve) -> None:
    asked: list[tuple[str, str, dict[str, str]]] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append((request.method, request.path, dict(request.query)))
        return web.json_response({"id": "out-1"})

    client = await serve(handler)
    await client.originate(
        "PJSIP/+447700900123@trunk",
        channel_id="out-1",
        app="agent",
        arguments="outbound,1,+447700900123,e30=",
        caller_id="",
        ring_s=30,
    )
    query = {
        "endpoint": "PJSIP/+447700900123@trunk",
        "channelId": "out-1",
        "app": "agent",
        "appArgs": "outbound,1,+447700900123,e30=",
        "timeout": "30",
    }
    assert asked == [("POST", "/ari/channels", query)]


@pytest.mark.parametrize(("status", "there"), [(200, True), (404, False)])
async def test_an_application_is_there_while_its_process_is(
    serve: Serve, status: int, there: bool
) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({}, status=status)

    client = await serve(handler)
    assert await client.has_application("agent") is there


async def test_an_application_that_can_not_be_asked_for_is_not_absent(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=401)

    client = await serve(handler)
    with pytest.raises(AriRefused):
        await client.has_application("agent")
