"""Signing in and out."""

import contextlib
import math
import time

from aiohttp import web

from agent.records.records import utc_now
from agent.web.access.audit import AUDIT, Deed, note
from agent.web.access.checking import PasswordCheck
from agent.web.access.cookie import give_cookie, take_cookie
from agent.web.access.door import DOOR, SIGN_IN
from agent.web.access.errors import AccessUnavailable, SignInRefused
from agent.web.access.marks import needs, open_to_all
from agent.web.access.people import People
from agent.web.access.person import Person, visitor_of
from agent.web.access.promptly import NO_ANSWER, in_time, promptly
from agent.web.access.role import Role
from agent.web.access.secret import digest
from agent.web.access.sessions import Sessions
from agent.web.access.visit import visit_of
from agent.web.body import form_of
from agent.web.page import desk_page, home_of


class SignIn:
    """`/sign-in` and `/sign-out`."""

    def __init__(self, people: People, sessions: Sessions, check: PasswordCheck) -> None:
        self._people = people
        self._sessions = sessions
        self._check = check
        self.routes = (
            web.get(SIGN_IN, self._form),
            web.post(SIGN_IN, self._sign_in),
            web.post("/sign-out", self._sign_out),
        )

    @open_to_all
    async def _form(self, request: web.Request) -> web.Response:
        person = visitor_of(request)
        if person is not None:
            raise web.HTTPSeeOther(_next(request, person))
        try:
            async with promptly():
                first = await self._people.nobody_yet()
        except AccessUnavailable as error:
            return self._page(request, str(error), status=503)
        return self._page(request, first=first)

    @open_to_all
    async def _sign_in(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        name, password = form.get("name", ""), form.get("password", "")
        address = visit_of(request).peer.address
        try:
            account = await self._check.account(name, password, address, time.monotonic())
            async with promptly():
                secret = await self._sessions.begin(account, utc_now())
        except SignInRefused as refused:
            return self._refused(request, refused, name)
        except AccessUnavailable as error:
            return self._page(request, str(error), name=name, status=503)
        _write(request, account.name, "person.signed_in")
        path = _next(request, Person(account.name, account.role))
        there = web.Response(status=303, headers={"Location": path})
        give_cookie(there, visit_of(request).peer, secret)
        return there

    @needs(*Role)
    async def _sign_out(self, request: web.Request) -> web.Response:
        visit = visit_of(request)
        # In an outage the session ends by being idle; the browser has no cookie of it any more.
        with contextlib.suppress(*NO_ANSWER):
            async with in_time():
                await self._sessions.end(digest(visit.secret))
        request.app[DOOR].forget(request)
        note(request, "person.signed_out")
        there = web.Response(status=303, headers={"Location": SIGN_IN})
        take_cookie(there, visit.peer)
        return there

    def _refused(self, request: web.Request, why: SignInRefused, name: str) -> web.Response:
        if why.wait_s:  # not written down: it can be had any number of times a second
            page = self._page(request, str(why), name=name, status=429)
            page.headers["Retry-After"] = str(math.ceil(why.wait_s))
            return page
        # Some type their password where the name belongs: what nobody is called is not kept.
        _write(request, why.name or "somebody", "person.refused")
        return self._page(request, str(why), name=name, status=401)

    def _page(
        self,
        request: web.Request,
        trouble: str = "",
        *,
        name: str = "",
        first: bool = False,
        status: int = 200,
    ) -> web.Response:
        page = desk_page(
            request,
            "sign_in.html",
            package="agent.web.access",
            status=status,
            trouble=trouble,
            name=name,
            first=first,
        )
        visit = visit_of(request)
        give_cookie(page, visit.peer, visit.secret)  # what the form's token belongs to
        return page


def _next(request: web.Request, person: Person) -> str:
    """Where somebody wanted to go, if it is a page of this server; else their first place."""
    path = request.query.get("next", "/")
    local = path.startswith("/") and not path.startswith(("//", "/\\"))
    wanted = local and path != "/" and path.isprintable() and path.isascii()
    return path if wanted else home_of(request, person)


def _write(request: web.Request, who: str, action: str) -> None:
    origin = visit_of(request).peer.address
    request.app[AUDIT].write(Deed(who=who, action=action, origin=origin))
