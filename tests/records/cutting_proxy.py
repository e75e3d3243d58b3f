"""A TCP proxy before PostgreSQL that is slow, or cuts the connection at the worst moment."""

import asyncio
import contextlib
from urllib.parse import urlsplit


class CuttingProxy:
    """Passes bytes on; `cut_after` is what the client says last: the server hears it, and the
    client never hears the answer. `delay_s` holds each answer back.
    """

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self.cut_after: bytes | None = None
        self.delay_s = 0.0
        self.cuts = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "CuttingProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        """The database's URL through the proxy."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return self._target._replace(
            netloc=f"{self._target.netloc.rpartition(':')[0]}:{port}"
        ).geturl()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._target.port is not None
        to_server = await asyncio.open_connection("127.0.0.1", self._target.port)
        back = asyncio.create_task(self._back(to_server[0], writer))
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                cut = self.cut_after is not None and self.cut_after in data
                if cut:
                    back.cancel()
                    await asyncio.gather(back, return_exceptions=True)
                to_server[1].write(data)
                await to_server[1].drain()
                if cut:
                    await to_server[0].read(1)  # done, and nobody is told
                    self.cuts += 1
                    break
        back.cancel()
        for stream in (writer, to_server[1]):
            stream.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.close()
