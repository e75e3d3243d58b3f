"""Campaigns in the database: taken one contact at a time, by however many processes."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from agent.errors import UnderstudyError
from agent.outbound.arguments import channel_id_of
from agent.outbound.outcomes import Outcome, Result, next_attempt
from agent.outbound.pacing import Load, dial_at
from agent.outbound.settings import PacingSettings, RetrySettings
from agent.outbound.tables import Attempt, Campaign, Contact, ContactState
from agent.records.database import explained
from agent.records.models import Call, DoNotCall
from agent.records.numbers import normalised

# A claim that has not been renewed for this long is a dead process's.
LEASE = timedelta(seconds=60)
_PACED_OVER = timedelta(minutes=60)
_RINGS_AT_MOST = timedelta(minutes=3)
# Outside calling time that never comes.
_NEVER = timedelta(days=3650)


class CampaignNotFound(UnderstudyError):
    """There is no campaign of that name."""


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody to call, from one line of a file."""

    row: int
    number: str
    name: str = ""
    time_zone: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    consent: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """A contact that this process, and nobody else, calls now."""

    attempt_id: str
    contact_id: int
    row: int
    number: str
    attempts: int
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Later:
    """Nobody to call now; at `at`, or when a call has ended (None)."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Finished:
    """Nobody is left, and nobody is being called."""


OpensAt = Callable[[Contact, datetime], datetime | None]


class Campaigns:
    """Every method raises DatabaseUnavailable or SchemaMismatch when the database can't answer."""

    def __init__(self, engine: AsyncEngine, process: str, agent_instance: str) -> None:
        """`process` names this one among those that run campaigns on the database."""
        self._engine = engine
        self._process = process
        self._agent_instance = agent_instance

    async def open(self, name: str, now: datetime) -> int:
        """The id of a campaign, which is made if there is none."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session, session.begin():
                query = select(Campaign).where(Campaign.name == name)
                found = (await session.scalars(query)).first()
                if found is not None:
                    return found.id
                campaign = Campaign(name=name, created_at=now, touched_at=now)
                session.add(campaign)
                await session.flush()
                new_id: int = campaign.id
                return new_id

    async def find(self, name: str) -> int:
        """The id of a campaign. Raises CampaignNotFound."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                names = (await session.execute(select(Campaign.name, Campaign.id))).all()
        ids: dict[str, int] = {row.name: row.id for row in names}
        if name not in ids:
            known = ", ".join(sorted(ids)) or "none yet"
            raise CampaignNotFound(f"There is no campaign '{name}' (there are: {known}).")
        return ids[name]

    async def names(self) -> Sequence[str]:
        """Every campaign's name, the newest first."""
        query = select(Campaign.name).order_by(Campaign.created_at.desc())
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query)).all()

    async def add(self, campaign_id: int, people: Sequence[NewContact]) -> int:
        """Put people into it; returns how many are new. Who is in it stays as they are.

        But consent that is no longer given holds for them, too.
        """
        added = 0
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session, session.begin():
                await self._touch(session, campaign_id)
                query = select(Contact).where(Contact.campaign_id == campaign_id)
                known = {contact.number: contact for contact in await session.scalars(query)}
                for person in people:
                    contact = known.get(person.number)
                    if contact is None:
                        added += 1
                        session.add(contact := _contact(campaign_id, person))
                        known[person.number] = contact
                    if not person.consent and contact.state is ContactState.PENDING:
                        contact.state, contact.outcome = ContactState.DONE, Outcome.NO_CONSENT
        return added

    async def claim(
        self, campaign_id: int, now: datetime, pacing: PacingSettings, opens_at: OpensAt
    ) -> Claim | Later | Finished | Result:
        """The next contact to call, taken with all that could forbid it looked up in one go.

        A Result: the contact was on the do-not-call register and is done.
        """
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session, session.begin():
                await self._touch(session, campaign_id, now)
                contact, later = await self._due(session, campaign_id, now, opens_at)
                if contact is None:
                    return later
                if await session.get(DoNotCall, normalised(contact.number)) is not None:
                    _finish(contact, Result(Outcome.DO_NOT_CALL), now)
                    return Result(Outcome.DO_NOT_CALL)
                at = dial_at(now, await self._load(session, campaign_id, now), pacing)
                if at != now:
                    return Later(at)
                contact.state, contact.attempts = ContactState.CLAIMED, contact.attempts + 1
                contact.claimed_by, contact.claimed_at = self._process, now
                attempt_id = str(uuid.uuid4())
                session.add(Attempt(id=attempt_id, contact_id=contact.id, started_at=now))
                return _claim(contact, attempt_id)

    async def renew(self, now: datetime) -> None:
        """This process lives, and so do its claims."""
        mine = update(Contact).where(
            Contact.claimed_by == self._process, Contact.state == ContactState.CLAIMED
        )
        with explained(self._engine.url):
            async with self._engine.begin() as connection:
                await connection.execute(mine.values(claimed_at=now))

    async def settle(
        self, attempt_id: str, result: Result, now: datetime, retry: RetrySettings
    ) -> None:
        """Write down how an attempt ended, and when its contact is tried again, if ever."""
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session, session.begin():
                attempt = await session.get(Attempt, attempt_id)
                if attempt is None or attempt.ended_at is not None:
                    return  # erased, or settled by another process
                contact = await session.get_one(Contact, attempt.contact_id)
                attempt.ended_at, attempt.answered_at = now, result.answered_at
                attempt.outcome, attempt.disposition = result.outcome, result.disposition or None
                attempt.cause, attempt.call_id = result.cause or None, result.call_id
                if result.outcome is Outcome.CANCELLED:
                    contact.attempts -= 1
                at = next_attempt(result.outcome, contact.attempts, now, retry)
                _finish(contact, result, now)
                if at is not None:
                    contact.state, contact.next_at = ContactState.PENDING, at

    async def orphans(self, campaign_id: int, now: datetime) -> Sequence[Attempt]:
        """Attempts whose process has died; they are this process's from now on."""
        query = (
            select(Attempt, Contact)
            .join(Contact, Contact.id == Attempt.contact_id)
            .where(
                Contact.campaign_id == campaign_id,
                Contact.state == ContactState.CLAIMED,
                Contact.claimed_at < now - LEASE,
                Attempt.ended_at.is_(None),
            )
        )
        with explained(self._engine.url):
            async with AsyncSession(self._engine, expire_on_commit=False) as session:
                async with session.begin():
                    await self._touch(session, campaign_id, now)
                    found = (await session.execute(query)).all()
                    for _, contact in found:
                        contact.claimed_by, contact.claimed_at = self._process, now
                return [attempt for attempt, _ in found]

    async def answered_and_abandoned(self, campaign_id: int) -> tuple[int, int]:
        """How many attempts were answered, and how many of these met no agent."""
        counted = (
            select(func.count(), func.count().filter(Attempt.outcome == Outcome.ABANDONED))
            .join(Contact, Contact.id == Attempt.contact_id)
            .where(Contact.campaign_id == campaign_id, Attempt.answered_at.is_not(None))
        )
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                answered, abandoned = (await connection.execute(counted)).one()
        return answered, abandoned

    async def contacts(self, campaign_id: int) -> Sequence[Contact]:
        """Everybody, in the order of the file."""
        query = select(Contact).where(Contact.campaign_id == campaign_id)
        with explained(self._engine.url):
            async with AsyncSession(self._engine) as session:
                return (await session.scalars(query.order_by(Contact.row, Contact.id))).all()

    async def last_calls(self, campaign_id: int) -> Mapping[int, str]:
        """By contact, the call of its last answered attempt."""
        query = (
            select(Attempt.contact_id, Attempt.call_id)
            .join(Contact, Contact.id == Attempt.contact_id)
            .where(Contact.campaign_id == campaign_id, Attempt.call_id.is_not(None))
            .order_by(Attempt.started_at)
        )
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return {row.contact_id: str(row.call_id) for row in rows}

    # -- within a transaction

    async def _touch(
        self, session: AsyncSession, campaign_id: int, now: datetime | None = None
    ) -> None:
        """Wait until no other process is choosing: a write locks the row, or all of SQLite."""
        values: dict[str, Any] = {"touched_at": now or Campaign.touched_at}
        await session.execute(update(Campaign).where(Campaign.id == campaign_id).values(values))

    async def _due(
        self, session: AsyncSession, campaign_id: int, now: datetime, opens_at: OpensAt
    ) -> tuple[Contact | None, Later | Finished]:
        pending = (
            select(Contact)
            .where(Contact.campaign_id == campaign_id, Contact.state == ContactState.PENDING)
            .order_by(Contact.next_at.is_not(None), Contact.next_at, Contact.row, Contact.id)
        )
        due = pending.where((Contact.next_at.is_(None)) | (Contact.next_at <= now))
        for contact in await session.scalars(due):
            at = opens_at(contact, now)
            if at is not None and at <= now:
                return contact, Finished()
            contact.next_at = at or now + _NEVER
        await session.flush()
        first = await session.scalar(pending.limit(1))
        if first is not None:
            return None, Later(first.next_at)
        claimed = select(func.count()).where(
            Contact.campaign_id == campaign_id, Contact.state == ContactState.CLAIMED
        )
        return None, Later(None) if await session.scalar(claimed) else Finished()

    async def _load(self, session: AsyncSession, campaign_id: int, now: datetime) -> Load:
        of_campaign = Contact.campaign_id == campaign_id
        live = select(Attempt.id, Contact.campaign_id, Attempt.started_at).join(Contact)
        begun = (
            select(Attempt.started_at)
            .join(Contact)
            .where(of_campaign, Attempt.started_at > now - _PACED_OVER)
        )
        calls = select(Call.channel_id).where(
            Call.ended_at.is_(None), Call.instance == self._agent_instance
        )
        attempts = (await session.execute(live.where(Attempt.ended_at.is_(None)))).all()
        channels = set(await session.scalars(calls))
        ringing = [
            attempt
            for attempt in attempts
            # Of a process that died long ago nothing rings any more.
            if attempt.started_at > now - _RINGS_AT_MOST
            and channel_id_of(attempt.id) not in channels
        ]
        return Load(
            attempts=sum(attempt.campaign_id == campaign_id for attempt in attempts),
            ringing=len(ringing),
            agent_calls=len(channels),
            begun=tuple(await session.scalars(begun)),
        )


def _contact(campaign_id: int, person: NewContact) -> Contact:
    return Contact(
        campaign_id=campaign_id,
        row=person.row,
        number=person.number,
        name=person.name,
        time_zone=person.time_zone,
        slots=dict(person.slots),
    )


def _claim(contact: Contact, attempt_id: str) -> Claim:
    slots = {str(key): str(value) for key, value in contact.slots.items()}
    return Claim(attempt_id, contact.id, contact.row, contact.number, contact.attempts, slots)


def _finish(contact: Contact, result: Result, now: datetime) -> None:
    contact.state, contact.next_at = ContactState.DONE, None
    contact.claimed_by = contact.claimed_at = None
    contact.outcome, contact.last_at = result.outcome, now
    contact.disposition = result.disposition or None
