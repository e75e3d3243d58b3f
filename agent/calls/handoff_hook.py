"""Tells a system of the house, such as its CRM, who is being put through: signed POSTs.

Beside the call: a transfer never waits for it.
"""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from typing import Any, Literal, Self

import aiohttp
from pydantic import SecretStr
from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from agent.calls.screen_pop import ScreenPop
from agent.records.records import utc_now

# Later than this the human has asked the caller already.
_GIVES_UP_AFTER_S = 10.0
_ATTEMPT_S = 3.0
_FIRST_WAIT_S, _LONGEST_WAIT_S, _JITTER_S = 0.2, 2.0, 0.2
_MOST_UNDER_WAY = 100
_AT_STOP_S = 2.0

Happened = Literal["queued", "answered"]


class HandoffHook:
    """Delivers within 10 s, trying again, or says why not. Use as an async context manager."""

    def __init__(
        self,
        url: str,
        secret: SecretStr,
        *,
        now: Callable[[], float] = time.time,
        gives_up_after_s: float = _GIVES_UP_AFTER_S,
    ) -> None:
        self._url = url
        self._secret = secret.get_secret_value().encode()
        self._now = now
        self._gives_up_after_s = gives_up_after_s
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ATTEMPT_S))
        return self

    async def __aexit__(self, *_: object) -> None:
        """What is under way gets two more seconds."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_AT_STOP_S)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def tell(
        self,
        happened: Happened,
        pop: ScreenPop,
        links: dict[str, str],
        on_failed: Callable[[str], None],
    ) -> None:
        """Deliver it in the background; `on_failed` is told why it could not be."""
        if len(self._under_way) >= _MOST_UNDER_WAY:
            on_failed("too many are under way")
            return
        body = json.dumps(_content(happened, pop, links)).encode()
        task = asyncio.create_task(self._deliver(happened, body, on_failed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(
        self, happened: Happened, body: bytes, on_failed: Callable[[str], None]
    ) -> None:
        headers = {
            "Content-Type": "application/json",
            "X-Understudy-Event": happened,
            "X-Understudy-Delivery": str(uuid.uuid4()),
        }
        again = AsyncRetrying(
            retry=retry_if_exception_type(_TryAgain),
            wait=wait_exponential_jitter(
                multiplier=_FIRST_WAIT_S, max=_LONGEST_WAIT_S, jitter=_JITTER_S
            ),
        )
        last = "no answer"
        try:
            async with asyncio.timeout(self._gives_up_after_s):
                async for attempt in again:
                    with attempt:
                        try:
                            await self._post(body, headers)
                        except _TryAgain as error:
                            last = str(error)
                            raise
        except TimeoutError:
            on_failed(f"{last}; tried for {self._gives_up_after_s:g} s")
        except _Refused as error:
            on_failed(str(error))

    async def _post(self, body: bytes, headers: dict[str, str]) -> None:
        assert self._session is not None  # noqa: S101 - entered before anything is told
        stamp = str(int(self._now()))
        signed = {**headers, "X-Understudy-Timestamp": stamp}
        signed["X-Understudy-Signature"] = signature(self._secret, stamp, body)
        try:
            # A redirect would take the caller's data to an address that nobody has configured.
            async with self._session.post(
                self._url, data=body, headers=signed, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            # By its kind alone: the message may hold the address, and that a token.
            raise _TryAgain(type(error).__name__) from None
        if status >= 500 or status in (408, 425, 429):
            raise _TryAgain(f"status {status}")
        if status >= 300:
            raise _Refused(f"status {status}")


class _TryAgain(Exception):
    """It may go well the next time."""


class _Refused(Exception):
    """It will not."""


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """ "sha256=" and the hexadecimal HMAC-SHA256 of "<timestamp>.<body>"."""
    digest = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


def _content(happened: Happened, pop: ScreenPop, links: dict[str, str]) -> dict[str, Any]:
    return {
        "event": happened,
        "sent_at": utc_now().isoformat(),
        "call_id": pop.call_id,
        "caller_number": pop.caller_number,
        "started_at": pop.started_at.isoformat(),
        "queue": pop.queue,
        "member": pop.member,
        "reason": pop.reason,
        "summary": pop.summary,
        "slots": dict(pop.slots),
        "transcript": [
            {"speaker": said.speaker.value, "text": said.text, "at_s": said.at_s}
            for said in pop.transcript
        ],
        "links": links,
    }
