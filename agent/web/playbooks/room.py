"""`/playbook`: what the agent is to say and do; `/playbook/diff`: what changed between versions."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from aiohttp import web
from markupsafe import Markup

from agent.dialogue.changes import changes
from agent.dialogue.graph import GraphError, dot_graph, svg_graph
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.loader import find_playbook, load_with_source
from agent.dialogue.playbook import Playbook
from agent.dialogue.transitions import transition_table
from agent.records.versions import VersionSeen
from agent.speech.hashing import file_sha256
from agent.web.page import desk_page

_PACKAGE = "agent.web.playbooks"
_SUFFIXES = (".yaml", ".yml")
# A folder with more files than this is no folder of playbooks.
_MOST_FILES = 200


class PlaybookRoom:
    """The playbooks in use, readable, and the versions that have led calls."""

    def __init__(
        self,
        playbooks: Sequence[PlaybookInUse],
        versions: Callable[[], Awaitable[Sequence[VersionSeen]]],
    ) -> None:
        self._playbooks = playbooks
        self._versions = versions
        self._pictures: dict[str, Markup | None] = {}
        self.routes = (
            web.get("/playbook", self._show),
            web.get("/playbook/diff", self._compare),
        )

    async def _show(self, request: web.Request) -> web.Response:
        chosen = self._chosen(request.query.get("name"))
        seen, files = await asyncio.gather(
            self._versions(), asyncio.to_thread(_files_beside, self._names())
        )
        playbook = chosen.playbook
        return desk_page(
            request,
            "playbook.html",
            package=_PACKAGE,
            playbook=playbook,
            identity=chosen.identity,
            others=[other.identity.id for other in self._playbooks if other is not chosen],
            picture=await self._picture(chosen),
            rows=transition_table(playbook),
            seen=[version for version in seen if version.playbook == chosen.identity.id],
            files=files,
        )

    async def _compare(self, request: web.Request) -> web.Response:
        files = await asyncio.to_thread(_files_beside, self._names())
        before, after = (request.query.get(side, "") for side in ("before", "after"))
        if before not in files or after not in files:
            raise web.HTTPNotFound(text="There is no file of that version any more.")
        found = await asyncio.to_thread(lambda: changes(_read(files[before]), _read(files[after])))
        return desk_page(
            request,
            "diff.html",
            package=_PACKAGE,
            before=files[before].name,
            after=files[after].name,
            changes=found,
        )

    def _chosen(self, name: str | None) -> PlaybookInUse:
        for playbook in self._playbooks:
            if name in (None, playbook.identity.id):
                return playbook
        raise web.HTTPNotFound(text="No playbook of that name is in use.")

    def _names(self) -> tuple[str, ...]:
        return tuple(playbook.name for playbook in self._playbooks)

    async def _picture(self, chosen: PlaybookInUse) -> Markup | None:
        """Drawn once a version; None where Graphviz is missing: the table says the same."""
        sha256 = chosen.identity.sha256
        if sha256 not in self._pictures:
            if len(self._pictures) > len(self._playbooks):
                self._pictures.clear()  # of versions that are not in use any more
            self._pictures[sha256] = await asyncio.to_thread(_drawn, chosen.playbook)
        return self._pictures[sha256]


def _drawn(playbook: Playbook) -> Markup | None:
    try:
        svg = svg_graph(dot_graph(playbook))
    except GraphError:
        return None
    # Graphviz has escaped what the playbook says.
    return Markup(svg[svg.index("<svg") :])  # noqa: S704


def _files_beside(names: Sequence[str]) -> Mapping[str, Path]:
    """Playbook files in the folders of those in use, by their digests."""
    folders = dict.fromkeys(find_playbook(name).resolve().parent for name in names)
    found: dict[str, Path] = {}
    for folder in folders:
        files = [path for path in sorted(folder.iterdir()) if path.suffix in _SUFFIXES]
        for path in files[:_MOST_FILES]:
            found[file_sha256(path)] = path
    return found


def _read(path: Path) -> Playbook:
    return load_with_source(path).playbook
