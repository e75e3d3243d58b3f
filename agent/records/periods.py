"""How long calls are kept."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class KeepFor:
    """How long after a call's end its parts are kept; None: for ever."""

    audio: timedelta | None
    transcripts: timedelta | None
    calls: timedelta | None
