"""How fast a campaign may dial. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.outbound.settings import PacingSettings

_MINUTE = timedelta(minutes=1)
# One call that met no agent is bad luck, not a rate.
_FEWEST_ABANDONED = 2


@dataclass(frozen=True, slots=True)
class Load:
    """What goes on now: this campaign's attempts, and the calls that the agent carries.

    `ringing` are attempts that may yet become a call of the agent's, of whatever campaign.
    `begun` are the beginnings of this campaign's attempts within the last minute at least.
    """

    attempts: int
    ringing: int
    agent_calls: int
    begun: Sequence[datetime]


def dial_at(now: datetime, load: Load, settings: PacingSettings) -> datetime | None:
    """The earliest time for the next attempt, `now` or later; None: when a call has ended."""
    free = settings.agent_calls - load.agent_calls - load.ringing
    if load.attempts >= settings.concurrent or free <= 0:
        return None
    if settings.per_minute < 1.0:
        last = max(load.begun, default=None)
        return now if last is None else max(now, last + _MINUTE / settings.per_minute)
    recent = sorted(begun for begun in load.begun if begun > now - _MINUTE)
    allowed = int(settings.per_minute)
    if len(recent) < allowed:
        return now
    return recent[-allowed] + _MINUTE


def abandons_too_many(abandoned: int, answered: int, settings: PacingSettings) -> bool:
    """Whether too many who answered found no agent: a campaign has to stop then."""
    return abandoned >= _FEWEST_ABANDONED and abandoned > settings.abandoned_share * answered
