"""An encrypted recording through the web: a player gets the plain WAV, whole or in parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from aiohttp import web

from agent.media.sound_file import WavFormat
from agent.records.recordings import Recordings
from agent.sealing.keys import KeyRing
from agent.web.sound import recording_response

RECORDINGS = Recordings(Path("unused"), KeyRing([b"k" * 32]))


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    """The same sound as `a.sealed`."""
    block = np.random.default_rng(1).integers(-9000, 9000, (20_000, 2)).astype("<i2")
    for form, name in ((WavFormat(), "a.wav"), (RECORDINGS.sound_format, "a.sealed")):
        file = form.create(tmp_path / name, 8000)
        file.append(block)
        file.close()
    return (tmp_path / "a.wav").read_bytes()


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await recording_response(request, RECORDINGS, tmp_path / "a.sealed")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        (None, 200, 0, None),
        ("bytes=0-", 200, 0, None),
        ("bytes=44-147", 206, 44, 148),
        ("bytes=31000-64123", 206, 31000, 64124),
        ("bytes=-100", 206, -100, None),
        ("bytes=79000-999999", 206, 79000, None),
    ],
)
async def test_a_player_gets_what_it_asks_for(
    plain: bytes, address: str, asked: str | None, status: int, begin: int, end: int | None
) -> None:
    headers = {"Range": asked} if asked else {}
    async with aiohttp.ClientSession() as browser, browser.get(address, headers=headers) as got:
        assert (got.status, got.content_type) == (status, "audio/wav")
        assert await got.read() == plain[begin:end]
        if status == 206:
            first = begin % len(plain)
            last = (len(plain) if end is None else end) - 1
            assert got.headers["Content-Range"] == f"bytes {first}-{last}/{len(plain)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=x-y"])
async def test_a_part_that_is_not_there_is_refused(plain: bytes, address: str, asked: str) -> None:
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(address, headers={"Range": asked}) as got,
    ):
        assert (got.status, got.headers["Content-Range"]) == (416, f"bytes */{len(plain)}")
