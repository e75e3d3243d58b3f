"""What a check has seen."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How it stands, the best first."""

    OK = "ok"
    WARN = "warn"  # calls are taken, and something is worse than it need be
    FAIL = "fail"  # calls are not taken, break, or are not recorded
    SKIPPED = "skipped"  # could not be looked at, because of another failure


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a diagnosis; `remedy` is a command or the line of a file to change."""

    level: Level
    seen: str
    means: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def ok(seen: str) -> Finding:
    """As it should be."""
    return Finding(Level.OK, seen)


def warn(seen: str, means: str, remedy: str) -> Finding:
    """Worse than it need be."""
    return Finding(Level.WARN, seen, means, remedy)


def fail(seen: str, means: str, remedy: str) -> Finding:
    """Broken."""
    return Finding(Level.FAIL, seen, means, remedy)
