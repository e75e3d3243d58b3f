"""Calls to the agent: real Asterisk, real phones, the real engines."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone, Ring
from agent.evaluation.phone_call import PhoneCall
from agent.evaluation.wire import WireCapture
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent
from tests.pbx.similarity import similarity

AGENT = "1000"
HUMAN_KEY = "0"
GREETING_S = 9.0


@pytest.fixture(scope="module")
def agent(pbx: Pbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAgent]:
    with LiveAgent.start(tmp_path_factory.mktemp("agent")) as agent:
        # In its first second a process still settles: a call then had a gap of 112 ms once.
        time.sleep(1.0)
        yield agent


@pytest.fixture(autouse=True)
async def nothing_is_left(pbx: Pbx, agent: LiveAgent) -> object:
    """Every test here ends with an empty PBX and an idle agent that holds no more than before."""
    before = agent.held()
    yield
    await pbx.wait_until_idle()
    await agent.wait_until_idle()
    after = agent.held()
    assert (after.tasks, after.udp_sockets) == (before.tasks, before.udp_sockets)
    assert after.files <= before.files


async def say(call: PhoneCall, voice: CallerVoice, text: str) -> None:
    await call.say(await voice.speak(text, call.sample_rate_hz))


async def until_listening(agent: LiveAgent, call: PhoneCall, call_id: str) -> None:
    """The agent has said its first turn and is silent."""
    await agent.wait_for(call_id, "turn", speaker="agent")
    await call.wait_for_silence(300)


async def recording_of(
    agent: LiveAgent, call_id: str
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Caller and agent, at 8 kHz."""
    (path,) = await agent.stored(call_id, "recording_path")
    samples, rate = soundfile.read(Path(path), dtype="int16")
    samples = samples[:: rate // 8000]
    return samples[:, 0], samples[:, 1]


@pytest.mark.parametrize("codec", ["ulaw", "alaw", "g722"])
async def test_the_greeting_is_heard_at_once_and_recorded(
    codec: str, agent: LiveAgent, phone: PhoneFactory
) -> None:
    async with phone("caller", codec=codec) as caller:
        with WireCapture() as capture:
            call = await caller.place(AGENT)
            call_id = await agent.new_call()
            turn = await agent.wait_for(call_id, "turn", speaker="agent")
            await call.hang_up()
            wire = capture.call(call.sip_call_id)
        assert turn["text"].startswith("Hello, Larkfield Broadband")
        assert wire.greeting_ms is not None
        assert wire.greeting_ms <= 300
        assert wire.largest_gap_ms < 100
        assert await agent.stored(call_id, "codec") == (codec,)
        _, right = await recording_of(agent, call_id)
        spoken = right[int(turn["start_s"] * 8000) : int(turn["end_s"] * 8000)]
        heard = call.heard if call.sample_rate_hz == 8000 else call.heard[::2]
        assert similarity(spoken, heard) > 0.9


async def test_the_caller_is_understood_answered_and_recorded(
    agent: LiveAgent, caller: Phone, voice: CallerVoice
) -> None:
    with WireCapture() as capture:
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await until_listening(agent, call, call_id)
        await say(call, voice, "yes please")
        turn = await agent.wait_for(call_id, "turn", speaker="caller")
        await agent.wait_for(call_id, "turn", index=turn["index"] + 1)
        await call.hang_up()
        wire = capture.call(call.sip_call_id)
    assert (turn["text"], turn["intent"]) == ("yes please", "affirm")
    assert [word["text"] for word in turn["words"]] == ["yes", "please"]
    assert wire.responses[0].latency_ms < 1500
    ended = await agent.wait_for(call_id, "call_ended")
    assert ended["ended_by"] == "caller"
    left, right = await recording_of(agent, call_id)
    during = slice(int(turn["start_s"] * 8000), int(turn["end_s"] * 8000))
    assert np.abs(left[during]).max() > 3000
    assert np.abs(right[during]).max() < 300, "comfort noise while the caller speaks"


async def test_an_interruption_stops_the_agent_and_is_answered(
    agent: LiveAgent, caller: Phone, voice: CallerVoice
) -> None:
    with WireCapture() as capture:
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await until_listening(agent, call, call_id)
        await say(call, voice, "how much is it")
        await call.wait_for_speech()
        await asyncio.sleep(1.2)
        await say(call, voice, "sorry what did you say about the speed")
        await agent.wait_for_event(call_id, "barge_in_committed")
        cut = await agent.wait_for(call_id, "turn", speaker="agent", interrupted=True)
        asked = [t for t in agent.records(call_id, "turn") if t["speaker"] == "caller"]
        await agent.wait_for(call_id, "turn", speaker="agent", index=cut["index"] + 2)
        await call.hang_up()
        wire = capture.call(call.sip_call_id)
    assert cut["text"].startswith(cut["heard_text"])
    assert len(cut["heard_text"]) < len(cut["text"])
    assert asked
    stops = [stop.latency_ms for stop in wire.interruptions if stop.latency_ms is not None]
    assert min(stops) < 400


async def test_a_key_is_as_good_as_a_word(agent: LiveAgent, caller: Phone) -> None:
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    call.press("9")
    ended = await agent.wait_for(call_id, "call_ended", timeout_s=40)
    assert ended["disposition"] == "do_not_call"
    assert ended["ended_by"] == "agent"
    assert (await call.wait_for_end()).by_remote
    events = agent.records(call_id, "event")
    assert [e["data"]["digits"] for e in events if e["kind"] == "dtmf"] == ["9"]


async def test_a_human_gets_the_caller_with_everything_known(
    agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(0.5)) as colleague:
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await until_listening(agent, call, call_id)
        await say(call, voice, "can i speak to a person please")
        ringing = await colleague.incoming(timeout_s=20)
        assert ringing.caller is not None
        assert ringing.caller.name == "Understudy: asked for a person"
        assert ringing.caller.headers["x-understudy-call-id"] == call_id
        assert ringing.caller.headers["x-understudy-summary"].startswith("The caller asked for")
        await ringing.wait_for_speech(10)
        await ringing.wait_for_silence(900)
        await agent.wait_for_event(call_id, "transfer_answered")
        line = await voice.speak("Hello, how can I help you with that?", 8000)
        await ringing.say(line)
        await call.wait_for_silence(300)
        assert similarity(line, call.heard_since(call.frame_times_s[-300])) > 0.8
        ended = await agent.wait_for(call_id, "call_ended")
        await ringing.hang_up()
        await call.wait_for_end()
    assert ended["outcome"] == "transferred"
    transfer = await agent.stored(call_id, "transfer_queue", "transfer_result")
    assert transfer == ("sales", "answered")


async def test_nobody_answers_and_the_agent_takes_the_caller_back(
    agent: LiveAgent, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", Ring()):
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        call.press(HUMAN_KEY)
        returned = await agent.wait_for_event(call_id, "transfer_returned", timeout_s=40)
        turns = len(agent.records(call_id, "turn"))
        back = await agent.wait_for(call_id, "turn", speaker="agent", index=turns)
        await call.wait_for_silence(300)
        await call.hang_up()
        await agent.wait_for(call_id, "call_ended")
    assert returned["data"]["status"] == "TIMEOUT"
    assert back["start_s"] >= returned["at_s"]


async def test_nobody_is_logged_in_and_the_caller_is_told(agent: LiveAgent, caller: Phone) -> None:
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    call.press(HUMAN_KEY)
    await agent.wait_for_event(call_id, "transfer_refused", timeout_s=40)
    turns = len(agent.records(call_id, "turn"))
    await agent.wait_for(call_id, "turn", speaker="agent", index=turns)
    await call.hang_up()
    ended = await agent.wait_for(call_id, "call_ended")
    assert ended["ended_by"] == "caller"


async def test_two_calls_at_once_keep_apart(
    agent: LiveAgent, caller: Phone, voice: CallerVoice
) -> None:
    first = await caller.place(AGENT)
    first_id = await agent.new_call()
    second = await caller.place(AGENT)
    second_id = await agent.new_call()
    await until_listening(agent, second, second_id)
    await asyncio.gather(
        say(first, voice, "how much is it"),
        say(second, voice, "can i speak to a person please"),
    )
    price = await agent.wait_for(first_id, "turn", speaker="caller")
    person = await agent.wait_for(second_id, "turn", speaker="caller")
    assert (price["intent"], person["intent"]) == ("ask_price", "human")
    await asyncio.gather(first.hang_up(), second.hang_up())


Reached = Callable[[LiveAgent, PhoneCall, str, CallerVoice], Awaitable[None]]


async def _speaking(_a: LiveAgent, call: PhoneCall, _i: str, _v: CallerVoice) -> None:
    await call.wait_for_speech()


async def _paused(agent: LiveAgent, call: PhoneCall, call_id: str, voice: CallerVoice) -> None:
    await _answering(agent, call, call_id, voice)
    call.start_saying(await voice.speak("wait a moment please", call.sample_rate_hz))
    await agent.wait_for_event(call_id, "barge_in_paused")


async def _listening(agent: LiveAgent, call: PhoneCall, call_id: str, _v: CallerVoice) -> None:
    await until_listening(agent, call, call_id)


async def _caller_speaking(
    agent: LiveAgent, call: PhoneCall, call_id: str, voice: CallerVoice
) -> None:
    await until_listening(agent, call, call_id)
    call.start_saying(await voice.speak("well i was thinking", call.sample_rate_hz))
    await asyncio.sleep(0.5)


async def _thinking(agent: LiveAgent, call: PhoneCall, call_id: str, voice: CallerVoice) -> None:
    """As near to the decision as can be told from outside: its record is written before audio."""
    await until_listening(agent, call, call_id)
    await say(call, voice, "yes please")
    await agent.wait_for(call_id, "turn", speaker="caller")


async def _answering(agent: LiveAgent, call: PhoneCall, call_id: str, voice: CallerVoice) -> None:
    await until_listening(agent, call, call_id)
    await say(call, voice, "how much is it")
    await call.wait_for_speech()
    await asyncio.sleep(0.6)


async def _in_the_queue(agent: LiveAgent, call: PhoneCall, call_id: str, _v: CallerVoice) -> None:
    call.press(HUMAN_KEY)
    await agent.wait_for_event(call_id, "transfer_started", timeout_s=40)


async def _taken_back(agent: LiveAgent, call: PhoneCall, call_id: str, voice: CallerVoice) -> None:
    await _in_the_queue(agent, call, call_id, voice)
    await agent.wait_for_event(call_id, "transfer_returned")


@pytest.mark.parametrize(
    ("reach", "outcome"),
    [
        (_speaking, "no_outcome"),
        (_paused, "no_outcome"),
        (_listening, "no_outcome"),
        (_caller_speaking, "no_outcome"),
        (_thinking, "no_outcome"),
        (_answering, "no_outcome"),
        (_in_the_queue, "abandoned_in_queue"),
        (_taken_back, "no_outcome"),
    ],
)
async def test_the_caller_hangs_up(
    reach: Reached,
    outcome: str,
    agent: LiveAgent,
    caller: Phone,
    human: PhoneFactory,
    voice: CallerVoice,
) -> None:
    async with human("agent1", Ring()):
        call = await caller.place(AGENT)
        call_id = await agent.new_call()
        await reach(agent, call, call_id, voice)
        await call.hang_up()
        ended = await agent.wait_for(call_id, "call_ended", timeout_s=5)
    assert (ended["outcome"], ended["ended_by"]) == (outcome, "caller")


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.04, 0.08, 0.15])
async def test_the_caller_hangs_up_while_the_call_is_set_up(
    after_s: float, pbx: Pbx, agent: LiveAgent, caller: Phone
) -> None:
    before = len(agent.records(kind="call_started"))
    call = await caller.dial(AGENT)
    await asyncio.sleep(after_s)
    await call.hang_up()
    await pbx.wait_until_idle()
    for started in agent.records(kind="call_started")[before:]:
        call_id = await agent.new_call()
        assert call_id == started["call_id"]
        ended = await agent.wait_for(call_id, "call_ended", timeout_s=5)
        assert ended["ended_by"] == "caller"
