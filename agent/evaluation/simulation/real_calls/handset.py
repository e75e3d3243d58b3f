"""A simulated customer's end of a real call: sounds into a SIP phone, and what it hears."""

import asyncio
from collections.abc import Iterator

from agent.evaluation.phone_call import PhoneCall, Said
from agent.evaluation.simulation.audio.caller import Sounded
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.sound.channel import FRAME, FRAME_S, to_pcm
from agent.evaluation.sound.voices import Samples

AUDIBLE_DBFS = -50.0
"""Between comfort noise (about -66) and the weak sounds of speech at -20."""


class Handset:
    """Implements `Telephone` on an answered call of 8 kHz; seconds count from the answer."""

    def __init__(self, call: PhoneCall, sounds: CustomerSounds) -> None:
        """Whatever is always on the customer's line is heard from now on."""
        self._call = call
        self._answered_s = call.answered_s or asyncio.get_running_loop().time()
        self._until_s = 0.0
        call.start_background(to_pcm(sounds.background()))

    @property
    def now_s(self) -> float:
        """The machine's monotonic clock, which the phone has too."""
        return asyncio.get_running_loop().time() - self._answered_s

    @property
    def agent_audible(self) -> bool:
        """By the last 20 ms that were heard."""
        return self._call.last_level_dbfs > AUDIBLE_DBFS

    @property
    def speaking(self) -> bool:
        """Whether there is sound still to be sent."""
        return self._until_s > self.now_s

    @property
    def speaks_until_s(self) -> float:
        """When the sound that is being sent ends; in the past where none is."""
        return self._until_s

    def say(self, sound: Samples) -> Sounded:
        """Send a sound after what is being sent; none where the call has just ended."""
        begins_s = max(self._until_s, self.now_s)
        if self._call.ended:
            return Sounded(begins_s, begins_s)
        frames = -(-len(sound) // FRAME)
        sounded = Sounded(begins_s, begins_s + frames * FRAME_S)
        self._until_s = sounded.end_s
        saying = self._call.start_saying(to_pcm(sound))
        saying.add_done_callback(lambda said: self._sent(sounded, frames, said.result()))
        return sounded

    def agent_frames(self) -> Iterator[tuple[float, bool]]:
        """When each 20 ms were heard, and whether they held sound."""
        call = self._call
        for at_s, level_dbfs in zip(call.frame_times_s, call.levels_dbfs, strict=True):
            yield at_s - self._answered_s, level_dbfs > AUDIBLE_DBFS

    def _sent(self, sounded: Sounded, frames: int, said: Said) -> None:
        """The phone knows when it has sent a sound."""
        sounded.end_s = said.ended_s - self._answered_s
        if said.whole:
            sounded.start_s = sounded.end_s - frames * FRAME_S
