"""A call's RTP in memory, both ways: nothing waits for a network."""

from collections.abc import Callable

from agent.media.endpoint import Address, DatagramCallback

AGENT: Address = ("agent", 1)
CUSTOMER: Address = ("customer", 1)


class Wire:
    """Implements `media.endpoint.Network` for one call, and its `Endpoint`."""

    def __init__(self, on_agent_packet: Callable[[bytes], None]) -> None:
        self.send_errors = 0
        self._on_agent_packet = on_agent_packet
        self._on_customer_packet: DatagramCallback | None = None

    async def open(self, on_datagram: DatagramCallback) -> "Wire":
        """The agent's end."""
        self._on_customer_packet = on_datagram
        return self

    @property
    def address(self) -> Address:
        """Where the customer sends to."""
        return AGENT

    def send(self, datagram: bytes, remote: Address) -> None:
        """From the agent to the customer."""
        if remote == CUSTOMER:
            self._on_agent_packet(datagram)

    def to_agent(self, datagram: bytes) -> None:
        """From the customer to the agent; nothing once that has hung up."""
        if self._on_customer_packet is not None:
            self._on_customer_packet(datagram, CUSTOMER)

    def close(self) -> None:
        """The agent listens no more."""
        self._on_customer_packet = None

    async def wait_closed(self) -> None:
        """It is closed at once."""
