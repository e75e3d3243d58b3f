"""Whether the process lives and can take calls, and its metrics: for systemd and Prometheus."""

from collections.abc import Callable

from aiohttp import web

from agent.web.access.marks import needs, open_to_all
from agent.web.access.role import Role
from agent.web.metrics import Metrics


class Health:
    """`/health/live`, `/health/ready` and `/metrics`."""

    def __init__(self, ready: Callable[[], bool], metrics: Metrics) -> None:
        self._ready = ready
        self._metrics = metrics
        self.routes = (
            web.get("/health/live", self._live),
            web.get("/health/ready", self._is_ready),
            web.get("/metrics", self._render_metrics),
        )

    @open_to_all
    async def _live(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    @open_to_all
    async def _is_ready(self, _: web.Request) -> web.Response:
        ready = self._ready()
        return web.json_response(
            {"status": "ready" if ready else "waiting for Asterisk"}, status=200 if ready else 503
        )

    @needs(Role.MONITOR, Role.SUPERVISOR, Role.AUDITOR, this_machine=True)
    async def _render_metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            body=self._metrics.render(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )
