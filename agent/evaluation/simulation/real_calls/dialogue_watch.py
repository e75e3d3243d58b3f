"""What the agent says in its live calls, turn by turn, as it saves them for its own next process.

A snapshot is written when a turn begins and when it has been heard: its lines with their ids, as
far as they were played, and what is expected, known and decided. It stands in the database within
milliseconds, and it is all that a simulated customer gets to know.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.asterisk.ari import AriRefused
from agent.dialogue.reply import Reply
from agent.records.database import explained
from agent.records.models import Snapshot
from agent.records.records import utc_now
from agent.snapshots.saved_call import SavedCall
from agent.snapshots.store import read

_EVERY_S = 0.04
# Snapshots of several calls need not become visible in the order of their times.
_OVERLAP = timedelta(seconds=5)
# What Asterisk calls the SIP Call-ID, which the phone knows too.
_SIP_CALL_ID = "CHANNEL(pjsip,call-id)"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dialogue stands; implements `simulation.agent.Dialogue`. `reply` is the last turn."""

    reply: Reply
    slots: dict[str, str]
    disposition: str
    heard: str

    @classmethod
    def of(cls, saved: SavedCall) -> "Standing":
        """`heard` is what was played of the turn, once it has been."""
        dialogue = saved.dialogue
        reply = Reply(dialogue.said, dialogue.action, dialogue.expects, None, dialogue.state.stage)
        said = " ".join(line.text for line in reply.lines)
        heard = dialogue.history[-1].text if dialogue.history else said
        return cls(reply, dict(dialogue.state.slots), dialogue.state.disposition, heard)


class Channels(Protocol):
    """What has to be asked of the PBX; an `AriClient` can."""

    async def get_variable(self, channel_id: str, name: str) -> str: ...


class DialogueWatch:
    """Hands each snapshot to whoever follows its call. `run` it beside the calls."""

    def __init__(self, engine: AsyncEngine, channels: Channels) -> None:
        """`engine` is of the agent's database, `channels` are its PBX's."""
        self._engine = engine
        self._channels = channels
        self._since = utc_now()
        self._seen: dict[str, datetime] = {}
        self._sip_call_ids: dict[str, str] = {}
        self._followers: dict[str, Callable[[SavedCall], None]] = {}
        self._unclaimed: dict[str, SavedCall] = {}

    def follow(self, sip_call_id: str, follower: Callable[[SavedCall], None]) -> None:
        """Tell of this call's snapshots, from its first on."""
        self._followers[sip_call_id] = follower
        if (saved := self._unclaimed.pop(sip_call_id, None)) is not None:
            follower(saved)

    def leave(self, sip_call_id: str) -> None:
        """Tell no more of this call."""
        self._followers.pop(sip_call_id, None)

    async def run(self) -> None:
        """Look for news until cancelled. Raises what the database raises."""
        while True:
            for saved in await self._changed():
                sip_call_id = await self._sip_call_id(saved)
                if (follower := self._followers.get(sip_call_id)) is not None:
                    follower(saved)
                else:
                    self._unclaimed[sip_call_id] = saved
            await asyncio.sleep(_EVERY_S)

    async def _changed(self) -> list[SavedCall]:
        query = select(Snapshot.call_id, Snapshot.saved_at, Snapshot.content)
        query = query.where(Snapshot.saved_at > self._since - _OVERLAP)
        with explained(self._engine.url):
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        new = [row for row in rows if self._seen.get(row.call_id) != row.saved_at]
        self._seen = {row.call_id: row.saved_at for row in rows}
        self._since = max((row.saved_at for row in rows), default=self._since)
        return [read(row.content) for row in new]

    async def _sip_call_id(self, saved: SavedCall) -> str:
        """Asked once a call; "" for a channel that is gone."""
        found = self._sip_call_ids.get(saved.call_id)
        if found is None:
            try:
                found = await self._channels.get_variable(saved.channel_id, _SIP_CALL_ID)
            except AriRefused:
                found = ""
            self._sip_call_ids[saved.call_id] = found
        return found
