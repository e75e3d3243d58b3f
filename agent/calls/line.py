"""The telephone side of one call, as the actor sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class MediaEndpoint(Protocol):
    """The part of a media session that a line needs."""

    @property
    def local_address(self) -> tuple[str, int]:
        """Where this side listens for RTP."""

    def connect(self, remote: tuple[str, int]) -> None:
        """Send RTP there, and accept it only from there."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A caller on the way to a human: the queue, and what is known of the call."""

    queue: str
    variables: Mapping[str, str]


class Line(Protocol):
    """One caller's line. Every method may raise AriError."""

    async def codec(self) -> str:
        """The caller's codec: "ulaw", "alaw" or "g722"."""

    async def linked_id(self) -> str:
        """What CDR, CEL and queue_log know the caller's call by."""

    async def attach(self, media: MediaEndpoint, codec: str) -> None:
        """Let RTP flow between the caller and `media`; the caller is not answered yet.

        `codec` is the caller's, as `codec` told it.
        """

    async def answer(self) -> None:
        """Answer the caller."""

    async def hang_up(self) -> None:
        """End the caller's side."""

    async def hand_over(self, handoff: Handoff) -> None:
        """Send the caller to a human queue; the line stays ready to take it back."""

    async def take_back(self) -> None:
        """The queue gave the caller back: connect it again."""

    async def release(self) -> None:
        """Remove everything this line made at the PBX. Never fails, may be called twice."""
