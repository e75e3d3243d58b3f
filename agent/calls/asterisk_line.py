"""A caller's channel, its bridge and its media channel in Asterisk."""

import asyncio

import structlog

from agent.asterisk.ari import AriClient, AriError
from agent.asterisk.events import Channel
from agent.asterisk.patience import Patience
from agent.calls.line import Handoff, MediaEndpoint

_CODECS = ("ulaw", "alaw", "g722")
# The media channel's own StasisStart normally comes within milliseconds.
_MEDIA_ENTERS_WITHIN_S = 3.0
# Where the dialplan first sends a caller whom nobody in the queue took.
_LED_BY = "UNDERSTUDY_LED_BY"


class AsteriskLine:
    """Implements `calls.line.Line` over ARI.

        caller's channel --- mixing bridge --- media channel (UnicastRTP) <- RTP -> media session

    Identifiers carry the call's id, so that whoever finds one of them knows its call.
    """

    def __init__(
        self,
        ari: AriClient,
        channel: Channel,
        call_id: str,
        handoff_context: str,
        *,
        instance: str,
        patience: Patience,
    ) -> None:
        """`instance` is the application that a queue gives the caller back to."""
        self._ari = ari
        self._instance = instance
        self._patience = patience
        self._channel_id = channel.channel_id
        self._bridge_id = bridge_id(call_id)
        self._media_id = media_channel_id(call_id)
        self._handoff_context = handoff_context
        self._media_entered = asyncio.Event()
        self._bridged = False
        self._log = structlog.get_logger("calls.line").bind(call_id=call_id)

    def media_entered(self) -> None:
        """The media channel has entered the application; only now may it join the bridge.

        Before that Asterisk answers 422 about one time in two.
        """
        self._media_entered.set()

    async def codec(self) -> str:
        """The caller's codec, so that Asterisk needs no transcoding; ulaw for any other."""
        native = await self._ari.get_variable(self._channel_id, "CHANNEL(audionativeformat)")
        offered = native.strip("()").split("|")
        return next((name for name in offered if name in _CODECS), "ulaw")

    async def linked_id(self) -> str:
        """The channel's Linkedid."""
        return await self._ari.get_variable(self._channel_id, "CHANNEL(linkedid)")

    async def attach(self, media: MediaEndpoint, codec: str) -> None:
        """Create bridge and media channel and join the caller to them."""
        host, port = media.local_address
        self._bridged = True
        _, remote = await asyncio.gather(
            self._ari.create_bridge(self._bridge_id, self._instance),
            self._ari.external_media(self._media_id, host=host, port=port, codec=codec),
        )
        media.connect(remote)
        try:
            await asyncio.wait_for(self._media_entered.wait(), _MEDIA_ENTERS_WITHIN_S)
        except TimeoutError:
            raise AriError(
                f"Asterisk made no media channel within {_MEDIA_ENTERS_WITHIN_S:.0f} s: is the "
                "module chan_rtp loaded, and is no other process using the same ari.app?"
            ) from None
        await self._ari.add_to_bridge(self._bridge_id, self._media_id)
        await self._ari.add_to_bridge(self._bridge_id, self._channel_id)

    async def answer(self) -> None:
        """Answer the caller's channel."""
        await self._ari.answer(self._channel_id)

    async def hang_up(self) -> None:
        """Hang the caller's channel up."""
        await self._patience.send("hang up", lambda: self._ari.hang_up(self._channel_id))

    async def hand_over(self, handoff: Handoff) -> None:
        """Set the handoff's channel variables and continue into the dialplan.

        The subscription lets this application see the caller hang up while it is in the queue.
        """
        sent = False

        async def send() -> None:
            nonlocal sent
            if sent and not await self._ari.in_application(self._channel_id):
                return  # it had been carried out, and the answer was lost
            await self._ari.subscribe_channel(self._channel_id)
            for name, value in handoff.variables.items():
                await self._ari.set_variable(self._channel_id, name, value)
            await self._ari.set_variable(self._channel_id, _LED_BY, self._instance)
            sent = True
            await self._ari.continue_in_dialplan(
                self._channel_id, self._handoff_context, handoff.queue
            )

        await self._patience.send("hand over", send)

    async def take_back(self) -> None:
        """Put the returned caller into its bridge again."""

        async def connect() -> None:
            await self._ari.unsubscribe_channel(self._channel_id)
            await self._ari.add_to_bridge(self._bridge_id, self._channel_id)

        await self._patience.send("take back", connect)

    async def release(self) -> None:
        """Remove bridge and media channel; the caller's channel is not touched."""
        if not self._bridged:
            return
        self._bridged = False
        results = await asyncio.gather(
            self._ari.hang_up(self._media_id),
            self._ari.destroy_bridge(self._bridge_id),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, BaseException):
                self._log.warning("left behind at the PBX", reason=str(result))


def bridge_id(call_id: str) -> str:
    """The ARI id of a call's bridge."""
    return f"understudy-{call_id}"


def call_id_of_bridge(bridge: str) -> str | None:
    """The call that a bridge belongs to; None for any other bridge."""
    prefix = bridge_id("")
    return bridge.removeprefix(prefix) if bridge.startswith(prefix) else None


def media_channel_id(call_id: str) -> str:
    """The ARI channel id of a call's media channel."""
    return f"understudy-media-{call_id}"


def call_id_of_media_channel(channel_id: str) -> str | None:
    """The call that a media channel belongs to; None for any other channel."""
    prefix = media_channel_id("")
    return channel_id.removeprefix(prefix) if channel_id.startswith(prefix) else None
