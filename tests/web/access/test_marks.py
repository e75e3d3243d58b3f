import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from agent.web.access.marks import Admits, admits, needs, open_to_all
from agent.web.access.person import Person, introduce, person_of, visitor_of
from agent.web.access.role import Role


class Room:
    async def plain(self, _: web.Request) -> web.Response:
        return web.Response()

    @open_to_all
    async def door(self, _: web.Request) -> web.Response:
        return web.Response()

    @needs(Role.AGENT, Role.SUPERVISOR)
    async def screen_pop(self, _: web.Request) -> web.Response:
        return web.Response()


@pytest.mark.parametrize(
    ("method", "roles"),
    [
        ("GET", {Role.SUPERVISOR, Role.AUDITOR}),
        ("HEAD", {Role.SUPERVISOR, Role.AUDITOR}),
        ("POST", {Role.SUPERVISOR}),
        ("PUT", {Role.SUPERVISOR}),
        ("PATCH", {Role.SUPERVISOR}),
        ("DELETE", {Role.SUPERVISOR}),
        ("OPTIONS", {Role.SUPERVISOR}),
    ],
)
def test_a_handler_without_a_mark_is_closed(method: str, roles: set[Role]) -> None:
    assert admits(Room().plain, method) == Admits(roles=frozenset(roles))


def test_a_mark_counts_for_bound_methods_whatever_the_method() -> None:
    for method in ("GET", "POST"):
        assert admits(Room().door, method).everybody
        found = admits(Room().screen_pop, method)
        assert (found.everybody, found.roles) == (False, {Role.AGENT, Role.SUPERVISOR})


def test_a_mark_without_a_role_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nobody"):
        needs()


def test_a_stranger_is_nobody() -> None:
    request = make_mocked_request("GET", "/")
    assert visitor_of(request) is None
    with pytest.raises(web.HTTPUnauthorized):
        person_of(request)
    introduce(request, Person("vera", Role.AUDITOR))
    assert person_of(request) == visitor_of(request) == Person("vera", Role.AUDITOR)
