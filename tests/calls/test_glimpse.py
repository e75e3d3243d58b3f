"""What is seen of a call while it goes on."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.calls.events import CallerGone
from agent.calls.state import CallState
from tests.calls.conftest import Engines, until
from tests.calls.playbook import GREETING
from tests.calls.test_actor import NORMAL_CLEARING, Call


@pytest.fixture
async def call(engines: Engines) -> AsyncIterator[Call]:
    call = Call(engines)
    yield call
    call.line.caller.socket.close()


async def test_a_call_that_rings_is_seen_before_it_has_audio(call: Call) -> None:
    seen = call.actor.glimpse()
    assert (seen.call_id, seen.state) == ("call-1", CallState.RINGING)
    assert seen.caller_dbfs == seen.agent_dbfs == -96.0


async def test_both_sides_are_seen_as_they_speak(call: Call) -> None:
    call.engines.voice.length_s = 0.5
    call.engines.recognizers.script.append("yes please")
    call.start()
    await until(lambda: call.actor.glimpse().agent_dbfs > -30)
    seen = call.actor.glimpse()
    assert seen.state is CallState.SPEAKING
    assert seen.agent_words == GREETING
    assert seen.caller_dbfs < -60

    await call.reach(CallState.LISTENING)
    talking = asyncio.create_task(call.line.caller.speak("s" * 20))
    await until(lambda: call.actor.glimpse().caller_words == "yes please")
    seen = call.actor.glimpse()
    assert seen.caller_speaks
    assert seen.caller_dbfs > -30
    assert seen.agent_words == ""
    await talking
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()


async def test_digits_are_not_shown_before_it_is_known_what_they_are(call: Call) -> None:
    call.engines.recognizers.script.append("it is four five three two")
    await call.listening()
    talking = asyncio.create_task(call.line.caller.speak("s" * 20))
    await until(lambda: "[digits]" in call.actor.glimpse().caller_words)
    await talking
    call.post(CallerGone(NORMAL_CLEARING))
    await call.end()
