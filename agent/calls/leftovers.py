"""What of an application's calls is on the PBX without a process that leads it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from agent.asterisk.events import Channel
from agent.calls.asterisk_line import call_id_of_bridge, call_id_of_media_channel
from agent.calls.reception import Arrival
from agent.calls.supervisor_phone import call_id_of_supervisor

# Channels that Asterisk makes for an application are no callers.
_SNOOP = "Snoop/"
_NO_CALLERS = ("UnicastRTP/", _SNOOP, "Announcer/", "Recorder/")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a PBX has: ARI's Channel and Bridge objects, and each application's channels."""

    channels: Sequence[Mapping[str, Any]]
    bridges: Sequence[Mapping[str, Any]]
    applications: Mapping[str, frozenset[str]]

    def listeners(self, channel_ids: Collection[str]) -> frozenset[str]:
        """The applications that hear of one of these channels."""
        asked = frozenset(channel_ids)
        return frozenset(app for app, heard in self.applications.items() if heard & asked)


@dataclass(frozen=True, slots=True)
class Led:
    """What this process leads: callers' channels, and its calls' ids."""

    channels: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()

    def __or__(self, other: "Led") -> "Led":
        """What either has."""
        return Led(self.channels | other.channels, self.calls | other.calls)


class Kind(Enum):
    """What was left behind."""

    CALLER = "caller"
    CHANNEL = "channel"  # a media or snoop channel, or the phone of who was to take a call over
    BRIDGE = "bridge"


@dataclass(frozen=True, slots=True)
class Leftover:
    """What this process does not lead; `caller` where it is one.

    `listeners` are the applications one of which may: it has to be asked.
    """

    kind: Kind
    key: str
    listeners: frozenset[str]
    caller: Arrival | None = None


def find_leftovers(standing: Standing, app: str, led: Led) -> tuple[Leftover, ...]:
    """What belongs to an application and not to one of these calls; callers come first."""
    callers, media = [], []
    for data in standing.channels:
        dialplan = data.get("dialplan", {})
        name, *arguments = str(dialplan.get("app_data", "")).split(",")
        channel_id = data["id"]
        if dialplan.get("app_name") != "Stasis" or name != app or channel_id in led.channels:
            continue
        listeners = standing.listeners([channel_id])
        if not (data.get("name", "").startswith(_NO_CALLERS) or call_id_of_supervisor(channel_id)):
            caller = Arrival(Channel.from_json(dict(data)), tuple(arguments))
            callers.append(Leftover(Kind.CALLER, channel_id, listeners, caller))
        elif _stray(data, led):
            media.append(Leftover(Kind.CHANNEL, channel_id, listeners))
    bridges = [
        Leftover(Kind.BRIDGE, bridge["id"], standing.listeners(bridge["channels"]) | {app})
        for bridge in standing.bridges
        if bridge.get("name") == app and call_id_of_bridge(bridge["id"]) not in (None, *led.calls)
    ]
    return (*callers, *media, *bridges)


def _stray(data: Mapping[str, Any], led: Led) -> bool:
    """Whether a channel was made for a call that none of these is."""
    call_id = call_id_of_media_channel(data["id"]) or call_id_of_supervisor(data["id"])
    if call_id is not None:
        return call_id not in led.calls
    name, _, number = data["name"].removeprefix(_SNOOP).rpartition("-")
    return data["name"].startswith(_SNOOP) and bool(number) and name not in led.channels
