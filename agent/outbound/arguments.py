"""What an originated channel tells the agent by the arguments of its Stasis application.

    outbound,<attempt>,<number>,<slots>

The slots are JSON in base64url, since an application's arguments may hold no commas.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_OUTBOUND = "outbound"
_CHANNEL_PREFIX = "understudy-out-"


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that was placed for the agent: the attempt's id, whom it calls, slots known before."""

    attempt_id: str
    number: str
    known: Mapping[str, str]


def format_arguments(placed: Placed) -> str:
    """For ARI's `appArgs`."""
    known = json.dumps(dict(placed.known), separators=(",", ":")).encode()
    encoded = base64.urlsafe_b64encode(known).decode()
    return ",".join((_OUTBOUND, placed.attempt_id, placed.number, encoded))


def parse_arguments(arguments: Sequence[str]) -> Placed | None:
    """None for the arguments of any other call. Slots that can't be read are left out."""
    if len(arguments) < 3 or arguments[0] != _OUTBOUND:
        return None
    known: dict[str, str] = {}
    if len(arguments) > 3:
        try:
            decoded = json.loads(base64.urlsafe_b64decode(arguments[3].encode()))
        except (binascii.Error, ValueError):
            decoded = {}
        if isinstance(decoded, dict):
            known = {str(key): str(value) for key, value in decoded.items()}
    return Placed(arguments[1], arguments[2], known)


def channel_id_of(attempt_id: str) -> str:
    """The ARI channel id of an attempt: whoever finds the channel knows its attempt."""
    return f"{_CHANNEL_PREFIX}{attempt_id}"
