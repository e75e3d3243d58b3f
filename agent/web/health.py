"""Whether the process lives and can take calls, and its metrics: for systemd and Prometheus."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict

from aiohttp import web

from agent.metrics.exposition import Metrics
from agent.web.access.marks import needs, open_to_all
from agent.web.access.role import Role
from agent.web.readiness import Component, Readiness, event_loop, readiness

_PROBE_S = 0.02


class Health:
    """`/health/live`, `/health/ready` and `/metrics`."""

    def __init__(self, components: Mapping[str, Callable[[], Component]], metrics: Metrics) -> None:
        """`components` are asked at each request, in the event loop, and must only look."""
        self._components = components
        self._metrics = metrics
        self.routes = (
            web.get("/health/live", self._live),
            web.get("/health/ready", self._is_ready),
            web.get("/metrics", self._render_metrics),
        )

    async def look(self) -> Readiness:
        """All parts as they are now; takes 20 ms."""
        late = event_loop(await _lateness_ms())
        parts = {name: look() for name, look in self._components.items()}
        return readiness({**parts, "event_loop": late})

    @open_to_all
    async def _live(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    @open_to_all
    async def _is_ready(self, _: web.Request) -> web.Response:
        found = await self.look()
        return web.json_response(asdict(found), status=200 if found.ready else 503)

    @needs(Role.MONITOR, Role.SUPERVISOR, Role.AUDITOR, this_machine=True)
    async def _render_metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            # Reading and formatting takes milliseconds, and the loop paces live calls.
            body=await asyncio.to_thread(self._metrics.render),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )


async def _lateness_ms() -> float:
    """How late the event loop comes to a timer of 20 ms, now."""
    loop = asyncio.get_running_loop()
    due_s = loop.time() + _PROBE_S
    await asyncio.sleep(_PROBE_S)
    return max(0.0, loop.time() - due_s) * 1000.0
