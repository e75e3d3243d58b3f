"""Who asks: a person who has signed in, or a program with a token."""

from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web


class Role(StrEnum):
    """What somebody may do at the desk."""

    SUPERVISOR = "supervisor"  # sees everything, gives orders to live calls
    AUDITOR = "auditor"  # sees everything, changes nothing
    AGENT = "agent"  # a human agent: sees only what is marked for the role
    MONITOR = "monitor"  # a program such as Prometheus: reads the metrics


@dataclass(frozen=True, slots=True)
class Person:
    """A name that audit entries and call records bear, and its role."""

    name: str
    role: Role


_PERSON = web.RequestKey("person", Person)


def person_of(request: web.Request) -> Person:
    """Who sent this request. Raises HTTPUnauthorized where nobody has signed in."""
    person = visitor_of(request)
    if person is None:
        raise web.HTTPUnauthorized(text="Sign in first.")
    return person


def visitor_of(request: web.Request) -> Person | None:
    """The same for handlers that are open to all: None for a stranger."""
    return request.get(_PERSON)


def introduce(request: web.Request, person: Person) -> None:
    """Put a person on a request; only the door does."""
    request[_PERSON] = person
