"""Records on their way to the database: in order, bounded, in memory.

The writer only appends, reads the head and discards what is stored; a backlog on disk can take
this one's place without the writer knowing.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice

from agent.records.records import Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with the number that makes storing it twice the same as storing it once."""

    sequence: int
    record: Record


class Backlog:
    """First in, first out. When it is full new records are refused: what is kept has no gaps."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: deque[Entry] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def append(self, entry: Entry) -> bool:
        """Keep an entry; False when there is no room."""
        if len(self._entries) >= self._capacity:
            return False
        self._entries.append(entry)
        return True

    def head(self, count: int) -> tuple[Entry, ...]:
        """The oldest entries, at most `count`; they stay until discarded."""
        return tuple(islice(self._entries, count))

    def discard(self, count: int) -> None:
        """Forget the oldest `count` entries."""
        for _ in range(count):
            self._entries.popleft()
