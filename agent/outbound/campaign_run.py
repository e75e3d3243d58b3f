"""Running a campaign: claims, calls, results, until nobody is left or somebody says stop."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from agent.errors import UnderstudyError
from agent.outbound.arguments import Placed, channel_id_of
from agent.outbound.campaigns import Campaigns, Claim, Finished, Later
from agent.outbound.dialler import Dialler
from agent.outbound.number_plan import parse_number, zones_of
from agent.outbound.outcomes import TROUBLE, Outcome, Result
from agent.outbound.pacing import abandons_too_many
from agent.outbound.records import CallRecords
from agent.outbound.settings import OutboundSettings
from agent.outbound.tables import Attempt, Contact
from agent.outbound.windows import opens_at
from agent.records.records import utc_now

# Claims are renewed four times within their lease.
_RENEWED_EVERY_S = 15.0
_LONGEST_WAIT_S = 5.0
_AGENT_AWAY_S = 3.0
# So many failures in a row are the trunk's, not those of the people called.
_TROUBLES = 5


class CampaignStopped(UnderstudyError):
    """The campaign must not go on as it is."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """An attempt begins."""

    row: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt is over."""

    row: int
    result: Result


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody may be called before `until`; None: before a call has ended."""

    until: datetime | None
    why: str


Report = Callable[[Dialled | Ended | Waiting], None]


class CampaignRun:
    """One process's run of one campaign; others may run it at the same time."""

    def __init__(
        self,
        campaigns: Campaigns,
        campaign_id: int,
        dialler: Dialler,
        records: CallRecords,
        settings: OutboundSettings,
        endpoint: str,
        report: Report,
    ) -> None:
        self._campaigns = campaigns
        self._id = campaign_id
        self._dialler = dialler
        self._records = records
        self._settings = settings
        self._endpoint = endpoint
        self._report = report
        self._live: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._stopping = False
        self._troubles = 0
        self._said: str | None = None
        self._log = structlog.get_logger("campaign")

    @property
    def live(self) -> int:
        """How many attempts are under way."""
        return len(self._live)

    async def run(self, *, wait: bool) -> None:
        """Call until nobody is left; without `wait` only those who may be called now.

        Raises CampaignStopped, and what the database or Asterisk can't do; calls under way are
        seen to their end before.
        """
        renewing = asyncio.create_task(self._renew())
        try:
            while not self._stopping and await self._step(wait=wait):
                pass
        finally:
            try:
                while self._live:
                    await asyncio.wait(self._live.values())
            finally:
                renewing.cancel()
                await asyncio.gather(renewing, return_exceptions=True)

    async def stop(self, *, conversations: bool) -> None:
        """Place no more calls; what rings is hung up and called again another time.

        Conversations go on to their end, unless they are to be hung up too.
        """
        self._stopping = True
        self._changed.set()
        for attempt_id in list(self._live):
            with contextlib.suppress(UnderstudyError):
                await self._dialler.cancel(attempt_id, even_answered=conversations)

    async def _step(self, *, wait: bool) -> bool:
        """One claim, or one wait; False when the run is over."""
        self._changed.clear()
        answered, abandoned = await self._campaigns.answered_and_abandoned(self._id)
        if abandons_too_many(abandoned, answered, self._settings.pacing):
            raise CampaignStopped(
                f"{abandoned} of {answered} who answered met no agent: see why the agent did not "
                "take them (its log), then raise outbound.pacing.abandoned_share to go on."
            )
        if self._troubles >= _TROUBLES:
            raise CampaignStopped(
                f"The last {self._troubles} calls all failed before anybody could answer: see that "
                f"'{self._endpoint}' is a way out (`understudy dial` tries it), then run it again."
            )
        if not await self._dialler.agent_ready():
            if not wait and not self._live:
                await self._dialler.require_agent()
            await self._pause(Waiting(None, "the agent is not running"), _AGENT_AWAY_S)
            return True
        now = utc_now()
        for orphan in await self._campaigns.orphans(self._id, now):
            self._spawn(orphan.id, self._recover(orphan))
        step = await self._campaigns.claim(self._id, now, self._settings.pacing, self._opens_at)
        match step:
            case Claim():
                self._said = None
                self._report(Dialled(step.row, step.attempts))
                self._spawn(step.attempt_id, self._attempt(step))
            case Later(at):
                soon = at is not None and (at - now).total_seconds() <= 60.0
                if not wait and not self._live and not soon:
                    return False
                left_s = _LONGEST_WAIT_S if at is None else (at - now).total_seconds()
                reason = "pace" if soon or at is None else "nobody may be called"
                await self._pause(Waiting(at, reason), min(left_s, _LONGEST_WAIT_S))
            case Finished():
                return False
        return True

    async def _pause(self, waiting: Waiting, seconds: float) -> None:
        """Until something happens; each reason is said once."""
        if waiting.why != self._said:
            self._said = waiting.why
            self._report(waiting)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.05)):
                await self._changed.wait()

    def _spawn(self, attempt_id: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._live[attempt_id] = asyncio.create_task(work)
        task.add_done_callback(lambda done: self._forget(attempt_id, done))

    def _forget(self, attempt_id: str, task: asyncio.Task[None]) -> None:
        self._live.pop(attempt_id, None)
        self._changed.set()
        if not task.cancelled() and task.exception() is not None:
            # Its claim runs out, and whoever finds it looks up what became of the call.
            self._log.error("attempt not settled", attempt=attempt_id, reason=str(task.exception()))

    async def _attempt(self, claim: Claim) -> None:
        number = parse_number(claim.number)
        placed = Placed(claim.attempt_id, claim.number, claim.slots)
        if self._stopping:
            await self._settle(claim.attempt_id, claim.row, Result(Outcome.CANCELLED))
            return
        try:
            result = await self._dialler.call(placed, number.endpoint(self._endpoint))
        except UnderstudyError as error:
            self._log.warning("call not placed", attempt=claim.attempt_id, reason=str(error))
            result = Result(Outcome.FAILED)
        await self._settle(claim.attempt_id, claim.row, result)

    async def _recover(self, orphan: Attempt) -> None:
        """What became of a call whose process has died; it may still be under way."""
        channel_id = channel_id_of(orphan.id)
        while (result := await self._records.result(channel_id, patience_s=0.0)) is None:
            if await self._records.call_of(channel_id) is None:
                result = Result(Outcome.FAILED)
                break
            await asyncio.sleep(1.0)
        await self._settle(orphan.id, 0, result)

    async def _settle(self, attempt_id: str, row: int, result: Result) -> None:
        self._troubles = self._troubles + 1 if result.outcome in TROUBLE else 0
        await self._campaigns.settle(attempt_id, result, utc_now(), self._settings.retry)
        self._report(Ended(row, result))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEWED_EVERY_S)
            try:
                await self._campaigns.renew(utc_now())
            except UnderstudyError as error:
                self._log.warning("claims not renewed", reason=str(error))

    def _opens_at(self, contact: Contact, now: datetime) -> datetime | None:
        number, window = parse_number(contact.number), self._settings.window
        return opens_at(now, zones_of(number, contact.time_zone, window.time_zone), window)
