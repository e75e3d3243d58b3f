"""What the door has found out about a request, for handlers and templates."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from aiohttp import web

from agent.web.access.peer import Peer

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: where it comes from, the secret of its cookie, the nonce of its page.

    `secret` is a session's token, or the random value that the sign-in page gives a stranger.
    """

    peer: Peer
    secret: str = field(repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def csrf_token(self) -> str:
        """What a form must send back: only a page that this browser was given knows it."""
        return hmac.new(self.secret.encode(), b"understudy csrf", hashlib.sha256).hexdigest()

    def sent_back(self, token: str) -> bool:
        """Whether this is the token."""
        return token.isascii() and hmac.compare_digest(self.csrf_token, token)


_VISIT = web.RequestKey("visit", Visit)


def visit_of(request: web.BaseRequest) -> Visit:
    """What is known of a request. Raises KeyError for one that has not passed the door."""
    return request[_VISIT]


def begin_visit(request: web.Request, visit: Visit) -> None:
    """Put it on a request; only the door does."""
    request[_VISIT] = visit
