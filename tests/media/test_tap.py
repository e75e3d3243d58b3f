"""Listening to a live call: frames made of numbers, no sockets."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from agent.media.tap import Tap

CALLER = np.full(160, 1000, np.int16)
AGENT = np.full(160, -2000, np.int16)


def legs(frame: bytes) -> tuple[set[int], set[int]]:
    """The values in the caller's and in the agent's leg."""
    samples = np.frombuffer(frame, "<i2").reshape(-1, 2)
    return set(samples[:, 0].tolist()), set(samples[:, 1].tolist())


async def take(frames: AsyncIterator[bytes], count: int) -> list[bytes]:
    async with asyncio.timeout(1):
        return [await anext(frames) for _ in range(count)]


async def test_both_legs_are_heard_caller_left() -> None:
    tap = Tap(8000)
    with tap.listen() as frames:
        tap.add(CALLER, AGENT)
        (frame,) = await take(frames, 1)
    assert len(frame) == 640
    assert legs(frame) == ({1000}, {-2000})


async def test_a_wideband_call_comes_at_8_khz_in_whole_frames() -> None:
    tap = Tap(16000)
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)).astype(np.int16)
    heard = b""
    with tap.listen() as frames:
        for tick in tone.reshape(-1, 320):
            tap.add(tick, np.zeros_like(tick))
        heard = b"".join(await take(frames, 20))
    caller = np.frombuffer(heard, "<i2").reshape(-1, 2)[:, 0]
    spectrum = np.abs(np.fft.rfft(caller[-2000:]))
    assert np.argmax(spectrum) == round(440 * 2000 / 8000)
    assert np.abs(caller).max() == pytest.approx(8000, rel=0.05)


async def test_what_is_not_recorded_of_the_caller_is_not_heard() -> None:
    tap = Tap(8000)
    with tap.listen() as frames:
        tap.mute_caller()
        tap.add(CALLER, AGENT)
        tap.unmute_caller()
        tap.add(CALLER, AGENT)
        muted, heard = await take(frames, 2)
    assert legs(muted) == ({0}, {-2000})
    assert legs(heard) == ({1000}, {-2000})


async def test_who_comes_while_it_is_muted_hears_nothing_of_the_caller_either() -> None:
    tap = Tap(8000)
    tap.mute_caller()
    with tap.listen() as frames:
        tap.add(CALLER, AGENT)
        (frame,) = await take(frames, 1)
    assert legs(frame)[0] == {0}


async def test_of_a_call_that_may_not_be_recorded_nothing_is_heard_any_more() -> None:
    tap = Tap(8000)
    with tap.listen() as frames:
        tap.silence()
        tap.unmute_caller()
        tap.add(CALLER, AGENT)
        (frame,) = await take(frames, 1)
    assert legs(frame) == ({0}, {0})


async def test_a_slow_listener_loses_the_oldest_frames_and_the_others_none() -> None:
    tap = Tap(8000)
    with tap.listen() as slow, tap.listen() as quick:
        for value in range(40):
            tap.add(np.full(160, value, np.int16), AGENT)
            await take(quick, 1)
        kept = await take(slow, 25)
    assert [legs(frame)[0] for frame in kept] == [{value} for value in range(15, 40)]


async def test_listening_ends_with_the_call_and_can_not_begin_after_it() -> None:
    tap = Tap(8000)
    with tap.listen() as frames:
        tap.add(CALLER, AGENT)
        tap.close()
        tap.add(CALLER, AGENT)
        assert len([frame async for frame in frames]) == 1
    with tap.listen() as frames:
        assert [frame async for frame in frames] == []


async def test_nobody_is_left_once_they_have_stopped_listening() -> None:
    tap = Tap(8000)
    with tap.listen(), tap.listen():
        assert tap.listeners == 2
    assert tap.listeners == 0
