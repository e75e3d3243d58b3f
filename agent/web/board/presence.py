"""Whether the person behind a stream is still signed in."""

import asyncio

from aiohttp import web

from agent.errors import UnderstudyError
from agent.web.access.door import still_signed_in

ASKED_EVERY_S = 5.0


class Presence:
    """One request's; asks the door every few seconds and is content in between."""

    def __init__(self, request: web.Request) -> None:
        """The door has just let it in."""
        self._request = request
        self._clock = asyncio.get_running_loop().time
        self._asked_s = self._clock()

    async def holds(self) -> bool:
        """Whether it may go on; not so when nobody can tell."""
        now_s = self._clock()
        if now_s - self._asked_s < ASKED_EVERY_S:
            return True
        self._asked_s = now_s
        try:
            return await still_signed_in(self._request)
        except UnderstudyError:
            return False
