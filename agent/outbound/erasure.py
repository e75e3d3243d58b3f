"""Erasing somebody from the campaigns."""

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.outbound.tables import Contact
from agent.records.database import explained


async def listed(engine: AsyncEngine, number: str) -> int:
    """In how many campaigns a number is. Raises DatabaseUnavailable."""
    query = select(func.count()).where(Contact.number == number)
    with explained(engine.url):
        async with engine.connect() as connection:
            return await connection.scalar(query) or 0


async def forget(engine: AsyncEngine, number: str) -> None:
    """Take a number out of all campaigns, with its attempts. Raises DatabaseUnavailable."""
    with explained(engine.url):
        async with engine.begin() as connection:
            await connection.execute(delete(Contact).where(Contact.number == number))
