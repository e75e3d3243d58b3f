"""ARI's event JSON as typed events; those that nothing here acts on become None."""

import json
from dataclasses import dataclass
from typing import Any

from agent.errors import UnderstudyError


class BadEvent(UnderstudyError):
    """What came is no event as ARI describes it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What an event says of a channel."""

    channel_id: str
    name: str
    caller_number: str
    caller_name: str
    extension: str

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Channel":
        """From ARI's Channel object."""
        caller = data.get("caller", {})
        return cls(
            channel_id=str(data["id"]),
            name=str(data.get("name", "")),
            caller_number=str(caller.get("number", "")),
            caller_name=str(caller.get("name", "")),
            extension=str(data.get("dialplan", {}).get("exten", "")),
        )


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel entered the application, with the arguments of the dialplan's Stasis()."""

    channel: Channel
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest:
    """One side asked to hang up; the Q.850 cause, 0 where Asterisk has none.

    `shutdown`: it was Asterisk, because it stops.
    """

    channel: Channel
    cause: int
    shutdown: bool = False


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel is gone."""

    channel: Channel
    cause: int


@dataclass(frozen=True, slots=True)
class ChannelStateChange:
    """A channel rings ("Ringing") or was answered ("Up")."""

    channel: Channel
    state: str


@dataclass(frozen=True, slots=True)
class ChannelDtmfReceived:
    """A key was pressed, whichever way the phone signalled it (RFC 4733, SIP INFO, tones)."""

    channel: Channel
    digit: str


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Another process took this application's name; this one gets no more events."""


@dataclass(frozen=True, slots=True)
class PresenceAsked:
    """Another application's process asks whether anybody listens here."""

    by_app: str


@dataclass(frozen=True, slots=True)
class PresenceTold:
    """Somebody listens for that application."""

    app: str


# The user events by which two processes of this program talk over Asterisk.
ASK_PRESENCE = "UnderstudyPresenceAsked"
TELL_PRESENCE = "UnderstudyPresenceTold"

# AST_SOFTHANGUP_SHUTDOWN (Asterisk's channel.h)
_SHUTDOWN = 4

AriEvent = (
    StasisStart
    | ChannelHangupRequest
    | ChannelDestroyed
    | ChannelStateChange
    | ChannelDtmfReceived
    | ApplicationReplaced
    | PresenceAsked
    | PresenceTold
)


def read_event(text: str) -> AriEvent | None:
    """One message of the event socket, None for a kind that is not acted on. Raises BadEvent."""
    try:
        return parse_event(json.loads(text))
    except (ArithmeticError, LookupError, TypeError, AttributeError) as error:
        problem = f"{type(error).__name__}: {error}"
    except (ValueError, RecursionError) as error:
        problem = str(error)
    raise BadEvent(f"Asterisk sent what is no event ({problem[:200]}): {text[:200]!r}")


def parse_event(data: dict[str, Any]) -> AriEvent | None:
    """Typed form of one event, None for a kind that is not acted on."""
    match data.get("type"):
        case "StasisStart":
            return StasisStart(
                Channel.from_json(data["channel"]), tuple(map(str, data.get("args", ())))
            )
        case "ChannelHangupRequest":
            return _hang_up(data)
        case "ChannelDestroyed":
            return ChannelDestroyed(Channel.from_json(data["channel"]), int(data.get("cause", 0)))
        case "ChannelStateChange":
            return ChannelStateChange(
                Channel.from_json(data["channel"]), str(data["channel"].get("state", ""))
            )
        case "ChannelDtmfReceived":
            return ChannelDtmfReceived(Channel.from_json(data["channel"]), str(data["digit"]))
        case "ApplicationReplaced":
            return ApplicationReplaced()
        case "ChannelUserevent":
            return _told(str(data.get("eventname", "")), data.get("userevent", {}))
        case _:
            return None


def _hang_up(data: dict[str, Any]) -> ChannelHangupRequest:
    """A "soft" request, from within Asterisk, has a flag of its own in the place of the cause."""
    channel, cause = Channel.from_json(data["channel"]), int(data.get("cause", 0))
    if data.get("soft"):
        return ChannelHangupRequest(channel, 0, shutdown=bool(cause & _SHUTDOWN))
    return ChannelHangupRequest(channel, cause)


def _told(event: str, variables: dict[str, Any]) -> PresenceAsked | PresenceTold | None:
    app = str(variables.get("app", ""))
    if event == ASK_PRESENCE and app:
        return PresenceAsked(app)
    return PresenceTold(app) if event == TELL_PRESENCE and app else None
