"""Past calls: a page each, and what was recorded."""

import asyncio
from pathlib import Path

from aiohttp import web

from agent.records.errors import CallNotFound
from agent.records.recordings import Recordings
from agent.records.report import CallReport
from agent.records.store import CallStore
from agent.web.access.audit import note
from agent.web.call_page import render_call_page
from agent.web.page import desk_of
from agent.web.sound import recording_response


class History:
    """`/calls/ID` and `/calls/ID/recording.wav`."""

    def __init__(self, store: CallStore, recordings: Recordings) -> None:
        self._store = store
        self._recordings = recordings
        self.routes = (
            web.get("/calls/{call_id}", self._call),
            web.get("/calls/{call_id}/recording.wav", self._recording),
        )

    async def _call(self, request: web.Request) -> web.Response:
        report = await self._report(request)
        path = _existing(report.call.recording_path)
        url = f"/calls/{report.call.id}/recording.wav" if path else None
        note(request, "call.opened", call_id=report.call.id)
        # The waveform reads the whole recording.
        page = await asyncio.to_thread(
            render_call_page,
            report,
            path,
            recording_url=url,
            open_recording=self._recordings.open,
            desk=desk_of(request),
        )
        return web.Response(text=page, content_type="text/html")

    async def _report(self, request: web.Request) -> CallReport:
        try:
            return await self._store.report(request.match_info["call_id"])
        except CallNotFound as error:
            raise web.HTTPNotFound(text=str(error)) from None

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        report = await self._report(request)
        path = _existing(report.call.recording_path)
        if path is None:
            raise web.HTTPNotFound
        if request.http_range.start in (None, 0):  # a player that seeks asks for the rest again
            note(request, "call.played", call_id=report.call.id)
        return await recording_response(request, self._recordings, path)


def _existing(recording: str | None) -> Path | None:
    path = Path(recording) if recording else None
    return path if path is not None and path.is_file() else None
