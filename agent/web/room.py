"""What the web server is made of."""

from collections.abc import Sequence
from typing import Protocol

from aiohttp.web import AbstractRouteDef


class Room(Protocol):
    """Pages or an interface about one thing."""

    @property
    def routes(self) -> Sequence[AbstractRouteDef]:
        """Its addresses and their handlers; each room's handlers share nothing with another's."""
        ...
