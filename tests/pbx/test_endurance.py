"""Thirty calls in a row that end in every way, and nothing is left of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.dialogue.loader import find_playbook
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone
from tests.pbx.conftest import Pbx, PhoneFactory
from tests.pbx.live_agent import LiveAgent

AGENT = "1000"
WARM_UP_ROUNDS = 2  # of six calls
ROUNDS = 3
RSS_GROWTH = 1.05

# The shipped playbook with its longest fixed lines cut, so that thirty calls take minutes.
SHORT = {
    "open.hello": "Hello, I'm an automated assistant.",
    "human.connect": "One moment.",
    "dnc.done": "Done. Goodbye.",
}


@pytest.fixture
def agent(pbx: Pbx, tmp_path: Path) -> Iterator[LiveAgent]:
    playbook = find_playbook("larkfield").read_text()
    for line, text in SHORT.items():
        playbook, found = re.subn(rf'(\n  {line}:\s+{{?text: )".*"', rf'\1"{text}"', playbook)
        assert found == 1
    path = tmp_path / "short.yaml"
    path.write_text(playbook)
    with LiveAgent.start(tmp_path, UNDERSTUDY_DIALOGUE__PLAYBOOK=str(path)) as agent:
        yield agent


class Endings:
    """Six ways to end a call; each returns when the agent has recorded the end."""

    def __init__(self, agent: LiveAgent, caller: Phone, colleague: Phone, voice: CallerVoice):
        self._agent = agent
        self._caller = caller
        self._colleague = colleague
        self._voice = voice

    async def one_round(self) -> set[str]:
        """One call of each kind; their outcomes."""
        outcomes = set()
        for ending in (
            self.in_the_greeting,
            self.after_the_greeting,
            self.after_a_reply,
            self.never_again,
            self.with_a_human,
            self.in_the_queue,
        ):
            call_id = await ending()
            ended = await self._agent.wait_for(call_id, "call_ended", timeout_s=30)
            outcomes.add(ended["outcome"])
        return outcomes

    async def in_the_greeting(self) -> str:
        call = await self._caller.place(AGENT)
        call_id = await self._agent.new_call()
        await call.wait_for_speech()
        await call.hang_up()
        return call_id

    async def after_the_greeting(self) -> str:
        call = await self._caller.place(AGENT)
        call_id = await self._agent.new_call()
        await self._agent.wait_for(call_id, "turn")
        await call.hang_up()
        return call_id

    async def after_a_reply(self) -> str:
        call = await self._caller.place(AGENT)
        call_id = await self._agent.new_call()
        await self._agent.wait_for(call_id, "turn")
        await call.wait_for_silence(300)
        await call.say(await self._voice.speak("yes please", call.sample_rate_hz))
        await call.wait_for_speech()
        await call.hang_up()
        return call_id

    async def never_again(self) -> str:
        call = await self._caller.place(AGENT)
        call_id = await self._agent.new_call()
        call.press("9")
        await call.wait_for_end(30)
        return call_id

    async def with_a_human(self) -> str:
        call = await self._caller.place(AGENT)
        call_id = await self._agent.new_call()
        call.press("0")
        ringing = await self._colleague.incoming(30)
        await self._agent.wait_for(call_id, "call_ended", timeout_s=30)
        await ringing.hang_up()
        await call.wait_for_end()
        return call_id

    async def in_the_queue(self) -> str:
        call = await self._caller.place(AGENT)
        call_id = await self._agent.new_call()
        call.press("0")
        ringing = await self._colleague.incoming(30)
        await call.hang_up()
        await ringing.wait_for_end()
        return call_id


@pytest.mark.timeout(600)
async def test_thirty_calls_leave_nothing(
    pbx: Pbx, agent: LiveAgent, caller: Phone, human: PhoneFactory, voice: CallerVoice
) -> None:
    async with human("agent1", AnswerAfter(0.5)) as colleague:
        endings = Endings(agent, caller, colleague, voice)
        for _ in range(WARM_UP_ROUNDS):  # caches, pools and the allocator settle
            await endings.one_round()
        await agent.wait_until_idle()
        before = agent.held()
        for _ in range(ROUNDS):
            outcomes = await endings.one_round()
            assert outcomes == {"no_outcome", "do_not_call", "transferred", "abandoned_in_queue"}
            print(agent.held())
    await pbx.wait_until_idle()
    await agent.wait_until_idle()
    after = agent.held()
    assert (after.tasks, after.udp_sockets) == (before.tasks, before.udp_sockets)
    assert after.files <= before.files
    assert after.resident_bytes <= before.resident_bytes * RSS_GROWTH
