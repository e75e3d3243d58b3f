"""Calls that the agent has placed, in real time: who answers decides what is said."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.asterisk.events import Channel
from agent.calls.actor import CallActor
from agent.calls.events import CallerGone, CallEvent, StopRequested
from agent.calls.screening import OutboundCall
from agent.calls.state import CallState
from agent.outbound.settings import AnsweringSettings
from agent.records.models import Direction
from agent.records.records import CallStarted
from tests.calls.conftest import Engines, until
from tests.calls.line import FakeLine
from tests.calls.playbook import GREETING

ANSWERING = AnsweringSettings(
    human_speech_s=0.6, human_silence_s=0.2, machine_silence_s=0.5, no_speech_s=0.6
)


class Placed:
    """One outbound call under way."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.notes = engines.notes
        self.line = FakeLine()
        channel = Channel("understudy-out-1", "PJSIP/trunk-1", "+44", "", "")
        journal = engines.open_journal("call-1", channel, None, Direction.OUTBOUND)
        self.actor = CallActor(
            "call-1",
            self.line,
            engines.services(),
            journal,
            None,
            outbound=OutboundCall("1", {}, ANSWERING),
        )
        self.running = asyncio.create_task(self.actor.run())

    async def reach(self, state: CallState) -> None:
        await until(lambda: self.actor.state is state)

    async def answers(self, frames: int, text: str) -> None:
        """Somebody, or something, speaks after the answer."""
        self.engines.recognizers.script.append(text)
        await self.reach(CallState.SCREENING)
        await self.line.caller.speak("." * 5 + "s" * frames)
        while self.actor.state is CallState.SCREENING:
            await self.line.caller.speak(".")

    def post(self, event: CallEvent) -> None:
        self.actor.post(event)

    async def end(self) -> None:
        async with asyncio.timeout(3):
            await self.running

    @property
    def party(self) -> str:
        (event,) = (event for event in self.notes.events if event.kind == "answered_by")
        return str(event.data["party"])


@pytest.fixture
async def placed(engines: Engines) -> AsyncIterator[Placed]:
    placed = Placed(engines)
    yield placed
    placed.running.cancel()
    await asyncio.gather(placed.running, return_exceptions=True)
    placed.line.caller.socket.close()


async def test_a_person_is_greeted_once_they_have_said_hello(placed: Placed) -> None:
    await placed.answers(15, "hello")
    await placed.reach(CallState.LISTENING)
    assert placed.line.asked == ["codec", "attach"], "the call is answered by whom it calls"
    assert placed.party == "human"
    assert placed.notes.said == [("agent", GREETING)]
    assert 180 < placed.notes.waits["end_of_speech_to_first_audio"] < 500
    started = placed.notes.records[0]
    assert isinstance(started, CallStarted)
    assert started.direction is Direction.OUTBOUND
    placed.post(CallerGone(16))
    await placed.end()


async def test_a_machine_is_hung_up_on_where_there_is_no_message(placed: Placed) -> None:
    await placed.answers(30, "please leave a message")
    await placed.end()
    assert placed.party == "voicemail"
    assert placed.notes.said == []
    assert placed.line.asked[-2:] == ["hang_up", "release"]
    assert (placed.notes.ended.outcome, placed.notes.ended.ended_by) == ("voicemail", "agent")


async def test_silence_is_spoken_to(placed: Placed) -> None:
    await placed.reach(CallState.SCREENING)
    while placed.actor.state is CallState.SCREENING:
        await placed.line.caller.speak(".")
    await placed.reach(CallState.LISTENING)
    assert placed.party == "uncertain"
    assert placed.notes.said == [("agent", GREETING)]
    placed.post(CallerGone(16))
    await placed.end()


async def test_who_hangs_up_at_once_was_not_greeted(placed: Placed) -> None:
    await placed.reach(CallState.SCREENING)
    placed.post(CallerGone(16))
    await placed.end()
    assert (placed.notes.said, placed.notes.ended.ended_by) == ([], "caller")


async def test_nobody_is_handed_over_before_it_is_known_who_it_is(placed: Placed) -> None:
    await placed.reach(CallState.SCREENING)
    placed.post(StopRequested())
    await placed.end()
    assert placed.line.handoffs == []
    assert placed.line.asked[-2:] == ["hang_up", "release"]
    assert (placed.notes.ended.outcome, placed.notes.ended.ended_by) == ("cancelled", "shutdown")
