"""Who asks: a person who has signed in, or a program with a token."""

from dataclasses import dataclass

from aiohttp import web

from agent.web.access.role import Role

__all__ = ["Person", "Role", "introduce", "person_of", "visitor_of"]


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
