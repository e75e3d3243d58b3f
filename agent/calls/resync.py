"""Comparing what this process leads with what the PBX has: on each connection, and now and then.

caller whom no process leads         taken back, with what was saved of the call
call whose caller is gone            ended
media channel, bridge, snoop         removed
of a process that answers            left alone
"""

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import structlog

from agent.asterisk.ari import AriClient, AriError, AriRefused
from agent.asterisk.connection import Connection
from agent.asterisk.presence import Presence
from agent.calls.asterisk_line import media_channel_id
from agent.calls.leftovers import Kind, Led, Leftover, Standing, find_leftovers
from agent.calls.reception import Arrival
from agent.errors import UnderstudyError

_LOOKS_EVERY_S = 10.0
# What is seen twice at this distance is no passing state, such as a call that is just ending or a
# process that is held up for a moment.
_LOOKS_AGAIN_S = 3.0
_AFTER_FAILURE_S = 1.0


class LiveCalls(Protocol):
    """The calls that this process leads."""

    @property
    def led(self) -> Led:
        """Which they are."""

    @property
    def followed(self) -> frozenset[str]:
        """The channels of callers whom humans have taken."""

    def vanished(self, channel_id: str, *, restarted: bool) -> None:
        """A caller's channel is gone; `restarted`: Asterisk went away with it."""

    def media_entered(self, call_id: str) -> None:
        """A call's media channel is in the application."""

    def take_back(self, arrival: Arrival) -> None:
        """Lead a caller whom nobody leads."""


@dataclass(frozen=True, slots=True)
class ResyncStats:
    """Callers taken back, and channels and bridges removed, since the start."""

    taken_back: int
    removed: int


class Resync:
    """Runs beside the events; `connected` is to be called at each connection."""

    def __init__(
        self,
        ari: AriClient,
        calls: LiveCalls,
        connection: Connection,
        presence: Presence,
        stands_in_for: Collection[str] = (),
    ) -> None:
        """`stands_in_for` are applications whose callers are taken when their process is dead."""
        self._ari = ari
        self._calls = calls
        self._connection = connection
        self._presence = presence
        self._instance = ari.app
        self._stands_in_for = tuple(stands_in_for)
        self._anew = asyncio.Event()
        self._seen: frozenset[str] = frozenset()
        self._taken_back = self._removed = 0
        self._settled = asyncio.Event()
        self._log = structlog.get_logger("calls")

    @property
    def stats(self) -> ResyncStats:
        """Counters for metrics."""
        return ResyncStats(self._taken_back, self._removed)

    @property
    def settled(self) -> asyncio.Event:
        """Set once what was found at the newest connection has been dealt with."""
        return self._settled

    def connected(self) -> None:
        """The event socket is open, perhaps again: look at once."""
        self._settled.clear()
        self._anew.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                pause_s = _LOOKS_AGAIN_S if self._seen else _LOOKS_EVERY_S
                await asyncio.wait_for(self._anew.wait(), pause_s)
            if not self._connection.connected.is_set():
                self._anew.clear()
                continue
            anew = self._anew.is_set()
            self._anew.clear()
            try:
                await self._look(anew=anew)
            except UnderstudyError as error:
                self._log.warning("live calls not compared with Asterisk", reason=str(error))
                if anew:
                    await asyncio.sleep(_AFTER_FAILURE_S)
                    self._anew.set()
            else:
                self._settled.set()

    @property
    def _draining(self) -> bool:
        """Whether this process acts for an application of its own, to let its calls end."""
        return self._ari.app != self._instance

    async def _look(self, *, anew: bool) -> None:
        restarted = self._connection.asterisk_since(await self._ari.started_at())
        if anew and self._draining:
            await self._listen_to(self._calls.led)
        before, followed = self._calls.led, self._calls.followed
        channels, bridges, applications = await asyncio.gather(
            self._ari.channels(), self._ari.bridges(), self._ari.applications()
        )
        present = {channel["id"] for channel in channels}
        # A call that has begun since is not in the lists yet.
        for channel_id in (before.channels | followed) - present:
            self._calls.vanished(channel_id, restarted=restarted)
        for call_id in before.calls:
            if media_channel_id(call_id) in present:
                self._calls.media_entered(call_id)
        if anew or not self._draining:
            # And one that has ended since still is.
            led = before | self._calls.led
            await self._deal_with(Standing(channels, bridges, applications), led, anew=anew)

    async def _deal_with(self, standing: Standing, led: Led, *, anew: bool) -> None:
        """Leftovers of this instance at its first look, all others when they are seen again."""
        own = find_leftovers(standing, self._instance, led)
        others = () if self._draining else self._stands_in_for
        peers = [found for app in others for found in find_leftovers(standing, app, led)]
        unled = await self._without_those_led((*own, *peers))
        mine = {found.key for found in own}
        before, self._seen = self._seen, frozenset(found.key for found in unled)
        for found in unled:
            if found.key in before or (anew and found.key in mine):
                await self._take(found, standing)

    async def _without_those_led(self, found: tuple[Leftover, ...]) -> list[Leftover]:
        """Each process that may lead one of them is asked, once."""
        apps = sorted({app for left in found for app in left.listeners} - {self._ari.app})
        answers = await asyncio.gather(*(self._presence.answers(app) for app in apps))
        alive = {app for app, answered in zip(apps, answers, strict=True) if answered}
        return [left for left in found if not left.listeners & alive]

    async def _take(self, found: Leftover, standing: Standing) -> None:
        if found.caller is None:
            await self._remove(found)
        elif found.key not in self._calls.led.channels:
            if self._ari.app not in standing.listeners([found.key]):
                await self._ari.subscribe_channel(found.key)
            self._log.warning("a caller was left behind and is taken back", channel=found.key)
            self._taken_back += 1
            self._calls.take_back(found.caller)

    async def _remove(self, found: Leftover) -> None:
        remove = self._ari.destroy_bridge if found.kind is Kind.BRIDGE else self._ari.hang_up
        try:
            await remove(found.key)
        except AriError as error:
            self._log.warning("left behind at the PBX", reason=str(error))
        else:
            self._removed += 1

    async def _listen_to(self, led: Led) -> None:
        """Hear of these calls under the application that this process now acts for."""
        ids = [*led.channels, *(media_channel_id(call_id) for call_id in led.calls)]
        for channel_id in ids:
            with contextlib.suppress(AriRefused):  # gone
                await self._ari.subscribe_channel(channel_id)
