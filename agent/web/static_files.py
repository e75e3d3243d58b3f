"""Scripts that pages share, served from the package: nothing comes from elsewhere."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from aiohttp import web

from agent.web.access.marks import open_to_all

_TYPES = {"js": "text/javascript", "css": "text/css", "txt": "text/plain", "svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of `agent/web/static`; `version` is a digest of its content."""

    content: bytes
    content_type: str
    version: str


class StaticFiles:
    """`/static/NAME`; a browser that asks for the present version keeps it for a year."""

    def __init__(self) -> None:
        self.routes = (web.get("/static/{name}", self._file),)

    @open_to_all
    async def _file(self, request: web.Request) -> web.Response:
        file = static_files().get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        known = request.query.get("v") == file.version
        return web.Response(
            body=file.content,
            content_type=file.content_type,
            charset="utf-8",
            headers={"Cache-Control": _FOR_EVER if known else "no-cache"},
        )


def static_url(name: str) -> str:
    """Where a file is, with its version. Raises KeyError for a name that is not there."""
    return f"/static/{name}?v={static_files()[name].version}"


@functools.cache
def static_files() -> Mapping[str, StaticFile]:
    """Every file by its name, read once."""
    found = {}
    for entry in resources.files("agent.web").joinpath("static").iterdir():
        kind = _TYPES.get(entry.name.rpartition(".")[2])
        if kind is not None:
            content = entry.read_bytes()
            version = hashlib.sha256(content).hexdigest()[:16]
            found[entry.name] = StaticFile(content, kind, version)
    return found
