"""A live call's sound in the browser: `/live/CALL/listen`, a web socket of PCM frames."""

import asyncio

import structlog
from aiohttp import WSCloseCode, web

from agent.web.access.audit import note
from agent.web.access.marks import needs
from agent.web.access.person import Role
from agent.web.board.listening import Taps
from agent.web.board.presence import Presence

_SENT_WITHIN_S = 2.0
_MOST_LISTENERS = 50


class ListenRoom:
    """One listener a web socket; binary messages are the frames of `listening.Taps`."""

    def __init__(self, taps: Taps) -> None:
        self._taps = taps
        self._listeners = 0
        self.routes = (web.get("/live/{call_id}/listen", self._listen),)

    @needs(Role.SUPERVISOR)
    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        if self._listeners >= _MOST_LISTENERS:
            raise web.HTTPServiceUnavailable(text="Too many listen at once: try again later.")
        call_id = request.match_info["call_id"]
        socket = web.WebSocketResponse(compress=False, max_msg_size=1024)
        await socket.prepare(request)
        note(request, "call.listened", call_id=call_id)
        self._listeners += 1
        sending = asyncio.create_task(self._send(call_id, socket, request))
        try:
            async for _ in socket:  # a listener has nothing to say; this sees it leave
                pass
        finally:
            self._listeners -= 1
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return socket

    async def _send(
        self, call_id: str, socket: web.WebSocketResponse, request: web.Request
    ) -> None:
        code, why = WSCloseCode.OK, b"The call is over"
        presence = Presence(request)
        try:
            async with self._taps.open(call_id) as frames:
                async for frame in frames:
                    if not await presence.holds():
                        code, why = WSCloseCode.POLICY_VIOLATION, b"You have signed out"
                        break
                    async with asyncio.timeout(_SENT_WITHIN_S):
                        await socket.send_bytes(frame)
        except KeyError:  # there is no such call, or it has just ended
            pass
        except (ConnectionError, TimeoutError):
            code, why = WSCloseCode.TRY_AGAIN_LATER, b"The connection is too slow"
        except Exception:
            structlog.get_logger("web.board").exception("nobody hears a call", call_id=call_id)
            code, why = WSCloseCode.INTERNAL_ERROR, b"The call can't be heard: see the agent's log"
        await socket.close(code=code, message=why)
