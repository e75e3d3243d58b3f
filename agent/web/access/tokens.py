"""Tokens of programs: `Authorization: Bearer ...`."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.web.access.errors import AccountError
from agent.web.access.person import Person
from agent.web.access.role import Role
from agent.web.access.secret import digest, new_secret
from agent.web.access.tables import ApiToken

_NOTED_EVERY = timedelta(minutes=1)  # its last use is written no more often
_NEVER = datetime.max.replace(tzinfo=UTC)
# Who finds one in a file sees what it is for, and so do tools that look for leaked secrets.
_PREFIX = "understudy_"


class ApiTokens:
    """Makes, finds and revokes tokens; raises DatabaseUnavailable or SchemaMismatch."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, name: str, role: Role, now: datetime, expires_at: datetime | None) -> str:
        """A new token's secret, told only now. Raises AccountError for a name that is taken."""
        secret = _PREFIX + new_secret()
        token = ApiToken(
            token_sha256=digest(secret), name=name, role=role, made_at=now, expires_at=expires_at
        )
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                session.add(token)
                try:
                    await session.commit()
                except IntegrityError:
                    raise AccountError(
                        f"There is a token '{name}' already: take another name, or revoke it first "
                        f"with `understudy token revoke {name}`."
                    ) from None
        return secret

    async def all(self) -> Sequence[ApiToken]:
        """Every token, by name; expired ones too."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(select(ApiToken).order_by(ApiToken.name))).all()

    async def find(self, key: str, now: datetime) -> tuple[Person, datetime] | None:
        """Whose token has this digest, and until when it is good; None: nobody's."""
        this = ApiToken.token_sha256 == key
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                row = (
                    await connection.execute(
                        select(
                            ApiToken.name, ApiToken.role, ApiToken.expires_at, ApiToken.used_at
                        ).where(this)
                    )
                ).one_or_none()
                if row is None or (row.expires_at and now >= row.expires_at):
                    return None
                if row.used_at is None or now - row.used_at >= _NOTED_EVERY:
                    await connection.execute(update(ApiToken).where(this).values(used_at=now))
                    await connection.commit()
        return Person(f"token:{row.name}", row.role), row.expires_at or _NEVER

    async def revoke(self, name: str) -> None:
        """Nobody gets in with it from now on. Raises AccountError for a name that is not there."""
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                done = await connection.execute(delete(ApiToken).where(ApiToken.name == name))
        if not done.rowcount:
            raise AccountError(f"There is no token '{name}': `understudy token list` shows all.")
