"""What a handler lets in, marked where it is written; what bears no mark is closed.

Without a mark, supervisors and auditors may read (GET, HEAD), and supervisors alone may change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from agent.web.access.person import Person
from agent.web.access.role import Role

_Handler = TypeVar("_Handler", bound=Callable[..., Any])
_MARK = "_understudy_admits"
_READING = frozenset({"GET", "HEAD"})
_READERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
_CHANGERS = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Admits:
    """Whom a handler lets in: everybody, programs of this machine, people of these roles."""

    everybody: bool = False
    this_machine: bool = False
    roles: frozenset[Role] = frozenset()

    def lets_in(self, person: Person | None, *, local: bool = False) -> bool:
        """Whether it lets in this person, or a stranger; `local`: a program of this machine."""
        if self.everybody or (self.this_machine and local):
            return True
        return person is not None and person.role in self.roles


def open_to_all(handler: _Handler) -> _Handler:
    """Let everybody in, signed in or not."""
    return _marked(handler, Admits(everybody=True))


def needs(*roles: Role, this_machine: bool = False) -> Callable[[_Handler], _Handler]:
    """Let in who has one of these roles, whatever the method; at least one.

    `this_machine` lets in programs of this machine as well, such as Prometheus: without a name.
    """
    if not roles:
        raise ValueError("needs() without a role would let nobody in")
    mark = Admits(this_machine=this_machine, roles=frozenset(roles))
    return lambda handler: _marked(handler, mark)


def admits(handler: Callable[..., Any], method: str) -> Admits:
    """Whom a handler (a function or a bound method) lets in for an HTTP method."""
    found = getattr(handler, _MARK, None)
    if isinstance(found, Admits):
        return found
    return Admits(roles=_READERS if method in _READING else _CHANGERS)


def _marked(handler: _Handler, mark: Admits) -> _Handler:
    setattr(handler, _MARK, mark)
    return handler
