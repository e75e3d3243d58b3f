"""One call as the test sees it, with frames fed by hand."""

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.phone_call import CallEnded, PhoneTimeout
from tests.evaluation.line import FRAME, FakeLine


async def test_both_directions_share_one_time_axis(tmp_path: Path) -> None:
    line = FakeLine()
    await line.feed("..")
    line.call.start_saying(np.ones(FRAME, np.int16))
    await line.feed("#.")
    path = tmp_path / "call.wav"
    line.call.save_recording(path)
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8000, 4 * FRAME)
        stereo = np.frombuffer(file.readframes(4 * FRAME), "<i2").reshape(-1, 2)
    assert stereo[::FRAME].tolist() == [[0, 10], [0, 10], [500, 3000], [0, 10]]
    assert line.call.heard_since(0.05).tolist() == [3000] * FRAME + [10] * FRAME
    assert line.call.frame_times_s == pytest.approx((0.02, 0.04, 0.06, 0.08))


async def test_clips_follow_each_other_and_stop_together() -> None:
    line = FakeLine()
    sayings = [line.call.start_saying(np.ones(2 * FRAME, np.int16)) for _ in range(3)]
    await line.feed("...")
    line.call.stop_saying()
    assert [(await saying).whole for saying in sayings] == [True, False, False]


async def test_waiting_for_speech_and_for_silence() -> None:
    line = FakeLine()
    speech = asyncio.create_task(line.call.wait_for_speech())
    silence = asyncio.create_task(line.call.wait_for_silence(100))
    await line.feed("..##")
    assert not speech.done()
    await line.feed("#")
    assert speech.done()
    await line.feed("....")
    assert not silence.done()
    await line.feed(".")
    assert silence.done()


async def test_a_refused_call_names_its_status() -> None:
    line = FakeLine()
    line.state("DISCONNECTED", 486, reason="Busy Here")
    with pytest.raises(CallEnded, match=r"^call to 1000: can't wait for answer, .* 486 Busy Here$"):
        await line.call.wait_for_answer()


async def test_what_does_not_come_in_time_is_named() -> None:
    with pytest.raises(PhoneTimeout, match=r"^call to 1000: no speech within 0.01 s"):
        await FakeLine().call.wait_for_speech(0.01)


@pytest.mark.parametrize(("ended_by", "by_remote"), [("remote", True), ("local", False)])
async def test_the_end_of_a_call_ends_what_is_said(ended_by: str, by_remote: bool) -> None:
    line = FakeLine()
    saying = line.call.start_saying(np.ones(9 * FRAME, np.int16))
    line.state("DISCONNECTED", 200, ended_by)
    assert not (await saying).whole
    assert (await line.call.wait_for_end()).by_remote is by_remote
    with pytest.raises(CallEnded, match="can't press a key"):
        line.call.press("1")


async def test_hanging_up_twice_is_harmless() -> None:
    line = FakeLine()
    await line.call.hang_up()
    await line.call.hang_up()
    assert [order["op"] for order in line.orders] == ["hang_up"]
