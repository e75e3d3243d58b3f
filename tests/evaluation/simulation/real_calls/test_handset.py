"""A customer's end of a call on which the test plays the phone's process."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

import numpy as np
import pytest

from agent.evaluation.customers.persona import Line
from agent.evaluation.simulation.audio.customer_sounds import CustomerSounds
from agent.evaluation.simulation.real_calls.handset import Handset
from agent.evaluation.virtual_time.loop import run_virtually
from tests.evaluation.line import FRAME, FakeLine

ANSWERED_S = 0.1
TONE = np.full(5 * FRAME, 0.1)


def on_call(script: Callable[[FakeLine, Handset], Awaitable[None]]) -> FakeLine:
    """A call that was answered after five frames; the loop's clock is the phone's."""

    async def main() -> FakeLine:
        line = FakeLine()
        await pass_by(line, ".....")
        line.state("CONFIRMED")
        await script(line, Handset(line.call, CustomerSounds(Line(), Random(1))))
        return line

    return run_virtually(main())


async def pass_by(line: FakeLine, pattern: str) -> None:
    for frame in pattern:
        await asyncio.sleep(0.02)
        await line.feed(frame)


def test_sounds_follow_each_other_and_have_their_true_times_once_sent() -> None:
    async def script(line: FakeLine, handset: Handset) -> None:
        first, second = handset.say(TONE), handset.say(TONE)
        assert handset.speaking
        assert handset.speaks_until_s == pytest.approx(0.2)
        await asyncio.sleep(0.04)  # the phone is late
        await pass_by(line, "...........")
        assert not handset.speaking
        # The phone's own clock has not seen the delay.
        assert (first.start_s, first.end_s) == pytest.approx((0.0, 0.1))
        assert (second.start_s, second.end_s) == pytest.approx((0.1, 0.2))

    on_call(script)


def test_the_place_it_rings_from_is_heard_from_the_start() -> None:
    async def script(line: FakeLine, handset: Handset) -> None: ...

    (order,) = on_call(script).orders
    assert order["op"] == "background"
    assert len(order["pcm"]) % (2 * FRAME) == 0


def test_frames_of_the_agent_count_from_the_answer() -> None:
    async def script(line: FakeLine, handset: Handset) -> None:
        assert not handset.agent_audible
        await pass_by(line, ".#")
        assert handset.agent_audible
        *_, silent, audible = handset.agent_frames()
        assert silent == (pytest.approx(0.02), False)
        assert audible == (pytest.approx(0.04), True)

    on_call(script)


def test_nothing_is_said_on_a_line_that_has_just_gone_dead() -> None:
    async def script(line: FakeLine, handset: Handset) -> None:
        line.state("DISCONNECTED", ended_by="remote")
        sounded = handset.say(TONE)
        assert sounded.start_s == sounded.end_s

    assert "say" not in [order["op"] for order in on_call(script).orders]
