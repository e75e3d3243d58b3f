"""What a real call leaves of payment digits and of a refused recording."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import Phone
from tests.pbx.conftest import Pbx
from tests.pbx.live_agent import LiveAgent

AGENT = "1000"
CARD = "4902113062113061"
# The row tones of a telephone's keys, in Hz.
ROWS_HZ = (697, 770, 852, 941)


@pytest.fixture(scope="module")
def agent(pbx: Pbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAgent]:
    with LiveAgent.start(tmp_path_factory.mktemp("agent")) as agent:
        yield agent


async def test_a_card_by_keypad_is_in_no_record_and_in_no_recording(
    pbx: Pbx, agent: LiveAgent, caller: Phone
) -> None:
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    await agent.wait_for(call_id, "turn", speaker="agent")
    call.press(f"{CARD}#")
    muted = await agent.wait_for_event(call_id, "recording_muted")
    unmuted = await agent.wait_for_event(call_id, "recording_unmuted")
    refusal = await agent.wait_for(call_id, "turn", speaker="agent", index=1)
    assert "card" in refusal["text"]
    await call.hang_up()
    await agent.wait_for(call_id, "call_ended")
    (path,) = await agent.stored(call_id, "recording_path")
    await agent.wait_until_idle()
    everything = "".join(str(record) for record in agent.records(call_id)) + agent.log
    assert CARD[:8] not in everything
    (dumped,) = agent.query("select group_concat(data) from events")
    assert CARD[:8] not in str(dumped)
    samples, rate = soundfile.read(Path(path), dtype="int16")
    left = samples[int(muted["data"]["since_s"] * rate) : int(unmuted["at_s"] * rate), 0]
    assert len(left) > 2 * rate
    assert not left.any()
    assert tones(samples[:, 0], rate) == 0


def tones(samples: NDArray[np.int16], rate: int) -> int:
    """How many stretches of 40 ms are mostly a key's tone."""
    size = rate // 25
    frames = samples[: len(samples) // size * size].reshape(-1, size).astype(float)
    spectra = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2
    bins = [round(hz * size / rate) for hz in ROWS_HZ]
    share = spectra[:, bins].max(axis=1) / (spectra.sum(axis=1) + 1.0)
    loud = np.abs(frames).max(axis=1) > 300
    return int(((share > 0.2) & loud).sum())


async def test_who_refuses_recording_is_told_the_truth(
    pbx: Pbx, agent: LiveAgent, caller: Phone, voice: CallerVoice
) -> None:
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    await agent.wait_for(call_id, "turn", speaker="agent")
    (started,) = agent.records(call_id, "call_started")
    path = Path(started["recording_path"])
    await asyncio.to_thread(wait_for_file, path)
    await call.wait_for_silence(300)
    await call.say(await voice.speak("please turn the recording off", call.sample_rate_hz))
    await agent.wait_for_event(call_id, "recording_refused")
    await agent.wait_for(call_id, "turn", speaker="agent", text="[not kept]")
    await call.hang_up()
    await agent.wait_for(call_id, "call_ended")
    assert await agent.stored(call_id, "recording_path") == (None,)
    await agent.wait_until_idle()
    key = call_id.replace("-", "")
    texts = agent.query("select distinct text from turns where call_id = ?", key)
    assert texts == [("[not kept]",)]
    assert not await asyncio.to_thread(path.exists)
    await pbx.wait_until_idle()


def wait_for_file(path: Path) -> None:
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.02)
    raise TimeoutError(path)
