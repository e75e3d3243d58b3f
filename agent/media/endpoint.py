"""A call's UDP socket as asyncio sees it."""

import asyncio
import socket
from collections.abc import Callable
from typing import Self, cast

Address = tuple[str, int]
DatagramCallback = Callable[[bytes, Address], None]


class UdpEndpoint(asyncio.DatagramProtocol):
    """Sends from the port that it listens on; Asterisk's strict RTP wants it so."""

    def __init__(self, on_datagram: DatagramCallback) -> None:
        self._on_datagram = on_datagram
        self._transport: asyncio.DatagramTransport | None = None
        self._lost = asyncio.get_running_loop().create_future()
        self.send_errors = 0

    @classmethod
    async def open(cls, bound: socket.socket, on_datagram: DatagramCallback) -> Self:
        """Take over a bound, non-blocking socket."""
        loop = asyncio.get_running_loop()
        _, endpoint = await loop.create_datagram_endpoint(lambda: cls(on_datagram), sock=bound)
        return endpoint

    def send(self, datagram: bytes, remote: Address) -> None:
        """Send at once; an error of the network is counted, since the next packet follows soon."""
        if self._transport is not None:
            self._transport.sendto(datagram, remote)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    async def wait_closed(self) -> None:
        """Return when the port is free again."""
        await asyncio.shield(self._lost)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._on_datagram(data, addr)

    def error_received(self, exc: Exception) -> None:
        self.send_errors += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self._lost.done():
            self._lost.set_result(None)
