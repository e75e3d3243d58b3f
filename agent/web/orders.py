"""Where a supervisor's orders to a live call arrive."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal, Protocol

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.calls.orders import (
    End,
    HalfDuplex,
    InvalidOrder,
    Order,
    Outcome,
    Result,
    Say,
    TakeOver,
    TransferNow,
    described,
)
from agent.web.access.audit import note
from agent.web.access.marks import needs
from agent.web.access.person import Person, Role, person_of
from agent.web.body import form_of
from agent.web.page import desk_templates

# What an order's result is as a status of HTTP.
STATUS = {
    Result.DONE: HTTPStatus.OK,
    Result.REFUSED: HTTPStatus.CONFLICT,
    Result.NOT_LIVE: HTTPStatus.NOT_FOUND,
    Result.NO_ANSWER: HTTPStatus.ACCEPTED,
}


class OrderTaker(Protocol):
    """The part of `calls.supervision.Supervision` that orders go to."""

    async def order(self, call_id: str, order: Order, *, by: str) -> Outcome:
        """Give an order and wait for what comes of it."""


class Orders:
    """`POST /live/CALL/orders`, a form or JSON: `order` and what it takes.

        say text=...   transfer queue=...   take_over [endpoint=...]   end   half_duplex on=1|0

    Answers htmx with a fragment (always 200, since htmx shows nothing else), others with JSON.
    """

    def __init__(self, supervision: OrderTaker, phones: Mapping[str, str]) -> None:
        """`phones` are people's own: who takes a call over need not say by which."""
        self._supervision = supervision
        self._phones = phones
        self.routes: Sequence[web.AbstractRouteDef] = (
            web.post("/live/{call_id}/orders", self._order),
        )

    @needs(Role.SUPERVISOR)
    async def _order(self, request: web.Request) -> web.Response:
        try:
            outcome = await self.give(request, await _fields(request))
        except InvalidOrder as error:
            return self._answer(request, "invalid", str(error), HTTPStatus.BAD_REQUEST)
        return self._answer(request, outcome.result, outcome.text, STATUS[outcome.result])

    async def give(self, request: web.Request, fields: Mapping[str, Any]) -> Outcome:
        """Give the call of a request's address the order that these fields are.

        Raises InvalidOrder.
        """
        person, call_id = person_of(request), request.match_info["call_id"]
        order = self._read(fields, person)
        outcome = await self._supervision.order(call_id, order, by=person.name)
        note(request, "call.ordered", call_id=call_id, **described(order), result=outcome.result)
        return outcome

    def _read(self, fields: Mapping[str, Any], person: Person) -> Order:
        try:
            form = _FORM.validate_python(fields)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "order"
            raise InvalidOrder(f"The order's '{place}' is not usable: {first['msg']}.") from None
        if isinstance(form, _TakeOver) and not form.endpoint:
            own = self._phones.get(person.name, "")
            if not own:
                raise InvalidOrder(
                    f"No phone is known for {person.name}: say which is to ring, such as "
                    "PJSIP/agent1, or set handoff.supervisor_phones."
                )
            return TakeOver(own)
        return form.given()

    def _answer(
        self, request: web.Request, result: str, text: str, status: HTTPStatus
    ) -> web.Response:
        if "HX-Request" not in request.headers:
            return web.json_response({"result": result, "text": text}, status=status)
        page = desk_templates().get_template("_outcome.html").render(result=result, text=text)
        return web.Response(text=page, content_type="text/html")


class _Form(BaseModel):
    # What else the page's form sends, such as its CSRF token, is no business of the order.
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Say(_Form):
    order: Literal["say"]
    text: str

    def given(self) -> Order:
        return Say(self.text)


class _Transfer(_Form):
    order: Literal["transfer"]
    queue: str

    def given(self) -> Order:
        return TransferNow(self.queue.strip())


class _TakeOver(_Form):
    order: Literal["take_over"]
    endpoint: str = ""

    def given(self) -> Order:
        return TakeOver(self.endpoint.strip())


class _End(_Form):
    order: Literal["end"]

    def given(self) -> Order:
        return End()


class _HalfDuplex(_Form):
    order: Literal["half_duplex"]
    on: bool

    def given(self) -> Order:
        return HalfDuplex(self.on)


_FORM: TypeAdapter[_Say | _Transfer | _TakeOver | _End | _HalfDuplex] = TypeAdapter(
    Annotated[
        _Say | _Transfer | _TakeOver | _End | _HalfDuplex,
        Field(discriminator="order"),
    ]
)


async def _fields(request: web.Request) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        return await form_of(request)
    try:
        fields = await request.json()
    except (ValueError, LookupError, RecursionError) as error:  # or no text of its character set
        raise InvalidOrder(f"The body is not JSON: {error}.") from None
    if not isinstance(fields, dict):
        raise InvalidOrder('The body is no JSON object, such as {"order": "end"}.')
    return fields
