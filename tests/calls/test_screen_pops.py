"""What a human's screen shows, from records as calls make them; time is a number."""

import asyncio
from dataclasses import dataclass

import pytest

from agent.calls.handoff_news import HandoffNews
from agent.calls.screen_pop import ScreenPop, Stand
from agent.calls.screen_pops import ScreenPops
from agent.dialogue.reply import HandoffSummary
from agent.records.models import Speaker
from agent.records.records import (
    RECORDING_REFUSED,
    CallEnded,
    CallStarted,
    EventRecord,
    TurnRecord,
)

CALL = "call-1"
SUMMARY = HandoffSummary(
    "asked", "asked for a person", "sales", "", "", "Daniel asked for a person.", {"plan": "fibre"}
)


@dataclass
class Desk:
    """Screen pops and their clock."""

    now_s: float = 0.0

    def __post_init__(self) -> None:
        self.pops = ScreenPops(lambda: self.now_s)

    def start(self, call_id: str = CALL) -> None:
        started = CallStarted(call_id=call_id, channel_id="1.1", caller_number="+447700900456")
        self.pops.call_started(started)

    def says(self, text: str, speaker: Speaker = Speaker.CALLER, **more: str) -> None:
        turn = TurnRecord(
            call_id=CALL, index=0, speaker=speaker, text=text, start_s=1.0, end_s=2.0, **more
        )
        self.pops.turn(turn)

    def happens(self, kind: str, **data: object) -> None:
        self.pops.event(EventRecord(call_id=CALL, kind=kind, at_s=3.0, data=data))

    def ends(self, ended_by: str, outcome: str = "") -> None:
        self.pops.call_ended(CallEnded(call_id=CALL, outcome=outcome, ended_by=ended_by))

    def offer(self) -> str:
        return self.pops.offer(CALL, "sales", SUMMARY)

    def shown(self, token: str) -> ScreenPop:
        pop = self.pops.shown(token)
        assert pop is not None
        return pop


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.start()
    return desk


def test_it_tells_who_calls_why_and_what_was_said(desk: Desk) -> None:
    desk.says("Hello, this is Joe.", Speaker.AGENT, heard_text="Hello,")
    desk.says("a person please")
    pop = desk.shown(desk.offer())
    assert (pop.caller_number, pop.queue) == ("+447700900456", "sales")
    assert (pop.reason, pop.summary) == ("asked for a person", "Daniel asked for a person.")
    assert dict(pop.slots) == {"plan": "fibre"}
    assert [said.text for said in pop.transcript] == ["Hello,", "a person please"]


@pytest.mark.parametrize(
    ("happened", "stand", "member"),
    [
        ([("transfer_started", {})], Stand.WAITING, ""),
        (
            [("transfer_started", {}), ("queue_log", {"event": "CONNECT", "member": "PJSIP/a"})],
            Stand.HUMAN,
            "PJSIP/a",
        ),
        ([("transfer_answered", {"member": "PJSIP/a"})], Stand.HUMAN, "PJSIP/a"),
        ([("taken_over", {"by": "ann"})], Stand.HUMAN, "ann"),
        (
            [("transfer_answered", {"member": "PJSIP/a"}), ("transfer_returned", {})],
            Stand.ASSISTANT,
            "",
        ),
        ([("transfer_started", {}), ("transfer_abandoned", {})], Stand.OVER, ""),
        ([("transfer_answered", {"member": "x"}), ("talk_ended", {})], Stand.OVER, "x"),
    ],
)
def test_it_tells_who_has_the_caller(
    desk: Desk, happened: list[tuple[str, dict[str, str]]], stand: Stand, member: str
) -> None:
    token = desk.offer()
    for kind, data in happened:
        desk.happens(kind, **data)
    pop = desk.shown(token)
    assert (pop.stand, pop.member) == (stand, member)


def test_the_end_of_the_agents_call_is_not_the_end_of_the_talk(desk: Desk) -> None:
    token = desk.offer()
    desk.happens("transfer_answered", member="PJSIP/agent1")
    desk.ends("transfer", "transferred")
    assert desk.shown(token).stand is Stand.HUMAN


def test_words_of_a_caller_who_refuses_recording_are_not_shown(desk: Desk) -> None:
    desk.says("my name is daniel")
    token = desk.offer()
    desk.happens(RECORDING_REFUSED, text_kept=False)
    assert desk.shown(token).unkept
    assert desk.shown(token).transcript == ()


def test_tokens_can_not_be_guessed_and_one_call_has_one(desk: Desk) -> None:
    desk.start("call-2")
    token, other = desk.offer(), desk.pops.offer("call-2", "sales", SUMMARY)
    assert desk.offer() == token != other
    assert len(token) >= 32
    for wrong in ("", CALL, token[:-1]):
        assert desk.pops.shown(wrong) is None


def test_it_goes_a_quarter_of_an_hour_after_the_talk(desk: Desk) -> None:
    token = desk.offer()
    desk.happens("transfer_answered")
    desk.now_s = 3600.0
    assert desk.pops.shown(token) is not None, "they still talk"
    desk.happens("talk_ended")
    desk.now_s += 899.0
    assert desk.pops.shown(token) is not None
    desk.now_s += 2.0
    assert desk.pops.shown(token) is None
    assert desk.pops.offered() == ()


def test_a_call_that_nobody_was_handed_leaves_nothing(desk: Desk) -> None:
    desk.ends("caller")
    assert desk.pops.of_call(CALL) is None
    assert desk.offer() == "", "the call is not known any more"


async def test_who_looks_is_told_of_every_change_until_it_goes(desk: Desk) -> None:
    token = desk.offer()
    seen: list[Stand | None] = []

    async def look() -> None:
        async for pop in desk.pops.changes(token, quiet_s=5.0):
            seen.append(pop.stand if pop is not None else None)

    looking = asyncio.create_task(look())
    for kind in ("transfer_started", "transfer_answered", "talk_ended"):
        await asyncio.sleep(0.01)
        desk.happens(kind)
    await asyncio.sleep(0.01)
    desk.now_s = 10_000.0
    desk.start("call-2")  # whoever is forgotten is forgotten now
    async with asyncio.timeout(1):
        await looking
    assert seen == [Stand.ASSISTANT, Stand.WAITING, Stand.HUMAN, Stand.OVER]


async def test_silence_is_told_so_that_the_connection_is_kept(desk: Desk) -> None:
    changes = desk.pops.changes(desk.offer(), quiet_s=0.01)
    assert await anext(changes) is not None
    assert await anext(changes) is None


def test_the_phone_is_told_the_address_of_the_page(desk: Desk) -> None:
    news = HandoffNews("https://desk.example/", None)
    assert news.offer("unknown", "sales", SUMMARY) == ""
    news.pops.call_started(CallStarted(call_id=CALL, channel_id="1.1"))
    url = news.offer(CALL, "sales", SUMMARY)
    token = url.removeprefix("https://desk.example/pop/")
    assert news.pops.shown(token) is not None
    news.tell("queued", CALL, pytest.fail)  # nobody is configured
