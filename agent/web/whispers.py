"""What Asterisk plays to a human agent before a caller is put through."""

from aiohttp import web

from agent.calls.handoff import HandoffDesk
from agent.web.access.marks import open_to_all


class Whispers:
    """`/handoff/TOKEN.wav`; the token is the permission, since Asterisk can't sign in.

    It is in the address, the one place where Asterisk can put it: good until its call is over.
    """

    def __init__(self, handoffs: HandoffDesk) -> None:
        self._handoffs = handoffs
        self.routes = (web.get("/handoff/{token}.wav", self._whisper),)

    @open_to_all
    async def _whisper(self, request: web.Request) -> web.Response:
        wav = self._handoffs.whisper(request.match_info["token"])
        if wav is None:
            raise web.HTTPNotFound
        return web.Response(body=wav, content_type="audio/wav")
