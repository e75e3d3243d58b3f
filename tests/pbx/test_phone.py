"""The phone itself, against Asterisk's Echo() and queue."""

import asyncio

import numpy as np
import pytest

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone, Refuse, Ring
from agent.evaluation.phone_call import CallEnded
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.scripted_caller import HangUp, Listen, Press, Say, Script, ScriptedCaller
from agent.evaluation.wire import WireCapture
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.similarity import similarity

ECHO = "1001"
QUEUE = "2000"
SENTENCE = "The quick brown fox jumps over the lazy dog."


@pytest.mark.parametrize("codec", ["ulaw", "alaw", "g722"])
async def test_hears_its_own_sentence_from_the_echo(
    codec: str, pbx: Pbx, phone: PhoneFactory, voice: CallerVoice
) -> None:
    async with phone("caller", codec=codec) as caller:
        call = await caller.place(ECHO)
        (channel,) = await pbx.channels()
        sentence = await voice.speak(SENTENCE, call.sample_rate_hz)
        assert (await call.say(sentence)).whole
        await asyncio.sleep(0.3)
        await call.hang_up()
        assert channel["name"].startswith("PJSIP/caller")
        assert len(call.heard) == len(call.said)
        assert similarity(sentence, call.heard) > 0.9
    await pbx.wait_until_idle()


async def test_only_the_wanted_codec_is_offered(pbx: Pbx, phone: PhoneFactory) -> None:
    async with phone("caller", codec="g722") as caller:
        call = await caller.place(ECHO)
        (channel,) = await pbx.channels()
        native = await pbx.ari(
            f"channels/{channel['id']}/variable?variable=CHANNEL(audionativeformat)"
        )
        assert native["value"] == "(g722)"
        await call.hang_up()


async def test_digits_come_back_as_telephone_events(caller: Phone) -> None:
    call = await caller.place(ECHO)
    await asyncio.sleep(0.2)
    call.press("15#")
    await call.wait_until(lambda: call.digits == "15#", "echo of the digits", 5)
    await call.hang_up()


async def test_speech_is_stopped_at_once_and_the_queue_forgotten(
    caller: Phone, voice: CallerVoice
) -> None:
    call = await caller.place(ECHO)
    sentence = await voice.speak(SENTENCE, call.sample_rate_hz)
    first, second = call.start_saying(sentence), call.start_saying(sentence)
    await call.wait_for_speech()
    assert call.agent_is_speaking
    call.stop_saying()
    assert not (await first).whole
    assert not (await second).whole
    await call.wait_for_silence(200, timeout_s=1.0)
    await call.hang_up()
    assert np.count_nonzero(call.said) < len(sentence)


async def test_latency_of_the_echo_path_on_the_wire(caller: Phone, voice: CallerVoice) -> None:
    with WireCapture() as capture:
        call = await caller.place(ECHO)
        await call.say(await voice.speak("Hello.", call.sample_rate_hz))
        await call.wait_for_silence(300)
        await call.hang_up()
        wire = capture.call(call.sip_call_id)
    assert wire.answered_s == pytest.approx(call.answered_s, abs=0.02)
    assert len(wire.said) > 30
    delays_ms = [
        (heard.at_s - said.at_s) * 1000 for said, heard in zip(wire.said, wire.heard, strict=False)
    ]
    assert np.median(delays_ms) < 20
    assert wire.largest_gap_ms < 60


async def test_ten_calls_at_once_each_hear_their_own_echo(
    pbx: Pbx, caller: Phone, voice: CallerVoice
) -> None:
    texts = [f"This is call number {number}." for number in range(10)]
    calls = await asyncio.gather(*(caller.place(ECHO) for _ in texts))
    assert len(await pbx.channels()) == 10
    lines = [await voice.speak(text, 8000) for text in texts]
    await asyncio.gather(*(call.say(line) for call, line in zip(calls, lines, strict=True)))
    await asyncio.sleep(0.3)
    await asyncio.gather(*(call.hang_up() for call in calls))
    for call, line in zip(calls, lines, strict=True):
        assert similarity(line, call.heard) > 0.9
        assert max(np.diff(call.frame_times_s)) < 0.1
    await pbx.wait_until_idle()


async def test_the_queue_rings_a_registered_agent_and_they_hear_each_other(
    pbx: Pbx, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(0.3)) as agent:
        call = await caller.place(QUEUE)
        other = await agent.incoming()
        await other.wait_for_answer()
        assert other.caller is not None
        assert other.caller.headers["to"].startswith("<sip:agent1@")
        sentence = await voice.speak(SENTENCE, 8000)
        await call.say(sentence)
        await other.wait_for_silence(300)
        assert similarity(sentence, other.heard) > 0.9
        await other.hang_up()
        assert (await call.wait_for_end()).by_remote
    await pbx.wait_until_idle()


async def test_an_agent_that_lets_it_ring_and_a_caller_that_gives_up(
    pbx: Pbx, caller: Phone, human: PhoneFactory
) -> None:
    async with human("agent1", Ring()) as agent:
        call = await caller.place(QUEUE)
        ringing = await agent.incoming()
        await call.hang_up()
        assert (await ringing.wait_for_end()).sip_status == 487
    await pbx.wait_until_idle()


async def test_a_busy_agent_refuses(pbx: Pbx, caller: Phone, human: PhoneFactory) -> None:
    async with human("agent1", Refuse(486)) as agent:
        call = await caller.place(QUEUE)
        assert (await (await agent.incoming()).wait_for_end()).sip_status == 486
        await call.hang_up()
    await pbx.wait_until_idle()


async def test_an_unknown_extension_is_refused_with_its_status(caller: Phone) -> None:
    with pytest.raises(CallEnded, match="ended with 404") as refused:
        await caller.place("7999")
    assert refused.value.ending.by_remote


async def test_a_hang_up_by_the_pbx_is_seen(pbx: Pbx, caller: Phone) -> None:
    call = await caller.place(ECHO)
    await pbx.cli("channel request hangup all")
    ending = await call.wait_for_end()
    assert (ending.sip_status, ending.by_remote) == (200, True)
    with pytest.raises(CallEnded, match="can't say something"):
        await call.say(np.zeros(160, np.int16))


async def test_a_wrong_password_is_one_line(pbx: Pbx) -> None:
    options = PhoneOptions("agent1", "wrong", register=True)
    with pytest.raises(Exception, match=r"^phone agent1: 127.0.0.1:5060 refused .*: 401"):
        async with Phone.start(options):
            pass


async def test_a_dead_phone_process_ends_its_calls(pbx: Pbx, phone: PhoneFactory) -> None:
    async with phone("caller") as caller:
        call = await caller.place(ECHO)
        caller.workers[0].kill()
        assert (await call.wait_for_end()).sip_status == 503
    await pbx.cli("channel request hangup all")
    await pbx.wait_until_idle()


async def test_a_script_is_played_and_its_events_are_timed(
    pbx: Pbx, caller: Phone, voice: CallerVoice
) -> None:
    script = Script("echo", (Say("Hello."), Listen(silence_ms=300), Press("1"), HangUp()))
    call = await caller.place(ECHO)
    events = [event async for event in ScriptedCaller(script, voice, call).perform()]
    kinds = [event.kind for event in events]
    acts = [kind for kind in kinds if not kind.startswith("agent")]
    assert acts == ["says", "finished", "presses", "hangs_up"]
    assert {"agent_speaks", "agent_silent"} <= set(kinds)
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)
    await pbx.wait_until_idle()


async def test_fifty_calls_in_a_row_leave_nothing(pbx: Pbx, caller: Phone) -> None:
    (worker,) = caller.workers

    async def one_call() -> None:
        call = await caller.place(ECHO)
        await call.wait_until(lambda: len(call.frame_times_s) >= 5, "audio", 2)
        await call.hang_up()

    for _ in range(10):  # pools fill up
        await one_call()
    before = worker.resident_bytes(), worker.open_files()
    for _ in range(40):
        await one_call()
    assert worker.resident_bytes() < before[0] * 1.05
    assert worker.open_files() <= before[1]
    await pbx.wait_until_idle()
