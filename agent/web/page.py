"""Pages of the desk: one layout with navigation, keys, and what forms and scripts need."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from jinja2 import Environment

from agent.pages.environment import page_environment
from agent.records.report import clock
from agent.web.access.marks import admits
from agent.web.access.person import Person, visitor_of
from agent.web.access.visit import CSRF_HEADER, visit_of
from agent.web.static_files import static_url


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; `key` opens it."""

    name: str
    path: str
    key: str


_PLACES = (
    Place("Board", "/", "1"),
    Place("Calls", "/calls", "2"),
    Place("Playbook", "/playbook", "3"),
    Place("Trends", "/trends", "4"),
    Place("Settings", "/settings", "5"),
    Place("Put through", "/pop", "6"),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the layout shows around a page; a template has it as `desk`.

    Inline scripts need `nonce`, forms `csrf_token` (htmx sends it by itself).
    """

    person: Person | None
    csrf_token: str
    csrf_header: str
    nonce: str
    places: tuple[Place, ...]
    here: Place | None


def desk_of(request: web.Request) -> Desk:
    """The desk as the person behind a request sees it: only places that are there for them."""
    visit, person = visit_of(request), visitor_of(request)
    places = tuple(place for place in _PLACES if _may_see(request.app, place, person))
    here = [place for place in places if _is_within(request.path, place.path)]
    return Desk(
        person, visit.csrf_token, CSRF_HEADER, visit.nonce, places, here[0] if here else None
    )


def home_of(request: web.Request, person: Person) -> str:
    """The first place that somebody may see."""
    return next((p.path for p in _PLACES if _may_see(request.app, p, person)), "/")


def desk_page(
    request: web.Request,
    template: str,
    *,
    package: str = "agent.web",
    status: int = 200,
    **values: Any,
) -> web.Response:
    """A page from a template that extends `desk.html`, found in the package's templates first."""
    text = desk_templates(package).get_template(template).render(desk=desk_of(request), **values)
    return web.Response(text=text, content_type="text/html", status=status)


@functools.cache
def desk_templates(package: str = "agent.web") -> Environment:
    """The environment of a package's pages, compiled once: over its templates and the desk's."""
    environment = page_environment(*dict.fromkeys((package, "agent.web")))
    environment.filters["clock"] = clock
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    environment.globals["static_url"] = static_url
    return environment


def _may_see(app: web.Application, place: Place, person: Person | None) -> bool:
    handler = _reading(app, place.path)
    return handler is not None and admits(handler, "GET").lets_in(person)


def _reading(app: web.Application, path: str) -> Callable[..., Any] | None:
    for resource in app.router.resources():
        if resource.canonical == path:
            return next((route.handler for route in resource if route.method == "GET"), None)
    return None


def _is_within(path: str, place: str) -> bool:
    return path == place or (place != "/" and path.startswith(f"{place}/"))
