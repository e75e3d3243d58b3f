"""A call's way to the network: a UDP socket as asyncio sees it."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self, cast

from agent.media.ports import PortRange, bind_rtp_socket

Address = tuple[str, int]
DatagramCallback = Callable[[bytes, Address], None]


class Endpoint(Protocol):
    """Sends from the address that it listens on; Asterisk's strict RTP wants it so."""

    send_errors: int

    @property
    def address(self) -> Address:
        """Where the far end is to send to."""

    def send(self, datagram: bytes, remote: Address) -> None:
        """Send at once; an error of the network is counted, since the next packet follows soon."""

    def close(self) -> None:
        """Neither send nor receive any more."""

    async def wait_closed(self) -> None:
        """Return when the address is free again."""


class Network(Protocol):
    """Where calls' endpoints come from."""

    async def open(self, on_datagram: DatagramCallback) -> Endpoint:
        """One more, which reports what comes in. Raises NoFreePort."""


@dataclass(frozen=True, slots=True)
class UdpNetwork:
    """UDP ports of this machine; implements `Network`."""

    bind_host: str
    ports: PortRange

    async def open(self, on_datagram: DatagramCallback) -> "UdpEndpoint":
        """Listen on a free even port. Raises NoFreePort."""
        return await UdpEndpoint.open(bind_rtp_socket(self.bind_host, self.ports), on_datagram)


class UdpEndpoint(asyncio.DatagramProtocol):
    """One bound port; implements `Endpoint`."""

    def __init__(self, on_datagram: DatagramCallback, address: Address) -> None:
        self.address = address
        self._on_datagram = on_datagram
        self._transport: asyncio.DatagramTransport | None = None
        self._lost = asyncio.get_running_loop().create_future()
        self.send_errors = 0

    @classmethod
    async def open(cls, bound: socket.socket, on_datagram: DatagramCallback) -> Self:
        """Take over a bound, non-blocking socket."""
        loop = asyncio.get_running_loop()
        address = cast(Address, bound.getsockname()[:2])
        _, endpoint = await loop.create_datagram_endpoint(
            lambda: cls(on_datagram, address), sock=bound
        )
        return endpoint

    def send(self, datagram: bytes, remote: Address) -> None:
        """Send at once, or count an error."""
        if self._transport is not None:
            self._transport.sendto(datagram, remote)

    def close(self) -> None:
        """Give the port back."""
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
