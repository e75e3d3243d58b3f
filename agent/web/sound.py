"""A recording as an answer: whole, or the part that a player asks for."""

import asyncio
import io
from pathlib import Path
from typing import BinaryIO

from aiohttp import web

from agent.records.recordings import Recordings, is_sealed

_PART_BYTES = 65536


async def recording_response(
    request: web.Request, recordings: Recordings, path: Path
) -> web.StreamResponse:
    """The recording as WAV; an encrypted one is decrypted on its way, a piece at a time.

    Raises what `Recordings.open` does.
    """
    if not is_sealed(path):
        return web.FileResponse(path)
    file = await asyncio.to_thread(recordings.open, path)
    try:
        return await _streamed(request, file)
    finally:
        file.close()


async def _streamed(request: web.Request, file: BinaryIO) -> web.StreamResponse:
    size = file.seek(0, io.SEEK_END)
    try:
        wanted = range(size)[request.http_range]
    except ValueError:
        wanted = range(0)
    headers = {"Accept-Ranges": "bytes", "Content-Type": "audio/wav", "Cache-Control": "no-store"}
    if not wanted:
        headers["Content-Range"] = f"bytes */{size}"
        raise web.HTTPRequestRangeNotSatisfiable(headers=headers)
    partial = len(wanted) < size
    if partial:
        headers["Content-Range"] = f"bytes {wanted[0]}-{wanted[-1]}/{size}"
    response = web.StreamResponse(status=206 if partial else 200, headers=headers)
    response.content_length = left = len(wanted)
    await response.prepare(request)
    file.seek(wanted[0])
    while left and request.method != "HEAD":
        part = await asyncio.to_thread(file.read, min(left, _PART_BYTES))
        await response.write(part)
        left -= len(part)
    return response
