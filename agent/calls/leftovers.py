"""What a process that died has left in the Stasis application: callers, media channels, bridges."""

import asyncio
from collections.abc import Collection, Container
from dataclasses import dataclass
from typing import Any

import structlog

from agent.asterisk.ari import AriClient
from agent.asterisk.events import Channel
from agent.calls.asterisk_line import bridge_id, call_id_of_media_channel, media_channel_id
from agent.calls.reception import Arrival
from agent.calls.supervisor_phone import call_id_of_supervisor, supervisor_channel_id

# Channels that Asterisk makes for an application are no callers.
_NO_CALLERS = ("UnicastRTP/", "Snoop/", "Announcer/", "Recorder/")


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Callers without a call, and the calls whose media is still there.

    `taken_over` are the calls for which a supervisor's phone is here.
    """

    callers: tuple[Arrival, ...]
    calls: tuple[str, ...]
    taken_over: tuple[str, ...]


def find_leftovers(channels: Collection[dict[str, Any]], app: str) -> Leftovers:
    """Those among the PBX's channels (ARI's Channel objects) that are in this application.

    Live calls of the process that asks are among them.
    """
    callers, calls, taken_over = [], [], []
    for data in channels:
        dialplan = data.get("dialplan", {})
        name, *arguments = str(dialplan.get("app_data", "")).split(",")
        if dialplan.get("app_name") != "Stasis" or name != app:
            continue
        call_id, supervised = (
            call_id_of_media_channel(data["id"]),
            call_id_of_supervisor(data["id"]),
        )
        if call_id is not None:
            calls.append(call_id)
        elif supervised is not None:
            taken_over.append(supervised)
        elif not data.get("name", "").startswith(_NO_CALLERS):
            callers.append(Arrival(Channel.from_json(data), tuple(arguments)))
    return Leftovers(tuple(callers), tuple(calls), tuple(taken_over))


async def remove(ari: AriClient, left: Leftovers, live: Container[str]) -> None:
    """Remove what belongs to calls that nobody leads; never fails.

    `live` are the ids of the calls that somebody does.
    """
    calls = [call_id for call_id in left.calls if call_id not in live]
    taken_over = [call_id for call_id in left.taken_over if call_id not in live]
    results = await asyncio.gather(
        *(ari.hang_up(media_channel_id(call_id)) for call_id in calls),
        *(ari.destroy_bridge(bridge_id(call_id)) for call_id in calls),
        *(ari.hang_up(supervisor_channel_id(call_id)) for call_id in taken_over),
        return_exceptions=True,
    )
    for result in results:
        if isinstance(result, BaseException):
            structlog.get_logger("calls").warning("left behind at the PBX", reason=str(result))
