"""`/settings`: every setting, its value and where that comes from; read-only."""

import asyncio
from itertools import groupby

from aiohttp import web

from agent.config import Settings
from agent.settings_sources import Source, settings_told
from agent.web.errands import SettingsFiles
from agent.web.page import desk_page


class SettingsPage:
    """What this process was started with."""

    def __init__(self, settings: Settings, files: SettingsFiles) -> None:
        self._settings = settings
        self._files = files
        self.routes = (web.get("/settings", self._show),)

    async def _show(self, request: web.Request) -> web.Response:
        told = await asyncio.to_thread(
            settings_told, self._settings, self._files.config, self._files.secrets
        )
        sections = [
            (name, list(some))
            for name, some in groupby(told, key=lambda one: one.name.rpartition(".")[0])
        ]
        return desk_page(request, "settings.html", sections=sections, usual=Source.DEFAULT)
