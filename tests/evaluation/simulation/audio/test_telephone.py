import asyncio
from random import Random

import numpy as np
import pytest

from agent.evaluation.customers.persona import Line
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.audio.telephone import VirtualTelephone
from agent.evaluation.simulation.audio.wire import AGENT, CUSTOMER
from agent.evaluation.virtual_time.loop import run_virtually
from agent.media.codecs import open_codec
from agent.media.rtp import RtpPacket
from agent.turns.levels import level_dbfs

TONE = 0.1 * np.sin(np.arange(1600) * 0.6)


def sounds(line: Line | None = None) -> CustomerSounds:
    return CustomerSounds(line or Line(), Random(3))


class AgentEnd:
    """Keeps the levels of what comes in, and when."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float]] = []

    def on_datagram(self, data: bytes, source: tuple[str, int]) -> None:
        assert source == CUSTOMER
        pcm = open_codec("ulaw").decode(RtpPacket.parse(data).payload)
        self.heard.append((asyncio.get_running_loop().time(), level_dbfs(pcm)))


def heard_of(line: Line, seconds: float) -> list[tuple[float, float]]:
    """What a caller on this line sends who says a tone of 0.2 s after 0.1 s."""

    async def call() -> list[tuple[float, float]]:
        telephone, agent = VirtualTelephone(sounds(line)), AgentEnd()
        await telephone.wire.open(agent.on_datagram)
        telephone.pick_up()
        await asyncio.sleep(0.1)
        sounded = telephone.say(TONE)
        assert sounded.end_s - sounded.start_s == pytest.approx(0.2)
        await asyncio.sleep(seconds)
        telephone.hang_up()
        await asyncio.sleep(1)
        return agent.heard

    return run_virtually(call())


def test_a_sound_is_on_the_wire_frame_by_frame_in_its_own_time() -> None:
    heard = heard_of(Line(), 1.0)
    loud = [at_s for at_s, level in heard if level > -40]
    assert len(loud) == 10
    assert loud[-1] - loud[0] == pytest.approx(0.18)
    assert len(heard) == pytest.approx(55, abs=1)


def test_noise_is_always_there_at_its_distance_from_the_voice() -> None:
    quiet = np.mean([level for _, level in heard_of(Line(), 2.0)][20:])
    noisy = np.mean([level for _, level in heard_of(Line(noise_snr_db=10), 2.0)][20:])
    assert quiet == pytest.approx(-66, abs=2)
    assert noisy > quiet + 20


def test_lost_frames_never_arrive() -> None:
    arrived = len(heard_of(Line(lost_frames=0.3), 60.0))
    assert arrived == pytest.approx(0.7 * 3005, rel=0.1)


def test_what_the_agent_sends_is_heard_as_sound_or_silence() -> None:
    async def call() -> list[bool]:
        telephone, codec = VirtualTelephone(sounds()), open_codec("ulaw")
        end = await telephone.wire.open(lambda data, source: None)
        loud = (TONE[:160] * 32767).astype(np.int16)
        for frame in (loud, loud // 1000, loud):
            packet = RtpPacket(0, 1, 0, 1, codec.encode(frame))
            end.send(packet.serialize(), CUSTOMER)
            end.send(packet.serialize(), AGENT)
        return [sound for _, sound in telephone.agent_frames]

    assert run_virtually(call()) == [True, False, True]
