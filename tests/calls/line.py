"""A telephone line that ends in this process."""

import asyncio
import socket

import numpy as np

from agent.calls.line import Handoff, MediaEndpoint
from agent.media.codecs import open_codec
from agent.media.rtp import RtpPacket
from tests.calls.fakes import LOUD, QUIET

HOST = "127.0.0.1"


class FarEnd:
    """The caller's RTP: a socket that speaks in letters, s speech and . silence, 20 ms each."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.socket.setblocking(False)
        self.address: tuple[str, int] = self.socket.getsockname()
        self.agent: tuple[str, int] = ("", 0)
        self._codec = open_codec("ulaw")
        self._sequence = 0
        self._heard = ""

    async def speak(self, timeline: str) -> None:
        for letter in timeline:
            payload = self._codec.encode(LOUD if letter == "s" else QUIET)
            packet = RtpPacket(0, self._sequence, 160 * self._sequence, 7, payload)
            self._sequence += 1
            self.socket.sendto(packet.serialize(), self.agent)
            await asyncio.sleep(0.02)

    def heard(self) -> str:
        """What has come from the agent so far, in the same letters."""
        while True:
            try:
                packet = RtpPacket.parse(self.socket.recv(2048))
            except BlockingIOError:
                return self._heard
            loud = np.abs(self._codec.decode(packet.payload)).max() > 1000
            self._heard += "s" if loud else "."


class FakeLine:
    """Implements `calls.line.Line`; notes what was asked of it and refuses what it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.handoffs: list[Handoff] = []
        self.caller = FarEnd()
        self.heard_before_answer = ""

    async def codec(self) -> str:
        self._ask("codec")
        return "ulaw"

    async def linked_id(self) -> str:
        return "linked-1"

    async def attach(self, media: MediaEndpoint, codec: str) -> None:
        self.caller.agent = media.local_address
        self._ask("attach")
        media.connect(self.caller.address)

    async def answer(self) -> None:
        self.heard_before_answer = self.caller.heard()
        self._ask("answer")

    async def hang_up(self) -> None:
        self._ask("hang_up")

    async def hand_over(self, handoff: Handoff) -> None:
        self._ask("hand_over")
        self.handoffs.append(handoff)

    async def take_back(self) -> None:
        self._ask("take_back")

    async def release(self) -> None:
        self.asked.append("release")

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what in self.errors:
            raise self.errors[what]
