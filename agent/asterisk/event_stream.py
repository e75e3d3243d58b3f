"""The application's event socket, kept open.

Asterisk does not replay what was missed while the socket was down, and live channels stay where
they are; so every (re)connection is announced to the consumer, which decides what to do about it.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import structlog
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_exponential_jitter,
)

from agent.asterisk.ari import AriClient, AriUnreachable
from agent.asterisk.events import AriEvent, parse_event


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket is open and the application registered."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The socket closed; events are missed until the next Connected."""


StreamEvent = Connected | Disconnected | AriEvent


async def ari_events(client: AriClient) -> AsyncIterator[StreamEvent]:
    """Yield events for ever, reconnecting with back-off (0.2 s to 5 s) while Asterisk is away.

    Raises AriRefused when Asterisk does not let this user in: trying again would not help.
    """
    while True:
        socket = await _connect(client)
        yield Connected()
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                event = parse_event(json.loads(message.data))
                if event is not None:
                    yield event
        finally:
            await socket.close()
        yield Disconnected()


async def _connect(client: AriClient) -> aiohttp.ClientWebSocketResponse:
    log = structlog.get_logger("asterisk")

    def announce(state: RetryCallState) -> None:
        # The first failure is news; after that one line in ten is enough.
        if state.outcome is not None and state.attempt_number % 10 == 1:
            log.warning("waiting for Asterisk", reason=str(state.outcome.exception()))

    return await AsyncRetrying(
        retry=retry_if_exception_type(AriUnreachable),
        wait=wait_exponential_jitter(multiplier=0.2, max=5.0, jitter=0.2),
        before_sleep=announce,
        reraise=True,
    )(client.open_events)
