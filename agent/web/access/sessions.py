"""Sessions of browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.web.access.person import Person
from agent.web.access.secret import digest, new_secret
from agent.web.access.tables import Account, SignedIn

_NOTED_EVERY = timedelta(minutes=1)  # a session's last use is written no more often


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A session ends when it has not been used for `idle`, and in any case after `longest`."""

    idle: timedelta
    longest: timedelta

    def until(self, began_at: datetime, seen_at: datetime) -> datetime:
        """When one ends that is not used again."""
        return min(began_at + self.longest, seen_at + self.idle)


class Sessions:
    """Begins, finds and ends sessions; raises DatabaseUnavailable or SchemaMismatch."""

    def __init__(self, engine: AsyncEngine, lifetime: Lifetime) -> None:
        self._engine = engine
        self._lifetime = lifetime

    async def begin(self, account: Account, now: datetime) -> str:
        """A new session's secret, for the cookie; sessions that are over are cleared away."""
        secret = new_secret()
        over = or_(
            SignedIn.began_at < now - self._lifetime.longest,
            SignedIn.seen_at < now - self._lifetime.idle,
        )
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                await session.execute(delete(SignedIn).where(over))
                session.add(
                    SignedIn(
                        token_sha256=digest(secret), person_id=account.id, began_at=now, seen_at=now
                    )
                )
                await session.commit()
        return secret

    async def find(self, key: str, now: datetime) -> tuple[Person, datetime] | None:
        """Whose session has this digest, and until when unless it is used again; None: nobody's."""
        query = (
            select(SignedIn.began_at, SignedIn.seen_at, Account.name, Account.role)
            .join(Account, Account.id == SignedIn.person_id)
            .where(SignedIn.token_sha256 == key, Account.disabled_at.is_(None))
        )
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                row = (await connection.execute(query)).one_or_none()
                if row is None or now >= self._lifetime.until(row.began_at, row.seen_at):
                    return None
                if now - row.seen_at >= _NOTED_EVERY:
                    await connection.execute(
                        update(SignedIn).where(SignedIn.token_sha256 == key).values(seen_at=now)
                    )
                    await connection.commit()
        return Person(row.name, row.role), self._lifetime.until(row.began_at, now)

    async def end(self, key: str) -> None:
        """Sign out."""
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                await connection.execute(delete(SignedIn).where(SignedIn.token_sha256 == key))
