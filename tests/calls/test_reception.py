"""How calls begin: afresh, or where an earlier one stood."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from agent.asterisk.events import Channel
from agent.calls.memory import CallMemory
from agent.calls.reception import Arrival, Beginning, Reception, way_back
from agent.dialogue.conversation import CallerTurn, Conversation
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.snapshots.database import DatabaseSnapshots
from agent.snapshots.keeper import SnapshotKeeper
from agent.snapshots.saved_call import Phase
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.snapshots.saved import CALL, NOON, OTHER, saved

INSTANCE = "understudy"
FIRST = Channel("1.1", "PJSIP/caller-1", "+44 7700 900123", "", "1000")
AGAIN = replace(FIRST, channel_id="1.2")
DAY = timedelta(hours=24)


class House:
    """A reception with a database of its own."""

    def __init__(self, playbook: PlaybookInUse, keeper: SnapshotKeeper) -> None:
        self.playbook = playbook
        self.keeper = keeper
        self.reception = self.with_setting(DAY)

    def with_setting(self, within: timedelta) -> Reception:
        return Reception(self.playbook, self.keeper, instance=INSTANCE, resume_within=within)

    def memory(self, call_id: str = CALL, channel: Channel = FIRST) -> CallMemory:
        return CallMemory(self.keeper, INSTANCE, call_id, channel)

    def talked(self) -> Conversation:
        """A conversation in which the fault is known."""
        conversation = self.playbook.open(1)
        conversation.open()
        conversation.respond(CallerTurn("my boiler is leaking"))
        return conversation

    async def begin(self, channel: Channel, *arguments: str, live: str = "") -> Beginning:
        return await self.reception.begin(Arrival(channel, arguments), {live})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async def nothing(_: Playbook) -> None:
        pass

    playbook = PlaybookInUse(
        "harbour", lambda book: Understander(book, BagOfWordsEncoder()), None, nothing
    )
    await playbook.load()
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    await upgrade(url)
    engine = create_engine(url)
    keeper = SnapshotKeeper(DatabaseSnapshots(engine), keep=DAY)
    keeper.start()
    yield House(playbook, keeper)
    await keeper.aclose()
    await engine.dispose()


def first_line(beginning: Beginning) -> str:
    return beginning.opening(beginning.conversation).lines[0].line_id


async def test_a_new_caller_begins_afresh(house: House) -> None:
    beginning = await house.begin(FIRST, "in")
    assert (beginning.resumes, first_line(beginning)) == (None, "open.hello")


async def test_a_call_that_broke_off_is_gone_on_with_once(house: House) -> None:
    house.memory().ended(house.talked(), ended_by="caller", in_queue=False)
    beginning = await house.begin(AGAIN)
    assert (beginning.resumes, beginning.how) == (CALL, "rang_back")
    assert dict(beginning.conversation.slots) == {"fault": "leak"}
    third = replace(FIRST, channel_id="1.3")
    assert (await house.begin(third)).resumes is None


async def test_a_finished_call_leaves_nothing(house: House) -> None:
    memory, conversation = house.memory(), house.talked()
    memory.talking(conversation, heard=True)
    conversation.respond(CallerTurn("sorry wrong number"))
    memory.ended(conversation, ended_by="agent", in_queue=False)
    assert (await house.begin(AGAIN)).resumes is None
    assert await house.keeper.load(CALL) is None


async def test_who_gave_up_waiting_in_a_queue_begins_afresh(house: House) -> None:
    house.memory().ended(house.talked(), ended_by="caller", in_queue=True)
    assert (await house.begin(AGAIN)).resumes is None


async def test_a_channel_left_behind_goes_on(house: House) -> None:
    house.memory().talking(house.talked(), heard=True)
    beginning = await house.begin(FIRST)
    assert (beginning.resumes, beginning.how) == (CALL, "taken_back")
    assert first_line(beginning) == "resume.lost"


async def test_a_live_call_of_the_same_number_is_left_alone(house: House) -> None:
    house.memory().talking(house.talked(), heard=True)
    assert (await house.begin(AGAIN, live=CALL)).resumes is None
    assert await house.keeper.load(CALL) is not None


async def test_a_caller_comes_back_from_a_queue_to_another_process(house: House) -> None:
    house.memory().handed_over(house.talked())
    beginning = await house.begin(FIRST, "returned", CALL, "TIMEOUT")
    assert (beginning.resumes, beginning.how) == (CALL, "returned")
    assert first_line(beginning) == "returned.nobody"


async def test_a_call_that_was_shut_down_comes_back_from_the_fallback_queue(house: House) -> None:
    house.memory().ended(house.talked(), ended_by="shutdown", in_queue=False)
    beginning = await house.begin(FIRST, "returned", CALL, "TIMEOUT")
    assert beginning.how == "returned"


async def test_a_refusal_of_recording_holds_for_the_same_call_only(house: House) -> None:
    memory = house.memory()
    memory.unrecorded = True
    memory.talking(house.talked(), heard=True)
    await house.keeper.flush()
    kept = await house.keeper.load(CALL)
    assert kept is not None and kept.dialogue.history == ()
    assert (await house.begin(FIRST)).unrecorded
    memory.ended(house.talked(), ended_by="caller", in_queue=False)
    assert not (await house.begin(AGAIN)).unrecorded


async def test_nobody_goes_on_where_it_is_switched_off(house: House) -> None:
    house.memory().ended(house.talked(), ended_by="caller", in_queue=False)
    off = house.with_setting(timedelta(0))
    assert (await off.begin(Arrival(AGAIN), ())).resumes is None


async def test_a_withheld_number_goes_on_with_nothing(house: House) -> None:
    withheld = replace(FIRST, caller_number="")
    house.memory(channel=withheld).ended(house.talked(), ended_by="caller", in_queue=False)
    assert (await house.begin(replace(withheld, channel_id="1.2"))).resumes is None


async def test_a_slow_store_does_not_keep_a_caller_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.calls.reception._LOOK_UP_WITHIN_S", 0.02)
    house.keeper._idle.clear()
    with structlog.testing.capture_logs() as logs:
        beginning = await house.begin(FIRST)
    assert first_line(beginning) == "open.hello"
    assert logs[-1]["event"] == "nothing looked up: the store of snapshots is slow"
    house.keeper._idle.set()


@pytest.mark.parametrize(
    ("phase", "channel", "arguments", "hours", "instance", "expected"),
    [
        (Phase.BROKEN_OFF, AGAIN, (), 1, INSTANCE, "rang_back"),
        (Phase.BROKEN_OFF, AGAIN, (), 23, "another", "rang_back"),
        (Phase.BROKEN_OFF, AGAIN, (), 25, INSTANCE, None),
        (Phase.TALKING, AGAIN, (), 1, INSTANCE, "rang_back"),
        (Phase.TALKING, AGAIN, (), 1, "another", None),
        (Phase.HANDED_OVER, AGAIN, (), 1, INSTANCE, None),
        (Phase.TALKING, FIRST, (), 25, INSTANCE, "taken_back"),
        (Phase.WITH_HUMAN, FIRST, (), 1, "another", "sent_back"),
        (Phase.WITH_HUMAN, AGAIN, (), 1, INSTANCE, None),
        (Phase.HANDED_OVER, FIRST, ("returned", CALL, "FULL"), 1, "another", "returned"),
        (Phase.HANDED_OVER, AGAIN, ("returned", CALL, "FULL"), 1, INSTANCE, None),
        (Phase.HANDED_OVER, FIRST, ("returned", OTHER, "FULL"), 1, INSTANCE, "taken_back"),
        (Phase.TALKING, FIRST, ("returned", CALL, "FULL"), 1, INSTANCE, "taken_back"),
    ],
)
def test_the_way_back(
    phase: Phase,
    channel: Channel,
    arguments: tuple[str, ...],
    hours: int,
    instance: str,
    expected: str | None,
) -> None:
    found = way_back(
        saved(phase=phase, channel_id=FIRST.channel_id, instance=instance),
        Arrival(channel, arguments),
        instance=INSTANCE,
        live=False,
        now=NOON + timedelta(hours=hours),
        within=DAY,
    )
    assert found == expected
