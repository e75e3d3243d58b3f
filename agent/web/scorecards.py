"""`/calls/ID/score`: a call on the 22 criteria, scored beside the server when somebody asks."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from agent.errors import UnderstudyError
from agent.records.errors import CallNotFound
from agent.records.models import Score
from agent.records.scores import ScoreStore
from agent.records.store import CallStore
from agent.web.access.audit import note
from agent.web.access.marks import needs
from agent.web.access.person import person_of
from agent.web.access.role import Role
from agent.web.errands import Errands
from agent.web.page import desk_templates

# Cards keep quotes of calls: in memory alone, and no more of them than somebody looks at.
_KEPT = 50
_SOME_LEFT_OUT = 3


class Scorecards:
    """The part of a call's page that tells what the call was worth.

    The scores of the groups are kept in the database, as `understudy score --keep` keeps them.
    """

    def __init__(self, errands: Errands, store: CallStore, scores: ScoreStore) -> None:
        self._errands = errands
        self._store = store
        self._scores = scores
        self._cards: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()
        self.routes = (
            web.get("/calls/{call_id}/score", self._show),
            web.post("/calls/{call_id}/score", self._score),
        )

    @needs(Role.SUPERVISOR)
    async def _score(self, request: web.Request) -> web.Response:
        call_id = await self._known(request)
        earlier = self._cards.get(call_id)
        if earlier is None or earlier.done():
            note(request, "call.scored", call_id=call_id)
            arguments = ("score", "--keep", "--json", call_id)
            self._cards[call_id] = self._errands.begin(*arguments, fine=(0, _SOME_LEFT_OUT))
            self._forget()
        return await self._fragment(request, call_id)

    async def _show(self, request: web.Request) -> web.Response:
        return await self._fragment(request, await self._known(request))

    async def _known(self, request: web.Request) -> str:
        try:
            return (await self._store.get(request.match_info["call_id"])).id
        except CallNotFound as error:
            raise web.HTTPNotFound(text=str(error)) from None

    def _forget(self) -> None:
        """The oldest cards that are done, beyond those that are kept."""
        done = [call_id for call_id, task in self._cards.items() if task.done()]
        for call_id in done[: max(0, len(self._cards) - _KEPT)]:
            del self._cards[call_id]

    async def _fragment(self, request: web.Request, call_id: str) -> web.Response:
        task = self._cards.get(call_id)
        card, trouble = None, ""
        if task is not None and task.done():
            try:
                card = json.loads(task.result())["calls"][0]
            except UnderstudyError as error:
                trouble = str(error)
        kept = None if card else await self._scores.of_call(call_id)
        page = desk_templates().get_template("_score.html")
        html = page.render(
            call_id=call_id,
            waiting=task is not None and not task.done(),
            card=card,
            trouble=trouble,
            kept=_groups(kept) if kept else None,
            may_score=person_of(request).role is Role.SUPERVISOR,
        )
        return web.Response(text=html, content_type="text/html", status=HTTPStatus.OK)


def _groups(score: Score) -> Mapping[str, float]:
    """Means of what was measured, by name; shares of full marks, and milliseconds."""
    return {name: tally["sum"] / tally["calls"] for name, tally in score.measures.items()}
