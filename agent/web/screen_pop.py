"""What a human agent's screen shows of the caller who is put through."""

from collections.abc import Sequence

from aiohttp import web

from agent.calls.screen_pop import ScreenPop, Stand
from agent.calls.screen_pops import ScreenPops
from agent.web.access.marks import needs, open_to_all
from agent.web.access.person import Role
from agent.web.page import desk_page, desk_templates

# Proxies close what is quiet for longer.
_KEEP_ALIVE_S = 15.0
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


class ScreenPopPages:
    """`/pop/TOKEN`, which needs nothing but its token, and `/pop`, the handoffs of the moment.

    A softphone opens the first by the INVITE's X-Understudy-Url; who is signed in finds it in the
    second. The page follows the call as long as it is open.
    """

    def __init__(self, pops: ScreenPops) -> None:
        self._pops = pops
        self.routes: Sequence[web.AbstractRouteDef] = (
            web.get("/pop", self._list),
            web.get("/pop/{token}", self._page),
            web.get("/pop/{token}/events", self._events),
        )

    @needs(Role.AGENT, Role.SUPERVISOR, Role.AUDITOR)
    async def _list(self, request: web.Request) -> web.Response:
        return desk_page(request, "pops.html", offered=self._pops.offered())

    @open_to_all
    async def _page(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        pop = self._pops.shown(token)
        if pop is None:
            return desk_page(request, "pop_gone.html", status=404)
        response = desk_page(request, "pop.html", pop=pop, token=token, Stand=Stand)
        response.headers["Cache-Control"] = "no-store"
        return response

    @open_to_all
    async def _events(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        if self._pops.shown(token) is None:
            raise web.HTTPNotFound
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        try:
            async for pop in self._pops.changes(token, _KEEP_ALIVE_S):
                await response.write(_event(pop) if pop is not None else b": still here\n\n")
        except ConnectionError:  # the browser has gone
            pass
        return response


def _event(pop: ScreenPop) -> bytes:
    """The page's changing part as one server-sent event."""
    text = desk_templates().get_template("_pop.html").render(pop=pop, Stand=Stand)
    return ("".join(f"data: {line}\n" for line in text.splitlines()) + "\n").encode()
