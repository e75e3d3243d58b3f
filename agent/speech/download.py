"""Fetching one file over HTTP, continuing where an earlier try stopped."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import aiohttp

from agent.speech.errors import FetchFailed

Progress = Callable[[int, int | None], None]

_CHUNK_BYTES = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=30)
# Tries that bring nothing new, in a row, before giving up.
_FRUITLESS_TRIES = 2


async def download(
    url: str, part: Path, progress: Progress | None = None, *, retry_delay_s: float = 1.0
) -> None:
    """Complete the file `part`, which may hold the beginning already.

    A connection that breaks is taken up again as long as every try brings new bytes.
    `progress(bytes_done, total)`; total is None when the server doesn't tell. Raises FetchFailed
    with the reason only; what has arrived stays in `part`.
    """
    fruitless = 0
    while True:
        before = _size(part)
        try:
            await _transfer(url, part, progress)
            return
        except aiohttp.ClientResponseError as error:
            raise FetchFailed(f"the server answered {error.status} {error.message}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            fruitless = 0 if _size(part) > before else fruitless + 1
            if fruitless == _FRUITLESS_TRIES:
                raise FetchFailed(str(error) or "the server does not answer") from error
        except OSError as error:
            raise FetchFailed(f"{part} can't be written: {error.strerror}") from error
        await asyncio.sleep(retry_delay_s)


async def _transfer(url: str, part: Path, progress: Progress | None) -> None:
    offset = _size(part)
    headers = {"Range": f"bytes={offset}-"} if offset else {}
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as session,
        session.get(url, headers=headers) as response,
    ):
        if response.status == 416:
            if response.headers.get("Content-Range") == f"bytes */{offset}":
                return  # it was complete already
            await asyncio.to_thread(part.unlink)
            raise aiohttp.ClientPayloadError("the partial file was not a part of this one")
        response.raise_for_status()
        if response.status != 206:
            offset = 0  # the server starts from the beginning
        total = None if response.content_length is None else offset + response.content_length
        await _store(response, part, offset, total, progress)


async def _store(
    response: aiohttp.ClientResponse,
    part: Path,
    offset: int,
    total: int | None,
    progress: Progress | None,
) -> None:
    done = offset
    file = await asyncio.to_thread(part.open, "ab" if offset else "wb")
    with file:
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            await asyncio.to_thread(file.write, chunk)
            done += len(chunk)
            if progress:
                progress(done, total)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
