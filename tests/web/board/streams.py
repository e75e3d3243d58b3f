"""Server-sent events, read from the desk's streams."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import ClientResponse, ClientSession

_WITHIN_S = 3.0


class Stream:
    """The events of one response, as a browser reads them."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self, name: str = "pieces", *, has: str = "") -> str:
        """The data of the next event of this name that has this text."""
        async with asyncio.timeout(_WITHIN_S):
            while True:
                event = (await self._response.content.readuntil(b"\n\n")).decode()
                lines = event.splitlines()
                data = "\n".join(line.removeprefix("data: ") for line in lines[1:]).strip()
                if lines[0] == f"event: {name}" and has in data:
                    return data


@contextlib.asynccontextmanager
async def stream(browser: ClientSession, path: str) -> AsyncIterator[Stream]:
    """Read server-sent events from a path, or an address, while the block runs."""
    async with browser.get(path) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        yield Stream(response)
