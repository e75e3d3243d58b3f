"""A TCP relay that can be cut or held, to take Asterisk from an agent without stopping it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Relay:
    """Forwards 127.0.0.1:`port` to a target while it is open."""

    def __init__(self, port: int, target: tuple[str, int]) -> None:
        self.port = port
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    @classmethod
    @contextlib.asynccontextmanager
    async def between(cls, port: int, target: tuple[str, int]) -> AsyncIterator["Relay"]:
        """A closed relay; cut at the end."""
        relay = cls(port, target)
        try:
            yield relay
        finally:
            await relay.cut()

    async def open(self) -> None:
        """Listen and forward."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Drop every connection, refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    def hold(self) -> None:
        """Let nothing through, and keep it; connections stay and are accepted."""
        self._flows.clear()

    def release(self) -> None:
        """Let through what was held, and all that follows."""
        self._flows.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._copy(reader, there_writer))
            group.create_task(self._copy(there_reader, writer))

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        self._writers.add(sink)
        try:
            with contextlib.suppress(ConnectionError):
                while content := await source.read(65536):
                    await self._flows.wait()
                    sink.write(content)
                    await sink.drain()
        finally:
            self._writers.discard(sink)
            sink.close()
