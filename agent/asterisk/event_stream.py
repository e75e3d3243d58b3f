"""The application's event socket, kept open.

Asterisk does not replay what was missed while the socket was down, and live channels stay where
they are; so every (re)connection is announced to the consumer, which decides what to do about it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import structlog

from agent.asterisk.ari import AriClient, AriRefused, AriUnreachable
from agent.asterisk.events import AriEvent, BadEvent, read_event
from agent.asterisk.retrying import while_away


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket is open and the application registered."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The socket closed; events are missed until the next Connected."""


_NOT_LET_IN = (401, 403)

StreamEvent = Connected | Disconnected | AriEvent


async def ari_events(
    client: AriClient, *, every_channel: bool = False
) -> AsyncIterator[StreamEvent]:
    """Yield events for ever, reconnecting with back-off (0.2 s to 5 s) while Asterisk is away.

    Raises AriRefused when Asterisk does not let this user in at first. Who has been let in once is
    let in again when the password is put right: live calls are worth the wait.
    """
    let_in = False

    async def open_events() -> aiohttp.ClientWebSocketResponse:
        try:
            return await client.open_events(every_channel=every_channel)
        except AriRefused as error:
            if error.status in _NOT_LET_IN and not let_in:
                raise
            # 404 and 503 are an Asterisk that is still loading its modules.
            raise AriUnreachable(str(error)) from None

    log = structlog.get_logger("asterisk")
    away = while_away(AriUnreachable, log, "waiting for Asterisk", first_s=0.2, longest_s=5.0)
    while True:
        socket: aiohttp.ClientWebSocketResponse = await away(open_events)
        let_in = True
        yield Connected()
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                try:
                    event = read_event(message.data)
                except BadEvent as error:  # the calls whose events come after it go on
                    log.error("event left out", reason=str(error))
                    continue
                if event is not None:
                    yield event
        finally:
            await socket.close()
        yield Disconnected()
