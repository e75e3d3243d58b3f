"""A media channel of the doctor's own in Asterisk, in an application of its own name.

It rings nobody and disturbs no running agent. Through it dialplan functions can be asked, and sound
goes both ways as in a call.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from agent.asterisk.ari import AriClient
from agent.config import AriSettings
from agent.errors import UnderstudyError

_EVENT_S = 3.0
# The discard port (RFC 863): where nobody wants the sound.
_NOWHERE = ("127.0.0.1", 9)


class ProbeFailed(UnderstudyError):
    """Asterisk did not do with the doctor's channel what it does with a caller's."""


class Probe:
    """One channel; `remote` is where Asterisk takes its RTP."""

    def __init__(
        self,
        ari: AriClient,
        channel_id: str,
        remote: tuple[str, int],
        socket: aiohttp.ClientWebSocketResponse,
    ) -> None:
        self.remote = remote
        self._ari = ari
        self._channel_id = channel_id
        self._socket = socket

    async def evaluate(self, expression: str) -> str:
        """A dialplan function such as `DIALPLAN_EXISTS(context,extension,1)`. Raises AriError."""
        return await self._ari.get_variable(self._channel_id, expression)

    async def listen_for_talking(self) -> None:
        """Let Asterisk report (`ChannelTalkingStarted`) when it hears sound from this side."""
        await self._ari.set_variable(self._channel_id, "TALK_DETECT(set)", "500,128")

    async def play_tone(self, hz: int) -> None:
        """Let Asterisk play a tone to this side until the channel ends."""
        path = f"/channels/{self._channel_id}/play/{self._channel_id}-tone"
        await self._ari.request("POST", path, params={"media": f"tone:{hz}"})

    async def stop_tone(self) -> None:
        """End it before the channel ends, which Asterisk's log would call a failure."""
        await self._ari.request("DELETE", f"/playbacks/{self._channel_id}-tone")

    async def wait_for(self, kind: str, timeout_s: float = _EVENT_S) -> dict[str, Any] | None:
        """The next event of a kind; None: it did not come."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                async for message in self._socket:
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        continue
                    event: dict[str, Any] = json.loads(message.data)
                    if event.get("type") == kind:
                        return event
        return None


@contextlib.asynccontextmanager
async def open_probe(
    settings: AriSettings, address: tuple[str, int] = _NOWHERE, codec: str = "ulaw"
) -> AsyncIterator[Probe]:
    """A channel that sends its sound to `address`; gone with its application at the end.

    Raises AriError, or ProbeFailed when the channel does not reach its application.
    """
    name = f"understudy-doctor-{uuid.uuid4().hex[:12]}"
    async with AriClient(settings.model_copy(update={"app": name})) as ari:
        socket = await ari.open_events()
        try:
            host, port = address
            remote = await ari.external_media(name, host=host, port=port, codec=codec)
            probe = Probe(ari, name, remote, socket)
            if await probe.wait_for("StasisStart") is None:
                raise ProbeFailed(
                    "A media channel did not reach its Stasis application: look for res_stasis in "
                    "asterisk -rx 'module show like stasis'."
                )
            yield probe
        finally:
            await ari.hang_up(name)
            await socket.close()
