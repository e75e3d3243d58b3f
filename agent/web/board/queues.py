"""The human queues as the desk shows them, asked for while somebody looks."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from agent.asterisk.queues import QueueState


class QueueSource(Protocol):
    """Whoever knows queues: `asterisk.queues.QueueMonitor`."""

    async def state(self, queue: str) -> QueueState | None:
        """The queue as it is now; None when it can't be told."""
        ...


class QueueWatch:
    """The latest state of each queue that playbooks hand callers to."""

    def __init__(self, source: QueueSource | None, names: Callable[[], Iterable[str]]) -> None:
        """Without a source (`ami.enabled = false`) no queue's state is known."""
        self._source = source
        self._names = names
        self._states: dict[str, QueueState | None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every queue that a caller can be sent to, in the order of the alphabet."""
        return tuple(sorted(set(self._names())))

    @property
    def states(self) -> tuple[tuple[str, QueueState | None], ...]:
        """Each queue with its latest state; None where it can't be told."""
        return tuple((name, self._states.get(name)) for name in self.names)

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The phones of all human agents."""
        states = (state for state in self._states.values() if state is not None)
        return tuple(sorted({member.interface for state in states for member in state.members}))

    async def refresh(self) -> None:
        """Ask for all of them."""
        if self._source is None:
            return
        names = self.names
        states = await asyncio.gather(*map(self._source.state, names))
        self._states = dict(zip(names, states, strict=True))
