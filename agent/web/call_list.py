"""`/calls`: past calls, looked up; `/calls.csv` and `/calls.json`: the same for other programs."""

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web
from pydantic import ValidationError

from agent.records.errors import BadCursor
from agent.records.finding.finder import MOST_COUNTED, Choices, Finder, Page
from agent.records.finding.wanted import SLOW_MS, CallsWanted
from agent.records.models import Call
from agent.records.report import call_as_dict
from agent.records.transcript import length
from agent.web.access.audit import note
from agent.web.page import desk_page

_IN_SIGHT = {"q", "caller", "outcome", "since", "until"}
_COLUMNS = (
    "id", "started_at", "answered_at", "ended_at", "duration_s", "direction", "caller_number",
    "called_exten", "outcome", "disposition", "ended_by", "transfer_queue", "transfer_result",
    "playbook_id", "playbook_version", "summary",
)  # fmt: skip
# A spreadsheet takes what begins so for a formula, and callers choose their words.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CallList:
    """Past calls by what they were and what was said in them."""

    def __init__(self, finder: Finder, *, sealed: bool) -> None:
        """`sealed`: new calls' words are encrypted, and so can't be searched."""
        self._finder = finder
        self._sealed = sealed
        self.routes = (
            web.get("/calls", self._show),
            web.get("/calls.csv", self._as_csv),
            web.get("/calls.json", self._as_json),
        )

    async def _show(self, request: web.Request) -> web.Response:
        fields = dict(request.query)
        after = fields.pop("after", None)
        trouble, status = "", HTTPStatus.OK
        try:
            wanted = CallsWanted.model_validate(fields)
            page = await self._finder.page(wanted, after)
        except (ValidationError, BadCursor) as error:
            trouble, status = _told(error), HTTPStatus.BAD_REQUEST
            wanted, page = CallsWanted(), Page((), {}, None)
        count = 0 if trouble else await self._finder.count(wanted)
        choices = await self._finder.choices()
        return self._page(request, wanted, page, choices, _counted(count), trouble, status)

    def _page(
        self,
        request: web.Request,
        wanted: CallsWanted,
        page: Page,
        choices: Choices,
        count: str,
        trouble: str,
        status: HTTPStatus,
    ) -> web.Response:
        return desk_page(
            request,
            "calls.html",
            status=status,
            wanted=wanted,
            page=page,
            choices=choices,
            count=count,
            trouble=trouble,
            more=bool(set(wanted.model_dump(exclude_defaults=True)) - _IN_SIGHT),
            query=_query(wanted),
            sealed=self._sealed,
            slow_ms=SLOW_MS,
            local=_local,
            length=length,
        )

    async def _as_csv(self, request: web.Request) -> web.StreamResponse:
        wanted = _wanted(request)
        note(request, "calls.exported", as_="csv", **_noted(wanted))
        return await _stream(request, "text/csv", "calls.csv", _csv(self._finder.every(wanted)))

    async def _as_json(self, request: web.Request) -> web.StreamResponse:
        wanted = _wanted(request)
        note(request, "calls.exported", as_="json", **_noted(wanted))
        parts = _json(self._finder.every(wanted))
        return await _stream(request, "application/json", "calls.json", parts)


def _wanted(request: web.Request) -> CallsWanted:
    try:
        return CallsWanted.model_validate(dict(request.query))
    except ValidationError as error:
        raise web.HTTPBadRequest(text=_told(error)) from None


def _told(error: ValidationError | BadCursor) -> str:
    if isinstance(error, BadCursor):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"'{'.'.join(map(str, first['loc']))}' is not usable: {first['msg']}."


def _noted(wanted: CallsWanted) -> Mapping[str, str]:
    """Which filters were set; what was looked for may be somebody's name or number."""
    names = sorted(wanted.model_dump(exclude_defaults=True))
    return {"filters": " ".join(names)} if names else {}


def _query(wanted: CallsWanted) -> str:
    """The address's part that asks for the same again."""
    values = wanted.model_dump(mode="json", exclude_defaults=True)
    told = {name: str(value).lower() if value is True else value for name, value in values.items()}
    return f"?{urlencode(told)}" if told else ""


def _counted(count: int) -> str:
    if count >= MOST_COUNTED:
        return f"{MOST_COUNTED:,} calls or more"
    return f"{count:,} call{'' if count == 1 else 's'}"


def _local(at: datetime | None) -> str:
    """As a browser's field wants it."""
    return f"{at.astimezone():%Y-%m-%dT%H:%M}" if at is not None else ""


async def _stream(
    request: web.Request, content_type: str, name: str, parts: AsyncIterator[str]
) -> web.StreamResponse:
    headers = {
        "Content-Type": f"{content_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    async for part in parts:
        await response.write(part.encode())
    await response.write_eof()
    return response


async def _csv(calls: AsyncIterator[Call]) -> AsyncIterator[str]:
    yield _line(_COLUMNS)
    async for call in calls:
        values = call_as_dict(call)
        yield _line([_harmless(values[name]) for name in _COLUMNS])


def _line(values: object) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerow(values)  # type: ignore[arg-type]
    return target.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA) and not value[1:].isdigit():
        return f"'{value}"
    return value


async def _json(calls: AsyncIterator[Call]) -> AsyncIterator[str]:
    """An array, a call a line."""
    before = "["
    async for call in calls:
        yield f"{before}\n{json.dumps(call_as_dict(call))}"
        before = ","
    yield "\n]\n" if before == "," else "[]\n"
