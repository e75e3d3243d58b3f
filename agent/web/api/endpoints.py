"""An address of the interface, as it is served and as it is described."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from agent import __version__
from agent.web.access.marks import admits
from agent.web.access.role import Role
from agent.web.api.models import Problem

BASE = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_PROBLEMS = {
    400: "The request makes no sense.",
    401: "No token, or one that is not good.",
    403: "The token's role does not open this.",
    404: "There is no such thing.",
    503: "The database does not answer.",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` is below BASE; `query` and `body` are what it takes, `answer` is what it gives.

    `statuses` are those of an answer that is not 200.
    """

    method: str
    path: str
    summary: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    answer: type[BaseModel]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    statuses: tuple[int, ...] = ()

    @property
    def route(self) -> web.RouteDef:
        """For the server."""
        return web.route(self.method, BASE + self.path, self.handler)


def described(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    answers = {endpoint.answer for endpoint in endpoints} | {Problem}
    taken = {one for end in endpoints for one in (end.query, end.body) if one is not None}
    modes = [(model, "serialization") for model in sorted(answers, key=lambda m: m.__name__)]
    modes += [(model, "validation") for model in sorted(taken, key=lambda m: m.__name__)]
    names, schemas = models_json_schema(modes, ref_template=_REFERENCE)  # type: ignore[arg-type]
    references = {model.__name__: reference for (model, _), reference in names.items()}
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, references, schemas["$defs"])
        paths.setdefault(BASE + endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Understudy", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(
    endpoint: Endpoint, references: dict[str, Any], schemas: dict[str, Any]
) -> dict[str, Any]:
    mark = admits(endpoint.handler, endpoint.method)
    roles = [role.value for role in Role if role in mark.roles]
    answer = _json(references[endpoint.answer.__name__])
    told: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": endpoint.handler.__name__.strip("_"),
        "parameters": [*_in_path(endpoint.path), *_in_query(endpoint, schemas)],
        "responses": {
            **{
                str(status): {
                    "description": "The answer.",
                    **_json(references[endpoint.answer.__name__]),
                }
                for status in (200, *endpoint.statuses)
            },
            **{
                str(status): {"description": why, **_json(references[Problem.__name__])}
                for status, why in _PROBLEMS.items()
                if status not in endpoint.statuses
            },
        },
    }
    if mark.everybody:
        told["security"] = []
    else:
        told["description"] = f"For the roles {', '.join(roles)}."
    if endpoint.body is not None:
        told["requestBody"] = {"required": True, **_json(references[endpoint.body.__name__])}
    return told


def _in_path(path: str) -> list[dict[str, Any]]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _in_query(endpoint: Endpoint, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    fields = schemas[endpoint.query.__name__]["properties"]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": schema.get("description", schema.get("title", name)),
            "schema": schema,
        }
        for name, schema in fields.items()
    ]


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}
