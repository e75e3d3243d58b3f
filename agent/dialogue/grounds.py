"""Why a turn of the agent is as it is, for the record; nothing is decided by it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineChoice:
    """How a line was chosen among `candidates`: the one that fits the caller's words best, or the
    first that could be said and had not been.
    """

    line_id: str
    candidates: int
    by_fit: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the guard has stopped: a line, and the kinds of claims that nothing bears out.

    The claims themselves may be the caller's name or number, and are not told.
    """

    line_id: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """`rule` is the strategy's, in words; `stage` is where the call stood before the turn."""

    rule: str = ""
    stage: str = ""
    lines: tuple[LineChoice, ...] = ()
    refused: tuple[Refusal, ...] = ()
