"""Health, metrics, whispers for Asterisk, and a page for each past call."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from agent.calls.handoff import HandoffDesk
from agent.config import WebSettings
from agent.errors import UnderstudyError
from agent.metrics.exposition import Metrics
from agent.records.errors import CallNotFound
from agent.records.report import CallReport
from agent.records.store import CallStore
from agent.web.call_page import render_call_list, render_call_page

# A browser that holds half a recording back must not hold the process back.
_SHUTDOWN_S = 0.5


class WebError(UnderstudyError):
    """The web server can't start."""


class WebServer:
    """Serves on one address; loopback unless configured, since its pages have no sign-in yet."""

    def __init__(
        self,
        settings: WebSettings,
        *,
        store: CallStore,
        metrics: Metrics,
        handoffs: HandoffDesk,
        ready: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._store = store
        self._metrics = metrics
        self._handoffs = handoffs
        self._ready = ready
        app = web.Application(middlewares=[_explain])
        app.add_routes(
            [
                web.get("/health/live", self._live),
                web.get("/health/ready", self._health_ready),
                web.get("/metrics", self._render_metrics),
                web.get("/handoff/{token}.wav", self._whisper),
                web.get("/", self._calls),
                web.get("/calls/{call_id}", self._call),
                web.get("/calls/{call_id}/recording.wav", self._recording),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)

    async def start(self) -> None:
        """Listen. Raises WebError when the address is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise WebError(
                f"The web server can't listen on {self._settings.host}:{self._settings.port} "
                f"({error.strerror}): stop what uses it, or set web.port."
            ) from None

    async def stop(self) -> None:
        """Stop listening and close connections."""
        await self._runner.cleanup()

    async def _live(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _health_ready(self, _: web.Request) -> web.Response:
        ready = self._ready()
        return web.json_response(
            {"status": "ready" if ready else "waiting for Asterisk"}, status=200 if ready else 503
        )

    async def _render_metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            # Reading and formatting takes milliseconds, and the loop paces live calls.
            body=await asyncio.to_thread(self._metrics.render),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )

    async def _whisper(self, request: web.Request) -> web.Response:
        wav = self._handoffs.whisper(request.match_info["token"])
        if wav is None:
            raise web.HTTPNotFound
        return web.Response(body=wav, content_type="audio/wav")

    async def _calls(self, _: web.Request) -> web.Response:
        calls = await self._store.list_calls(limit=100)
        return web.Response(text=render_call_list(calls), content_type="text/html")

    async def _call(self, request: web.Request) -> web.Response:
        report = await self._report(request)
        path = _existing(report.call.recording_path)
        url = f"/calls/{report.call.id}/recording.wav" if path else None
        # The waveform reads the whole recording.
        page = await asyncio.to_thread(render_call_page, report, path, recording_url=url)
        return web.Response(text=page, content_type="text/html")

    async def _report(self, request: web.Request) -> CallReport:
        try:
            return await self._store.report(request.match_info["call_id"])
        except CallNotFound as error:
            raise web.HTTPNotFound(text=str(error)) from None

    async def _recording(self, request: web.Request) -> web.FileResponse:
        report = await self._report(request)
        path = _existing(report.call.recording_path)
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path)


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 503 with the one line of an error, such as a database that is away."""
    try:
        return await handler(request)
    except UnderstudyError as error:
        raise web.HTTPServiceUnavailable(text=str(error)) from None


def _existing(recording: str | None) -> Path | None:
    path = Path(recording) if recording else None
    return path if path is not None and path.is_file() else None
