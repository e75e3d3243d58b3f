"""`/api/v1/...`: the interface for programs."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from agent.calls.orders import InvalidOrder
from agent.diagnosis.diagnosis import diagnose
from agent.records.do_not_call import DoNotCallRegister
from agent.records.errors import BadCursor, CallNotFound
from agent.records.finding.finder import Finder
from agent.records.numbers import NotANumber, normalised
from agent.records.store import CallStore
from agent.web.access.audit import note
from agent.web.access.marks import needs, open_to_all
from agent.web.access.person import person_of
from agent.web.access.role import Role
from agent.web.api import models
from agent.web.api.endpoints import Endpoint, described
from agent.web.board.live_call import LiveCall, Phase
from agent.web.orders import STATUS, Orders
from agent.web.readiness import Readiness

_Model = TypeVar("_Model", bound=BaseModel)


class Api:
    """Version 1."""

    def __init__(
        self,
        store: CallStore,
        finder: Finder,
        register: DoNotCallRegister,
        live: Callable[[], Sequence[LiveCall]],
        orders: Orders,
        health: Callable[[], Awaitable[Readiness]],
    ) -> None:
        self._store = store
        self._finder = finder
        self._register = register
        self._live = live
        self._orders = orders
        self._look = health
        endpoints = self._endpoints()
        self._document = json.dumps(described(endpoints))
        self.routes = (
            *(endpoint.route for endpoint in endpoints),
            web.get("/api/v1/openapi.json", self._describe),
        )

    def _endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                "GET", "/calls", "Past and live calls, looked up.",
                self._list_calls, models.CallsOut, query=models.CallsQuery,
            ),
            Endpoint(
                "GET", "/calls/{call_id}", "Everything about one call.",
                self._show_call, models.CallDetail,
            ),
            Endpoint("GET", "/live", "The calls of the moment.",
                     self._list_live, models.LiveCallsOut),
            Endpoint(
                "POST", "/live/{call_id}/orders", "Give a live call an order.",
                self._give_order, models.OrderOut, body=models.OrderIn, statuses=(202, 404, 409),
            ),
            Endpoint("GET", "/do-not-call", "Numbers that are not to be called.",
                     self._list_numbers, models.NumbersOut),
            Endpoint(
                "POST", "/do-not-call", "Put a number on the register.",
                self._add_number, models.AddedOut, body=models.NumberIn,
            ),
            Endpoint(
                "GET", "/health", "Whether calls can be taken; 503 where they can't.",
                self._tell_health, models.HealthOut, statuses=(503,),
            ),
        )  # fmt: skip

    @open_to_all
    async def _describe(self, _: web.Request) -> web.Response:
        return web.Response(text=self._document, content_type="application/json")

    async def _list_calls(self, request: web.Request) -> web.Response:
        wanted = _valid(models.CallsQuery, dict(request.query))
        filters = sorted(wanted.model_dump(exclude_defaults=True))
        try:
            page = await self._finder.page(wanted, wanted.after, wanted.limit)
        except BadCursor as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        note(request, "calls.listed", filters=" ".join(filters))
        return _answer(models.CallsOut.model_validate(page))

    async def _show_call(self, request: web.Request) -> web.Response:
        try:
            report = await self._store.report(request.match_info["call_id"])
        except CallNotFound as error:
            raise web.HTTPNotFound(text=str(error)) from None
        note(request, "call.opened", call_id=report.call.id)
        detail = {
            "call": report.call,
            "models": report.call.models,
            "turns": report.turns,
            "events": report.events,
            "latencies": report.latencies,
            "findings": [asdict(finding) for finding in diagnose(report).findings],
        }
        return _answer(models.CallDetail.model_validate(detail))

    async def _list_live(self, _: web.Request) -> web.Response:
        calls = [call for call in self._live() if call.phase is not Phase.ENDED]
        return _answer(models.LiveCallsOut.model_validate({"calls": calls}))

    @needs(Role.SUPERVISOR)
    async def _give_order(self, request: web.Request) -> web.Response:
        order = await _body(models.OrderIn, request)
        fields = order.model_dump(exclude_none=True)
        try:
            outcome = await self._orders.give(request, fields)
        except InvalidOrder as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        told = models.OrderOut(result=outcome.result, text=outcome.text)
        return _answer(told, STATUS[outcome.result])

    async def _list_numbers(self, _: web.Request) -> web.Response:
        return _answer(
            models.NumbersOut.model_validate({"numbers": list(await self._register.all())})
        )

    @needs(Role.SUPERVISOR)
    async def _add_number(self, request: web.Request) -> web.Response:
        asked = await _body(models.NumberIn, request)
        try:
            number = normalised(asked.number)
        except NotANumber as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        added = await self._register.add([number], f"api: {person_of(request).name}")
        note(request, "do_not_call.added")
        return _answer(models.AddedOut(added=bool(added)))

    @open_to_all
    async def _tell_health(self, _: web.Request) -> web.Response:
        found = await self._look()
        parts = {name: asdict(part) for name, part in found.components.items()}
        return _answer(
            models.HealthOut(ready=found.ready, components=parts), 200 if found.ready else 503
        )


def _answer(model: BaseModel, status: int = 200) -> web.Response:
    return web.Response(
        text=model.model_dump_json(), content_type="application/json", status=status
    )


async def _body(model: type[_Model], request: web.Request) -> _Model:
    try:
        return _valid(model, await request.json())
    except (ValueError, LookupError, RecursionError):  # or no text of the character set it names
        raise web.HTTPBadRequest(text="The body is not JSON.") from None


def _valid(model: type[_Model], values: object) -> _Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise web.HTTPBadRequest(text=f"'{place}' is not usable: {first['msg']}.") from None
