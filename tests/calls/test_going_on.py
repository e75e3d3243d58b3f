"""What an actor leaves to whoever goes on, and how it goes on itself."""

import asyncio
from pathlib import Path

from agent.asterisk.events import Channel
from agent.asterisk.queue_log import QueueEvent
from agent.calls.actor import CallActor
from agent.calls.events import CallerGone, InQueue, KeyPressed, StopRequested
from agent.calls.memory import CallMemory
from agent.calls.reception import Beginning
from agent.calls.state import CallState
from agent.snapshots.keeper import SnapshotKeeper
from agent.snapshots.saved_call import Phase, SavedCall
from tests.calls.conftest import Engines, until
from tests.calls.line import FakeLine
from tests.calls.playbook import BACK, GREETING

CHANNEL = Channel("1.1", "PJSIP/201-1", "+447700900123", "", "8000")


class NotingKeeper(SnapshotKeeper):
    """Notes what it is given instead of writing it."""

    def __init__(self) -> None:
        self.kept: list[SavedCall] = []
        self.forgotten: list[str] = []

    def keep(self, saved: SavedCall) -> None:
        self.kept.append(saved)

    def forget(self, call_id: str) -> None:
        self.forgotten.append(call_id)


class RememberedCall:
    """One call under way, with a memory."""

    def __init__(
        self, engines: Engines, beginning: Beginning | None = None, recording: Path | None = None
    ) -> None:
        self.keeper = NotingKeeper()
        self.notes = engines.notes
        self.line = FakeLine()

        async def begin() -> Beginning:
            assert beginning is not None
            return beginning

        self.actor = CallActor(
            "call-1",
            self.line,
            engines.services(),
            engines.open_journal("call-1", CHANNEL, recording),
            recording,
            begin=begin if beginning else None,
            memory=CallMemory(self.keeper, "understudy", "call-1", CHANNEL),
        )
        self.running = asyncio.create_task(self.actor.run())

    async def reach(self, state: CallState) -> None:
        await until(lambda: self.actor.state is state)

    async def in_queue(self) -> None:
        await self.reach(CallState.LISTENING)
        for digit in "0#":
            self.actor.post(KeyPressed(digit))
        await self.reach(CallState.HANDED_OVER)

    @property
    def phases(self) -> list[tuple[Phase, bool]]:
        return [(saved.phase, saved.dialogue.heard) for saved in self.keeper.kept]


async def test_every_turn_is_saved_when_it_is_decided_and_when_it_was_heard(
    engines: Engines,
) -> None:
    call = RememberedCall(engines)
    await call.reach(CallState.LISTENING)
    assert call.phases == [(Phase.TALKING, False), (Phase.TALKING, True)]
    saved = call.keeper.kept[-1]
    assert (saved.call_id, saved.channel_id) == ("call-1", "1.1")
    assert saved.caller_number == "+447700900123"
    call.actor.post(CallerGone(16))
    await call.running
    assert call.keeper.forgotten == ["call-1"]  # nothing was begun


async def test_a_caller_can_come_back_from_a_queue_and_from_a_human(
    engines: Engines,
) -> None:
    call = RememberedCall(engines)
    await call.in_queue()
    assert call.phases[-1] == (Phase.HANDED_OVER, True)
    assert not call.keeper.forgotten
    taken = {"member": "Zoe", "wait_s": 1.0}
    call.actor.post(InQueue(QueueEvent("CONNECT", "1.1", "1.1", "sales", taken)))
    await call.running
    assert call.phases[-1] == (Phase.WITH_HUMAN, True)
    assert not call.keeper.forgotten


async def test_a_shutdown_leaves_a_call_that_can_come_back(engines: Engines) -> None:
    call = RememberedCall(engines)
    await call.reach(CallState.LISTENING)
    call.actor.post(StopRequested())
    await call.running
    assert call.phases[-1] == (Phase.HANDED_OVER, True)
    assert not call.keeper.forgotten


async def test_a_call_that_was_left_behind_goes_on_and_says_from_which(engines: Engines) -> None:
    conversation = engines.services().open_conversation()
    conversation.open()
    beginning = Beginning(conversation, lambda talk: talk.taken_back(), "call-0", "taken_back")
    call = RememberedCall(engines, beginning)
    await call.reach(CallState.LISTENING)
    assert call.notes.said == [("agent", GREETING)]
    assert call.notes.events[0].kind == "resumed"
    assert call.notes.events[0].data == {"call": "call-0", "how": "taken_back"}
    call.actor.post(CallerGone(16))
    await call.running


async def test_who_comes_back_from_a_queue_to_another_process_is_told_so(engines: Engines) -> None:
    conversation = engines.services().open_conversation()
    conversation.open()
    beginning = Beginning(
        conversation, lambda talk: talk.returned_from_queue("timeout"), "call-0", "returned"
    )
    call = RememberedCall(engines, beginning)
    await call.reach(CallState.LISTENING)
    assert call.notes.said == [("agent", BACK)]
    call.actor.post(CallerGone(16))
    await call.running


async def test_a_refused_recording_stays_refused(engines: Engines, tmp_path: Path) -> None:
    conversation = engines.services().open_conversation()
    conversation.open()
    beginning = Beginning(
        conversation, lambda talk: talk.taken_back(), "call-0", "taken_back", unrecorded=True
    )
    call = RememberedCall(engines, beginning, tmp_path / "call.wav")
    await call.reach(CallState.LISTENING)
    call.actor.post(CallerGone(16))
    await call.running
    assert not (tmp_path / "call.wav").exists()
    assert "recording_refused" in call.notes.kinds
    assert GREETING not in repr(call.notes.turns)
    assert all(saved.unrecorded for saved in call.keeper.kept)
