"""What a handler lets in, marked where it is written; what bears no mark is closed.

Without a mark, supervisors and auditors may read (GET, HEAD), and supervisors alone may change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from agent.web.access.person import Role

_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_MARK = "_understudy_admits"
_READING = frozenset({"GET", "HEAD"})
_READERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
_CHANGERS = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Admits:
    """Whom a handler lets in: everybody, or who has one of these roles."""

    everybody: bool = False
    roles: frozenset[Role] = frozenset()


def open_to_all(handler: _Handler) -> _Handler:
    """Let everybody in, signed in or not."""
    return _marked(handler, Admits(everybody=True))


def needs(*roles: Role) -> Callable[[_Handler], _Handler]:
    """Let in who has one of these roles, whatever the method; at least one."""
    if not roles:
        raise ValueError("needs() without a role would let nobody in")
    return lambda handler: _marked(handler, Admits(roles=frozenset(roles)))


def admits(handler: Callable[..., Any], method: str) -> Admits:
    """Whom a handler (a function or a bound method) lets in for an HTTP method."""
    found = getattr(handler, _MARK, None)
    if isinstance(found, Admits):
        return found
    return Admits(roles=_READERS if method in _READING else _CHANGERS)


def _marked(handler: _Handler, mark: Admits) -> _Handler:
    setattr(handler, _MARK, mark)
    return handler
