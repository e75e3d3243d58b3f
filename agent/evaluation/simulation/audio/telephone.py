"""The customer's telephone: 20 ms frames out at their time, and what came from the agent."""

import asyncio

import numpy as np

from agent.evaluation.simulation.audio.caller import Sounded
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.audio.wire import Wire
from agent.evaluation.sound.channel import FRAME, FRAME_S, to_pcm
from agent.evaluation.sound.voices import Samples
from agent.media.codecs import TIMESTAMP_STEP, Pcm, open_codec
from agent.media.rtp import RtpPacket
from agent.turns.levels import level_dbfs

_AUDIBLE_DBFS = -50.0


class VirtualTelephone:
    """Implements `Telephone` at one end of a wire; ulaw. Times are the loop's.

    `recorded` are both sides' frames as they were spoken and heard here, the customer's first.
    """

    def __init__(self, sounds: CustomerSounds) -> None:
        self._wire = Wire(self._on_packet)
        self._codec = open_codec("ulaw")
        self._background = sounds.background()
        self._lost = sounds.lost()
        self._sound: Samples = np.zeros(0)
        self._sent = 0
        self._next_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.agent_frames: list[tuple[float, bool]] = []
        self.recorded: tuple[list[Pcm], list[Pcm]] = ([], [])

    @property
    def wire(self) -> Wire:
        """What connects it to the agent."""
        return self._wire

    @property
    def now_s(self) -> float:
        """The loop's."""
        return asyncio.get_running_loop().time()

    @property
    def agent_audible(self) -> bool:
        """Whether the agent's last frame held any sound."""
        return bool(self.agent_frames) and self.agent_frames[-1][1]

    @property
    def speaking(self) -> bool:
        """Whether there is sound still to be sent."""
        return len(self._sound) > 0

    @property
    def speaks_until_s(self) -> float:
        """When the sound that is being sent ends; in the past where none is.

        A frame is sent when its last sample has been spoken.
        """
        return self._next_s - FRAME_S + len(self._sound) / FRAME * FRAME_S

    def pick_up(self) -> None:
        """Send from now on, until `hang_up`."""
        self._next_s = self.now_s
        self._send()

    def hang_up(self) -> None:
        """Send no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def say(self, sound: Samples) -> Sounded:
        """Send a sound from the next frame on, after what is being sent."""
        begins_s = self.speaks_until_s
        filled = np.concatenate([sound, np.zeros(-len(sound) % FRAME)])
        self._sound = np.concatenate([self._sound, filled])
        return Sounded(begins_s, begins_s + len(sound) / FRAME * FRAME_S)

    def _send(self) -> None:
        frame = to_pcm(self._frame())
        self.recorded[0].append(frame)
        if not self._lost[self._sent % len(self._lost)]:
            packet = RtpPacket(
                payload_type=self._codec.payload_type,
                sequence=self._sent % 2**16,
                timestamp=self._sent * TIMESTAMP_STEP % 2**32,
                ssrc=1,
                payload=self._codec.encode(frame),
            )
            self._wire.to_agent(packet.serialize())
        self._sent += 1
        self._next_s += FRAME_S
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(self._next_s, self._send)

    def _frame(self) -> Samples:
        start = self._sent * FRAME % len(self._background)
        frame = self._background[start : start + FRAME]
        if not len(self._sound):
            return frame
        said, self._sound = self._sound[:FRAME], self._sound[FRAME:]
        return frame + said

    def _on_packet(self, datagram: bytes) -> None:
        frame = self._codec.decode(RtpPacket.parse(datagram).payload)
        self.recorded[1].append(frame)
        self.agent_frames.append((self.now_s, level_dbfs(frame) > _AUDIBLE_DBFS))
