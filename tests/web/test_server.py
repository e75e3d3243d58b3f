import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.calls.handoff import HandoffDesk
from agent.config import HandoffSettings, WebSettings
from agent.dialogue.conversation import HandoffSummary, Transfer
from agent.metrics.exposition import Metrics
from agent.records.database import create_engine
from agent.records.finding.finder import Finder
from agent.records.migrate import upgrade
from agent.records.recordings import Recordings
from agent.records.store import CallStore
from agent.records.writer import RecordWriter
from agent.sealing.keys import KeyRing
from agent.speech.line_cache import LineCache
from agent.web import readiness
from agent.web.access.access import Access
from agent.web.call_list import CallList
from agent.web.exposure import WebError
from agent.web.health import Health
from agent.web.history import History
from agent.web.server import WebServer
from agent.web.whispers import Whispers
from tests.records.calls import CALL, OTHER, ended, record_whole_call, said, started
from tests.speech.fakes import HandExecutor, ToneVoice
from tests.web.sample_call import write_recording
from tests.web.signed_in import bearer

LONG = "1f0c8a52-0000-4000-8000-000000000003"
ATTACK = "<script>alert('1')</script>"
SUMMARY = HandoffSummary("asked", "asked for a person", "sales", "Asked for you.", "", "", {})


@dataclass
class Site:
    """A server on a real port, and a browser."""

    url: str
    server: WebServer
    desk: HandoffDesk
    engine: AsyncEngine
    browser: ClientSession
    ready: bool = False

    async def get(self, path: str) -> tuple[int, str]:
        async with self.browser.get(self.url + path) as response:
            return response.status, await response.text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a call of one of everything, and one whose parties write HTML."""
    path = tmp_path_factory.mktemp("web") / "calls.sqlite3"
    url = f"sqlite:///{path}"
    recording = path.with_name("call.wav")
    write_recording(recording, seconds=20)
    long_recording = path.with_name("long.wav")
    long_recording.touch()
    os.truncate(long_recording, 100_000_000)

    async def fill() -> None:
        await upgrade(url)
        engine = create_engine(url)
        writer = RecordWriter(engine)
        writer.start()
        record_whole_call(writer)
        writer.call_started(
            started(OTHER, caller_number=f"{ATTACK}1", recording_path=str(recording))
        )
        writer.turn(said(0, f"{ATTACK}2", call_id=OTHER))
        writer.call_ended(ended(OTHER, f"{ATTACK}3", summary=f"{ATTACK}4", slots={"x": ATTACK}))
        writer.call_started(started(LONG, recording_path=str(long_recording)))
        await writer.aclose()
        await engine.dispose()

    asyncio.run(fill())
    return path


def server_on(
    port: int,
    engine: AsyncEngine,
    desk: HandoffDesk,
    ready: Callable[[], bool],
    people: AsyncEngine | None = None,
) -> WebServer:
    """`people` is the database of people where it is not that of the calls."""
    health = Health({"asterisk": lambda: readiness.asterisk(ready())}, Metrics())
    history = History(CallStore(engine), Recordings(Path("unused"), KeyRing()))
    calls = CallList(Finder(engine), sealed=False)
    rooms = (health, Whispers(desk), calls, history)
    settings = WebSettings(port=port)
    return WebServer(settings, rooms, Access(settings, people or engine))


@pytest.fixture
async def site(database: Path, tmp_path: Path) -> AsyncIterator[Site]:
    port = free_port()
    engine = create_engine(f"sqlite:///{database}")
    lines = LineCache(ToneVoice(), tmp_path, HandExecutor())
    desk = HandoffDesk(HandoffSettings(), lines, f"http://127.0.0.1:{port}")
    server = server_on(port, engine, desk, lambda: site.ready)
    await server.start()
    async with ClientSession(headers=await bearer(engine)) as browser:
        site = Site(f"http://127.0.0.1:{port}", server, desk, engine, browser)
        yield site
    await server.stop()
    await engine.dispose()


async def test_it_is_alive_before_it_is_ready(site: Site) -> None:
    assert await site.get("/health/live") == (200, '{"status": "live"}')
    status, text = await site.get("/health/ready")
    told = json.loads(text)
    assert (status, told["ready"]) == (503, False)
    assert told["status"].startswith("waiting for Asterisk")
    assert told["components"]["asterisk"]["state"] == "down"
    assert told["components"]["event_loop"]["state"] in {"ok", "impaired"}
    site.ready = True
    status, text = await site.get("/health/ready")
    told = json.loads(text)
    assert (status, told["ready"], told["status"]) == (200, True, "ready")
    assert told["components"]["asterisk"] == {"state": "ok", "why": ""}


async def test_metrics_are_in_the_text_format(site: Site) -> None:
    async with site.browser.get(f"{site.url}/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = list(text_string_to_metric_families(await response.text()))
    names = {family.name for family in families}
    assert {"understudy_live_calls", "understudy_calls", "call_answer_latency_seconds"} <= names


async def test_a_whisper_is_served_until_its_call_is_over(site: Site) -> None:
    handoff = await site.desk.prepare(CALL, Transfer("sales", "asked"), SUMMARY)
    url = handoff.variables["UNDERSTUDY_WHISPER"]
    async with site.browser.get(url) as response:
        assert (response.status, response.content_type) == (200, "audio/wav")
        assert (await response.read()).startswith(b"RIFF")
    assert (await site.get("/handoff/guessed.wav"))[0] == 404
    site.desk.forget(CALL)
    async with site.browser.get(url) as response:
        assert response.status == 404


async def test_calls_are_listed_with_links_to_their_pages(site: Site) -> None:
    status, page = await site.get("/calls")
    assert status == 200
    assert f'href="/calls/{CALL}"' in page
    assert "+441632960123" in page


async def test_a_call_has_a_page_by_its_id_or_the_beginning_of_it(site: Site) -> None:
    status, page = await site.get(f"/calls/{CALL}")
    assert status == 200
    assert "Hello, this is" in page
    assert "This call was not recorded." in page  # the file that its record names is gone
    assert (await site.get(f"/calls/{CALL[:4]}"))[0] == 404  # two calls begin so


@pytest.mark.parametrize("call_id", ["9999", "zz", "..%2F..%2Fetc%2Fpasswd"])
@pytest.mark.parametrize("rest", ["", "/recording.wav"])
async def test_an_unknown_call_is_not_found(site: Site, call_id: str, rest: str) -> None:
    status, text = await site.get(f"/calls/{call_id}{rest}")
    assert status == 404
    assert "Traceback" not in text


async def test_what_callers_say_is_never_html(site: Site) -> None:
    for path in ("/calls", f"/calls/{OTHER}"):
        status, page = await site.get(path)
        assert status == 200
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


async def test_a_recording_is_served_whole_and_in_parts(site: Site, database: Path) -> None:
    recording = database.with_name("call.wav")
    url = f"/calls/{OTHER}/recording.wav"
    assert f'src="{url}"' in (await site.get(f"/calls/{OTHER}"))[1]
    async with site.browser.get(site.url + url) as response:
        assert response.status == 200
        assert response.content_type in ("audio/wav", "audio/x-wav", "audio/vnd.wave")
        assert await response.read() == recording.read_bytes()
    # A player that seeks asks so.
    async with site.browser.get(site.url + url, headers={"Range": "bytes=44-147"}) as response:
        assert response.status == 206
        assert await response.read() == recording.read_bytes()[44:148]


async def test_a_call_without_a_recording_has_none(site: Site) -> None:
    assert (await site.get(f"/calls/{CALL}/recording.wav"))[0] == 404


@pytest.mark.parametrize("path", ["/calls", f"/calls/{CALL}"])
async def test_a_database_that_is_away_is_told_in_one_line(
    site: Site, tmp_path: Path, path: str
) -> None:
    port = free_port()
    engine = create_engine(f"sqlite:///{tmp_path}/empty.sqlite3")
    server = server_on(port, engine, site.desk, lambda: True, people=site.engine)
    await server.start()
    try:
        async with site.browser.get(f"http://127.0.0.1:{port}{path}") as response:
            assert response.status == 503
            text = await response.text()
    finally:
        await server.stop()
        await engine.dispose()
    assert "`understudy db upgrade`" in text
    assert "\n" not in text


async def test_a_port_that_is_taken_is_one_line(site: Site) -> None:
    port = int(site.url.rsplit(":", 1)[1])
    with pytest.raises(WebError) as caught:
        await server_on(port, site.engine, site.desk, lambda: True).start()
    told = str(caught.value)
    assert told.startswith(f"The web server can't listen on 127.0.0.1:{port} (")
    assert told.endswith("stop what uses it, or set web.port.")
    assert "\n" not in told


async def test_a_player_that_has_paused_does_not_hold_the_process(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rsplit(":", 1)[1]))
    token = site.browser.headers["Authorization"]
    head = f"GET /calls/{LONG}/recording.wav HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"
    writer.write(head.encode())
    assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    async with asyncio.timeout(5):
        await site.server.stop()
    writer.close()
