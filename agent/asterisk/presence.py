"""Whether a process listens for a Stasis application.

Asterisk can't tell: it lists an application whose process has died for as long as it has channels
(measured on Asterisk 22.10.1). So the processes ask one another, by user events over Asterisk.
"""

import asyncio

from agent.asterisk.ari import AriClient, AriError, AriRefused
from agent.asterisk.events import ASK_PRESENCE, TELL_PRESENCE, PresenceAsked, PresenceTold

# An event there and back takes milliseconds; a process that stalls longer is asked again.
_ANSWERS_WITHIN_S = 1.0


class Presence:
    """Asks other applications, and answers for this one."""

    def __init__(self, ari: AriClient) -> None:
        self._ari = ari
        self._told: dict[str, asyncio.Event] = {}

    async def answers(self, app: str) -> bool:
        """Whether somebody listens there. Raises AriError when Asterisk can't be asked."""
        told = self._told.setdefault(app, asyncio.Event())
        told.clear()
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                await self._ari.tell(app, ASK_PRESENCE, {"app": self._ari.app})
                await told.wait()
        except (TimeoutError, AriRefused):
            return False
        finally:
            self._told.pop(app, None)
        return True

    async def asked(self, question: PresenceAsked) -> None:
        """Answer; never fails: who gets no answer asks again."""
        try:
            await self._ari.tell(question.by_app, TELL_PRESENCE, {"app": self._ari.app})
        except AriError:
            return

    def told(self, answer: PresenceTold) -> None:
        """An answer has come."""
        told = self._told.get(answer.app)
        if told is not None:
            told.set()
