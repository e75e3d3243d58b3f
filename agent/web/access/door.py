"""The door: every request passes it, and none that is not let in gets further."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from agent.records.records import utc_now
from agent.web.access.cookie import read_cookie
from agent.web.access.errors import AccessUnavailable
from agent.web.access.marks import admits
from agent.web.access.peer import Network, Peer, peer_of
from agent.web.access.person import Person, introduce, visitor_of
from agent.web.access.recognition import Recognition
from agent.web.access.secret import new_secret
from agent.web.access.visit import CSRF_FIELD, CSRF_HEADER, Visit, begin_visit, visit_of
from agent.web.body import form_of

SIGN_IN = "/sign-in"
_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_WITHIN_S = 10.0
_FORM = "application/x-www-form-urlencoded"


class Door:
    """Recognises who comes, refuses forged requests, and applies the handlers' marks."""

    def __init__(self, recognition: Recognition, trusted: Sequence[Network]) -> None:
        self._recognition = recognition
        self._trusted = trusted

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """For the application: it goes before every handler."""
        await self._admit(request)
        return await handler(request)

    async def still_in(self, request: web.Request) -> bool:
        """Whether the person behind a long request, such as a stream, is still signed in.

        Raises AccessUnavailable. Ask every few seconds: an open stream keeps its session in use.
        """
        return await self._recognise(request) is not None

    def forget(self, request: web.Request) -> None:
        """The session behind a request has ended."""
        self._recognition.forget(visit_of(request).secret)

    async def _admit(self, request: web.Request) -> None:
        peer = self._peer(request)
        cookie = read_cookie(request, peer)
        begin_visit(request, Visit(peer, cookie or new_secret()))
        mark = admits(request.match_info.handler, request.method)
        person = None
        try:
            person = await self._recognise(request)
        except AccessUnavailable:
            if not mark.everybody:
                raise
        if person is not None:
            introduce(request, person)
        if not mark.lets_in(person, local=peer.local):
            raise _refusal(request)
        if not _bearer(request):
            await _refuse_forged(request)

    def _peer(self, request: web.Request) -> Peer:
        return peer_of(
            request.remote or "",
            secure=request.secure,
            host=request.headers.get("Host", ""),
            headers=request.headers,
            trusted=self._trusted,
        )

    async def _recognise(self, request: web.Request) -> Person | None:
        token = _bearer(request)
        if token:
            return await self._recognition.by_token(token, utc_now())
        cookie = read_cookie(request, visit_of(request).peer)
        return await self._recognition.by_session(cookie, utc_now()) if cookie else None


DOOR = web.AppKey("door", Door)


async def still_signed_in(request: web.Request) -> bool:
    """For handlers of streams: see `Door.still_in`."""
    return await request.app[DOOR].still_in(request)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _refuse_forged(request: web.Request) -> None:
    """Another site can make a browser send a request with its cookie, but not read our pages.

    Raises HTTPForbidden unless what changes something bears the token of one of our pages, and
    comes from one where the browser tells (Origin). WebSockets know no other protection.
    """
    visit = visit_of(request)
    changes = request.method not in _CHANGES_NOTHING
    if not changes and "Upgrade" not in request.headers:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != visit.peer.origin:
        raise web.HTTPForbidden(
            text=f"This request comes from {origin[:100]}, but this is {visit.peer.origin}: "
            "refused. Behind a proxy, web.trusted_proxies must name it."
        )
    if not changes:
        return
    token = request.headers.get(CSRF_HEADER, "")
    if not token and request.content_type == _FORM:
        token = await _token_of_form(request)
    if not visit.sent_back(token):
        raise web.HTTPForbidden(
            text="This form is from an earlier session: go back, reload the page and try again."
        )


async def _token_of_form(request: web.Request) -> str:
    try:
        async with asyncio.timeout(_FORM_WITHIN_S):
            return (await form_of(request)).get(CSRF_FIELD, "")
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="The form came too slowly: send it again.") from None


def _refusal(request: web.Request) -> web.HTTPException:
    person = visitor_of(request)
    if person is not None:
        return web.HTTPForbidden(text=f"The role {person.role} does not open this.")
    if "HX-Request" in request.headers:
        return web.HTTPUnauthorized(text="Sign in first.", headers={"HX-Redirect": SIGN_IN})
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return web.HTTPSeeOther(f"{SIGN_IN}?next={quote(request.path_qs, safe='/')}")
    return web.HTTPUnauthorized(
        text="Sign in first, or send a token: Authorization: Bearer ...",
        headers={"WWW-Authenticate": "Bearer"},
    )
