"""Who may sign in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.records.database import explained
from agent.web.access.errors import AccountError
from agent.web.access.role import Role
from agent.web.access.tables import Account, SignedIn


class People:
    """Reads and changes the accounts; names are normal ones (`names.normal_name`).

    Every method raises DatabaseUnavailable or SchemaMismatch when the database can't answer, and
    those that change one person AccountError when there is no such name.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, name: str, role: Role, password_hash: str, now: datetime) -> None:
        """Make an account. Raises AccountError for a name that is taken."""
        account = Account(
            name=name, role=role, password_hash=password_hash, made_at=now, password_changed_at=now
        )
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                session.add(account)
                try:
                    await session.commit()
                except IntegrityError:
                    raise AccountError(
                        f"There is a user '{name}' already: take another name, or give them a new "
                        f"password with `understudy user password {name}`."
                    ) from None

    async def all(self) -> Sequence[Account]:
        """Everybody, by name; who is disabled too."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(select(Account).order_by(Account.name))).all()

    async def find(self, name: str) -> Account | None:
        """The account of a name; None: nobody has it."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return await session.scalar(select(Account).where(Account.name == name))

    async def nobody_yet(self) -> bool:
        """Whether there is no account at all."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return await session.scalar(select(Account.id).limit(1)) is None

    async def set_password(self, name: str, password_hash: str, now: datetime) -> None:
        """Change it and end the person's sessions."""
        await self._change(name, password_hash=password_hash, password_changed_at=now)

    async def disable(self, name: str, now: datetime | None) -> None:
        """Keep the person out from now on and end their sessions; None lets them in again."""
        await self._change(name, disabled_at=now)

    async def remove(self, name: str) -> None:
        """Forget the person; what they did stays in the audit trail."""
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                done = await connection.execute(delete(Account).where(Account.name == name))
        _there(name, done.rowcount)

    async def _change(self, name: str, **values: object) -> None:
        this = select(Account.id).where(Account.name == name).scalar_subquery()
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                done = await connection.execute(
                    update(Account).where(Account.name == name).values(values)
                )
                await connection.execute(delete(SignedIn).where(SignedIn.person_id == this))
        _there(name, done.rowcount)


def _there(name: str, changed: int) -> None:
    if not changed:
        raise AccountError(f"There is no user '{name}': `understudy user list` shows all.")
