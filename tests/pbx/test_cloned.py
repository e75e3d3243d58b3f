"""A call to an agent that runs a composed playbook as compose wrote it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cloning.compose.step import Compose
from agent.cloning.engines import Engines
from agent.cloning.made import Made
from agent.config import Settings
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import Phone
from tests.cloning.compose.project import Silent, dental_project
from tests.pbx.conftest import Pbx
from tests.pbx.live_agent import LiveAgent

AGENT = "1000"


@pytest.fixture(scope="module")
def playbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = dental_project(tmp_path_factory.mktemp("practice"))
    Compose().run(project, Engines(Settings()), Made(project.root, "compose"), Silent())
    return project.folder("compose") / "playbook.yaml"


@pytest.fixture(scope="module")
def agent(
    pbx: Pbx, playbook: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveAgent]:
    folder = tmp_path_factory.mktemp("agent")
    with LiveAgent.start(folder, UNDERSTUDY_DIALOGUE__PLAYBOOK=str(playbook)) as agent:
        yield agent


async def test_a_caller_hears_the_disclosure_and_a_mined_answer(
    agent: LiveAgent, caller: Phone, voice: CallerVoice
) -> None:
    call = await caller.place(AGENT)
    call_id = await agent.new_call()
    greeting = await agent.wait_for(call_id, "turn", speaker="agent")
    await call.wait_for_silence(300)
    await call.say(await voice.speak("what does it cost me", call.sample_rate_hz))
    asked = await agent.wait_for(call_id, "turn", speaker="caller")
    answer = await agent.wait_for(call_id, "turn", speaker="agent", index=asked["index"] + 1)
    await call.hang_up()
    await agent.wait_for(call_id, "call_ended")
    assert greeting["text"].startswith(
        "Hello, Willow Lane Dental, this is Joe. I'm an automated assistant, and this call is "
        "recorded."
    )
    assert "How can we help you today?" in greeting["text"]
    assert (asked["text"], asked["intent"]) == ("what does it cost me", "ask_fee")
    assert answer["text"].startswith("A check-up with us is forty-eight pounds.")
