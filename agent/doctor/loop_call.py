"""A call of two seconds through Asterisk's RTP without a phone: does sound pass, and which way?

Each direction is measured by itself. Outwards the agent sends a tone and Asterisk's own detector
(TALK_DETECT) says whether it heard something; inwards Asterisk plays a tone, which has to arrive in
the packets. So a firewall that blocks one way is told from one that blocks the other.
"""

import asyncio
from dataclasses import dataclass

import numpy as np

from agent.asterisk.ari import AriRefused
from agent.config import Settings
from agent.doctor.probe import Probe, open_probe
from agent.doctor.tones import has_tone, tone_frame
from agent.media.codecs import FRAME_S, RTP_CLOCK_HZ, Codec, Pcm, open_codec
from agent.media.endpoint import Endpoint, UdpNetwork
from agent.media.ports import PortRange
from agent.media.rtp import RtpPacket

_OUTWARDS_HZ = 440
_INWARDS_HZ = 1000
_SEND_S = 1.5
_RECEIVE_S = 0.8
_SSRC = 0x0D0C7042


@dataclass(frozen=True, slots=True)
class LoopCall:
    """What came of it; `remote` is Asterisk's RTP address, `local` ours."""

    codec: str
    local: tuple[str, int]
    remote: tuple[str, int]
    heard_by_asterisk: bool
    packets: int
    tone_arrived: bool


class _Receiver:
    """Keeps what arrives."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._frames: list[Pcm] = []
        self.packets = 0

    def take(self, datagram: bytes, _: tuple[str, int]) -> None:
        try:
            packet = RtpPacket.parse(datagram)
        except ValueError:
            return
        self.packets += 1
        if packet.payload_type == self._codec.payload_type:
            self._frames.append(self._codec.decode(packet.payload))

    @property
    def pcm(self) -> Pcm:
        return np.concatenate(self._frames) if self._frames else np.zeros(0, np.int16)


async def place(settings: Settings, codec_name: str) -> LoopCall:
    """Place it. Raises AriError, ProbeFailed, and NoFreePort for an address that isn't ours."""
    media, codec = settings.media, open_codec(codec_name)
    receiver = _Receiver(open_codec(codec_name))
    network = UdpNetwork(media.bind_host, PortRange(media.first_port, media.last_port))
    endpoint = await network.open(receiver.take)
    try:
        async with open_probe(settings.ari, endpoint.address, codec_name) as probe:
            heard = await _send_tone(probe, endpoint, codec)
            await probe.play_tone(_INWARDS_HZ)
            await asyncio.sleep(_RECEIVE_S)
            await _stop(probe)
            arrived = has_tone(receiver.pcm, codec.sample_rate_hz, _INWARDS_HZ)
            local, packets = endpoint.address, receiver.packets
            return LoopCall(codec_name, local, probe.remote, heard, packets, arrived)
    finally:
        endpoint.close()
        await endpoint.wait_closed()


async def _send_tone(probe: Probe, endpoint: Endpoint, codec: Codec) -> bool:
    await probe.listen_for_talking()
    sending = asyncio.create_task(_stream(endpoint, probe.remote, codec))
    try:
        return await probe.wait_for("ChannelTalkingStarted", _SEND_S) is not None
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _stream(endpoint: Endpoint, remote: tuple[str, int], codec: Codec) -> None:
    for index in range(int(_SEND_S / FRAME_S)):
        payload = codec.encode(tone_frame(codec, _OUTWARDS_HZ, index))
        timestamp = int(index * FRAME_S * RTP_CLOCK_HZ)
        packet = RtpPacket(codec.payload_type, index, timestamp, _SSRC, payload)
        endpoint.send(packet.serialize(), remote)
        await asyncio.sleep(FRAME_S)


async def _stop(probe: Probe) -> None:
    try:
        await probe.stop_tone()
    except AriRefused:
        return  # it had not begun
