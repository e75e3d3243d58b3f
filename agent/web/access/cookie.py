"""The cookie of a session, or of a stranger who reads the sign-in page."""

from aiohttp import web

from agent.web.access.peer import Peer

_LONGEST = 64


def read_cookie(request: web.Request, peer: Peer) -> str | None:
    """Its value; None where there is none that this server could have made."""
    value = request.cookies.get(_name(peer))
    return value if value and len(value) <= _LONGEST and value.isascii() else None


def give_cookie(response: web.StreamResponse, peer: Peer, value: str) -> None:
    """Set it, for this browser's session; scripts and other sites can't use it."""
    response.set_cookie(
        _name(peer), value, path="/", httponly=True, samesite="Lax", secure=peer.secure
    )


def take_cookie(response: web.StreamResponse, peer: Peer) -> None:
    """Have the browser forget it."""
    response.del_cookie(_name(peer), path="/", httponly=True, samesite="Lax", secure=peer.secure)


def _name(peer: Peer) -> str:
    # Browsers take a __Host- cookie only over TLS and from this very host (RFC 6265bis).
    return "__Host-understudy" if peer.secure else "understudy"
