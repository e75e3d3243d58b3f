"""Where saved calls are kept: a Protocol, and what can go wrong."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from pydantic import ValidationError

from agent.errors import UnderstudyError
from agent.snapshots.saved_call import SavedCall


class SnapshotsUnavailable(UnderstudyError):
    """The store can't be reached or used as configured."""


class SnapshotRefused(UnderstudyError):
    """The store works and does not take this snapshot; trying again can't help."""


class SnapshotUnreadable(UnderstudyError):
    """What was saved is not of this version."""


class SnapshotStore(Protocol):
    """Keeps one snapshot a call, the newest.

    Every method raises SnapshotsUnavailable when the store can't answer; `save` also
    SnapshotRefused, and those that read SnapshotUnreadable.
    """

    async def save(self, saved: SavedCall) -> None:
        """Keep it in place of the call's older one."""

    async def load(self, call_id: str) -> SavedCall | None:
        """The snapshot of a call."""

    async def latest(self, channel_id: str, number: str | None) -> SavedCall | None:
        """The newest of a channel; where it has none, the newest of a caller's number."""

    async def delete(self, call_ids: Collection[str]) -> None:
        """Forget calls; those that are not there are no error."""

    async def count_of(self, number: str) -> int:
        """How many calls of a number are kept."""

    async def erase(self, number: str) -> int:
        """Forget all calls of a number; returns how many there were."""

    async def purge(self, before: datetime) -> int:
        """Forget what was saved before; returns how much was left to forget."""

    async def aclose(self) -> None:
        """Close what this store has opened."""


def read(content: object) -> SavedCall:
    """A snapshot from JSON-able content or from JSON text. Raises SnapshotUnreadable."""
    try:
        if isinstance(content, str | bytes):
            return SavedCall.model_validate_json(content)
        return SavedCall.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SnapshotUnreadable(
            f"a saved call is not of this version ({place}: {first['msg']}); it can't go on"
        ) from None
