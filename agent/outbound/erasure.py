"""Erasing somebody from the campaigns, and again after a back-up was restored."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.errors import UnderstudyError
from agent.outbound.tables import Campaign, Contact
from agent.records.database import explained
from agent.records.tombstones import Burial, Ledger, erase_calls_again


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


async def erase_again(engine: AsyncEngine, ledger: Ledger) -> None:
    """Take out of calls and campaigns whom a restored database has brought back.

    A failure is logged, and tried again at the next start: calls must be taken.
    """
    log = structlog.get_logger("erasure")
    try:
        burials = await erase_calls_again(engine, ledger)
        contacts = await _forget_buried(engine, burials)
    except UnderstudyError as error:
        log.error("what was erased may have come back", reason=str(error))
    else:
        if burials:
            log.warning(
                "the database is from before erasures: erased again",
                erasures=len(burials),
                contacts=contacts,
            )


async def _forget_buried(engine: AsyncEngine, burials: Sequence[Burial]) -> int:
    """Contacts listed before their number's erasure; each number takes a slow digest."""
    if not burials:
        return 0
    query = select(Contact.id, Contact.number, Campaign.created_at).join(
        Campaign, Campaign.id == Contact.campaign_id
    )
    with explained(engine.url):
        async with engine.begin() as connection:
            listed = (await connection.execute(query)).all()
            ids = await asyncio.to_thread(
                lambda: [
                    contact
                    for contact, number, since in listed
                    if any(burial.covers(number, since) for burial in burials)
                ]
            )
            await connection.execute(delete(Contact).where(Contact.id.in_(ids)))
    return len(ids)
