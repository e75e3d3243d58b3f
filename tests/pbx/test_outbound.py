"""Calls that the agent places: real Asterisk, a phone in the place of an operator's trunk."""

import asyncio
import csv
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, OnIncoming, Phone, Refuse, Ring
from agent.evaluation.phone_call import Pcm, PhoneCall
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.wire import WireCapture
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent
from tests.pbx.similarity import similarity
from tests.pbx.test_call import recording_of

NUMBER = "+447700900123"
GREETING = "hi i can't take your call right now please leave a message after the tone"
ALWAYS = json.dumps(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
SETTINGS = {
    "UNDERSTUDY_OUTBOUND__ENDPOINT": "PJSIP/{number}@trunk",
    "UNDERSTUDY_OUTBOUND__CALLER_ID": "Larkfield <+441915550100>",
    "UNDERSTUDY_OUTBOUND__RING_S": "15",
    "UNDERSTUDY_OUTBOUND__WINDOW__DAYS": ALWAYS,
    "UNDERSTUDY_OUTBOUND__WINDOW__OPENS": "00:00",
    "UNDERSTUDY_OUTBOUND__WINDOW__CLOSES": "23:59:59",
}
CLOSED = {
    "UNDERSTUDY_OUTBOUND__WINDOW__OPENS": "00:00",
    "UNDERSTUDY_OUTBOUND__WINDOW__CLOSES": "00:00:01",
}


@pytest.fixture(scope="module")
def agent(pbx: Pbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAgent]:
    with LiveAgent.start(tmp_path_factory.mktemp("outbound"), **SETTINGS) as agent:
        yield agent


@pytest.fixture(autouse=True)
async def nothing_is_left(pbx: Pbx, agent: LiveAgent) -> object:
    yield
    await pbx.wait_until_idle(10)
    await agent.wait_until_idle()


@asynccontextmanager
async def trunk(on_incoming: OnIncoming) -> AsyncIterator[Phone]:
    """The operator's network: every number called rings here."""
    async with Phone.start(PhoneOptions("trunk", "trunk", register=True), on_incoming) as phone:
        yield phone


@dataclass
class Command:
    """`understudy ...` with the agent's database, under way."""

    process: asyncio.subprocess.Process

    async def end(self, timeout_s: float = 60.0) -> tuple[int, str, str]:
        async with asyncio.timeout(timeout_s):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()


async def understudy(agent: LiveAgent, *arguments: str, **environment: str) -> Command:
    values = {
        "UNDERSTUDY_RECORDS__DATABASE_URL": f"sqlite:///{agent.folder / 'calls.sqlite3'}",
        **SETTINGS,
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", *arguments,
        env={**os.environ, **values},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    return Command(process)


async def answered(phone: Phone, timeout_s: float = 15.0) -> PhoneCall:
    call = await phone.incoming(timeout_s)
    await call.wait_for_answer(timeout_s)
    return call


async def dialled(agent: LiveAgent, phone: Phone) -> tuple[Command, PhoneCall, str]:
    """`understudy dial` under way: the command, the call at the answered phone, the record's id."""
    command = await understudy(agent, "dial", NUMBER, "--json")
    call = await answered(phone)
    return command, call, await agent.new_call()


async def say(call: PhoneCall, voice: CallerVoice, text: str) -> None:
    await call.say(await voice.speak(text, call.sample_rate_hz))


def beep(pitch_hz: float = 1000.0, lasts_s: float = 0.4) -> Pcm:
    t = np.arange(int(lasts_s * 8000)) / 8000
    pcm: Pcm = (9000 * np.sin(2 * np.pi * pitch_hz * t)).astype(np.int16)
    return pcm


async def test_a_person_says_hello_and_talks_with_the_agent(
    agent: LiveAgent, voice: CallerVoice
) -> None:
    async with trunk(AnswerAfter(0.5)) as phone:
        with WireCapture() as capture:
            command, call, call_id = await dialled(agent, phone)
            await asyncio.sleep(0.5)
            await say(call, voice, "hello")
            await agent.wait_for(call_id, "turn", speaker="agent", timeout_s=30)
            await call.wait_for_silence(300)
            await say(call, voice, "no i'm not interested")
            await agent.wait_for(call_id, "turn", speaker="caller")
            await call.hang_up()
            status, out, err = await command.end()
            wire = capture.call(call.sip_call_id)
    assert call.caller is not None
    assert call.caller.number == "+441915550100"
    assert NUMBER in call.caller.headers["to"]
    result = json.loads(out)
    assert (status, result["outcome"], result["call_id"]) == (0, "talked", call_id)
    assert "not interested" in err, "what is said is shown meanwhile"
    (event,) = [e for e in agent.records(call_id, "event") if e["kind"] == "answered_by"]
    assert event["data"]["party"] == "human"
    turns = agent.records(call_id, "turn")
    assert turns[0]["text"].startswith("Hello, this is Joe, the automated assistant")
    assert wire.responses[0].latency_ms <= 700
    stored = await agent.stored(call_id, "direction", "caller_number", "called_exten")
    assert stored == ("outbound", NUMBER, "+441915550100")


async def test_a_voicemail_gets_its_message_after_the_beep(
    agent: LiveAgent, voice: CallerVoice
) -> None:
    async with trunk(AnswerAfter(0.2)) as phone:
        command, call, call_id = await dialled(agent, phone)
        await asyncio.sleep(0.4)
        await say(call, voice, GREETING)
        await asyncio.sleep(1.2)
        assert not call.agent_is_speaking, "it waits for the beep"
        assert call.meter.utterances == 0
        beeped = await call.say(beep())
        ending = await call.wait_for_end(40)
        status, out, _ = await command.end()
    assert (status, json.loads(out)["outcome"]) == (4, "voicemail")
    assert ending.by_remote
    assert call.heard is not None
    (turn,) = agent.records(call_id, "turn")
    assert turn["line_ids"] == ["out.message"]
    _, right = await recording_of(agent, call_id)
    message = right[int(turn["start_s"] * 8000) : int(turn["end_s"] * 8000)]
    after = call.heard_since(beeped.ended_s)
    assert similarity(message, after) > 0.9, "all of the message is after the beep"
    assert (await agent.stored(call_id, "disposition")) == ("voicemail",)


async def test_who_asks_who_calls_is_told_and_puts_a_person_through(
    agent: LiveAgent, voice: CallerVoice
) -> None:
    async with trunk(AnswerAfter(0.2)) as phone:
        command, call, call_id = await dialled(agent, phone)
        await asyncio.sleep(0.3)
        await say(call, voice, "please say your name and the reason for your call")
        told = await agent.wait_for(call_id, "turn", speaker="agent", timeout_s=20)
        await call.wait_for_silence(500)
        await say(call, voice, "hello")
        greeted = await agent.wait_for(call_id, "turn", speaker="agent", index=1, timeout_s=30)
        await call.hang_up()
        status, out, _ = await command.end()
    assert told["line_ids"] == ["out.who"]
    assert greeted["line_ids"] == ["out.hello", "out.ask"]
    assert (status, json.loads(out)["outcome"]) == (0, "talked")


@pytest.mark.parametrize(
    ("sip_status", "outcome", "status"),
    [(486, "busy", 7), (603, "rejected", 7), (404, "invalid", 8), (503, "congestion", 8)],
)
async def test_a_refused_call_says_why(
    sip_status: int, outcome: str, status: int, agent: LiveAgent
) -> None:
    async with trunk(Refuse(sip_status)):
        got, out, _ = await (await understudy(agent, "dial", NUMBER, "--json")).end()
    assert (got, json.loads(out)["outcome"]) == (status, outcome)


async def test_nobody_answers(agent: LiveAgent) -> None:
    async with trunk(Ring()) as phone:
        command = await understudy(agent, "dial", NUMBER, "--json")
        ringing = await phone.incoming(15)
        status, out, _ = await command.end()
    assert ringing.ended
    assert (status, json.loads(out)["outcome"]) == (6, "no_answer")


async def test_a_number_on_the_register_is_not_dialled(agent: LiveAgent) -> None:
    other = "+447700900199"
    await (await understudy(agent, "dnc", "add", other)).end()
    async with trunk(AnswerAfter()) as phone:
        status, out, err = await (await understudy(agent, "dial", other, "--json")).end()
    assert (status, json.loads(out)["outcome"]) == (9, "do_not_call")
    assert "must not be called" in err
    assert phone.calls == []


async def test_nobody_is_dialled_outside_calling_time(agent: LiveAgent) -> None:
    async with trunk(AnswerAfter()) as phone:
        status, _, err = await (await understudy(agent, "dial", NUMBER, **CLOSED)).end()
    assert status == 1
    assert "may not be called before" in err
    assert phone.calls == []


async def test_a_campaign_calls_two_at_once_and_each_person_once(
    agent: LiveAgent, voice: CallerVoice, tmp_path: Path
) -> None:
    numbers = [f"+44770090020{digit}" for digit in range(5)]
    await (await understudy(agent, "dnc", "add", numbers[4])).end()
    file = tmp_path / "spring.csv"
    rows = [f"{number},Person {index},yes" for index, number in enumerate(numbers)]
    rows[3] = rows[3].replace("yes", "no")
    file.write_text("number,name,consent\n" + "\n".join([*rows, "12,Nobody,yes"]) + "\n")
    most = 0
    async with trunk(AnswerAfter(1.0)) as phone:
        first = await understudy(agent, "campaign", "run", str(file), "--no-wait", "--json")
        second = await understudy(agent, "campaign", "run", str(file), "--no-wait", "--json")

        async def be_called(call: PhoneCall) -> None:
            await call.wait_for_answer(10)
            await asyncio.sleep(0.5)
            await say(call, voice, "hello")
            await call.wait_for_speech(10)
            await call.hang_up()

        tasks = []
        for _ in range(3):
            call = await phone.incoming(40)
            tasks.append(asyncio.create_task(be_called(call)))
            most = max(most, sum(not other.ended for other in phone.calls))
        await asyncio.gather(*tasks)
        ends = [await first.end(), await second.end()]
        called = [call.caller.headers["to"] for call in phone.calls if call.caller is not None]
    assert [end[0] for end in ends] == [0, 0], ends
    assert f"{file}:7: left out: '12' is no number" in ends[0][2]
    assert sorted(n for n in numbers for to in called if n in to) == sorted(numbers[:3])
    assert most == 2
    for _ in range(3):
        await agent.new_call()
    _, out, _ = await (await understudy(agent, "campaign", "status", "spring", "--json")).end()
    stand = json.loads(out)
    assert (stand["people"], stand["done"], stand["attempts"]) == (5, 5, 3)
    assert stand["results"] == {"no_outcome": 3, "no_consent": 1, "do_not_call": 1}
    target = tmp_path / "results.csv"
    await (await understudy(agent, "campaign", "export", "spring", str(target))).end()
    exported = list(csv.DictReader(target.open()))
    assert [row["outcome"] for row in exported] == ["talked"] * 3 + ["no_consent", "do_not_call"]
    assert all(row["call_id"] for row in exported[:3])


async def test_who_was_called_can_be_put_through_to_a_human(
    agent: LiveAgent, voice: CallerVoice, human: PhoneFactory
) -> None:
    async with trunk(AnswerAfter(0.2)) as phone, human("agent1", AnswerAfter(0.5)) as colleague:
        command, call, call_id = await dialled(agent, phone)
        await asyncio.sleep(0.3)
        await say(call, voice, "hello")
        await call.wait_for_speech(10)
        call.press("0")
        ringing = await colleague.incoming(timeout_s=30)
        await agent.wait_for_event(call_id, "transfer_answered", timeout_s=30)
        status, out, _ = await command.end()
        assert not call.ended, "the command ends with the agent's part, the call goes on"
        assert ringing.caller is not None
        assert ringing.caller.headers["x-understudy-call-id"] == call_id
        await ringing.hang_up()
        await call.wait_for_end()
    assert (status, json.loads(out)["disposition"]) == (0, "transferred")


async def test_a_campaign_that_is_stopped_goes_on_where_it_was(
    agent: LiveAgent, voice: CallerVoice, tmp_path: Path
) -> None:
    file = tmp_path / "autumn.csv"
    file.write_text("number\n+447700900211\n")
    async with trunk(Ring()) as phone:
        first = await understudy(agent, "campaign", "run", str(file), "--no-wait")
        ringing = await phone.incoming(30)
        first.process.send_signal(signal.SIGINT)
        status, out, _ = await first.end()
        assert (await ringing.wait_for_end()).by_remote
    assert status == 0
    assert "what rings is hung up" in out
    async with trunk(AnswerAfter(0.2)) as phone:
        second = await understudy(agent, "campaign", "run", str(file), "--no-wait")
        call = await answered(phone, 30)
        await agent.new_call()
        await say(call, voice, "hello")
        await call.wait_for_speech(10)
        second.process.send_signal(signal.SIGINT)
        await asyncio.sleep(2.0)
        assert not call.ended, "a conversation goes on to its end"
        await call.hang_up()
        status, out, _ = await second.end()
    assert status == 0
    assert "no_outcome" in out
    _, out, _ = await (await understudy(agent, "campaign", "status", "autumn", "--json")).end()
    assert (json.loads(out)["done"], json.loads(out)["attempts"]) == (1, 1)
