"""Whom the database has confirmed lately, so that it is not asked with every request.

It also carries those who are signed in over an outage of the database.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.web.access.person import Person

# A change that another process made, such as `understudy user disable`, counts after this.
FRESH = timedelta(seconds=10)
GRACE = timedelta(minutes=15)
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """A credential that was good at `confirmed_at` and is so no longer than `until`."""

    person: Person
    until: datetime
    confirmed_at: datetime
    ask_at: datetime


class Remembered:
    """The credentials used last, by digest; the database's word replaces what is kept here."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Known] = OrderedDict()

    def confirmed(self, key: str, person: Person, until: datetime, now: datetime) -> None:
        """The database has said so."""
        self._known[key] = Known(person, until, now, now + FRESH)
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)

    def forget(self, key: str) -> None:
        """It is good no longer."""
        self._known.pop(key, None)

    def fresh(self, key: str, now: datetime) -> Person | None:
        """Who it is, if the database need not be asked yet."""
        known = self._known.get(key)
        return known.person if known and now < min(known.ask_at, known.until) else None

    def in_outage(self, key: str, now: datetime) -> Person | None:
        """Who it is while the database is away, up to GRACE; it is not asked again for FRESH."""
        known = self._known.get(key)
        if known is None or now >= min(known.until, known.confirmed_at + GRACE):
            return None
        self._known[key] = replace(known, ask_at=now + FRESH)
        return known.person
