import asyncio
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.caller_voice import Pcm
from agent.evaluation.scripted_caller import (
    CallerEvent,
    ExpectHangUp,
    HangUp,
    Interrupt,
    Listen,
    Press,
    Say,
    Script,
    ScriptedCaller,
    ScriptError,
    Step,
    Wait,
    load_script,
)
from tests.evaluation.line import FRAME, FakeLine

SILENCE = "." * 35  # 700 ms


class FiveFrames:
    """Every line takes 100 ms."""

    async def speak(self, text: str, sample_rate_hz: int) -> Pcm:
        return np.ones(5 * FRAME, np.int16)


class Performance:
    """A script under way on a fake line."""

    def __init__(self, *steps: Step) -> None:
        self.line = FakeLine()
        self.line.state("CONFIRMED")
        self.events: list[CallerEvent] = []
        self._caller = ScriptedCaller(Script("test", steps), FiveFrames(), self.line.call)
        self.task = asyncio.create_task(self._run())

    @property
    def acts(self) -> list[str]:
        return [event.kind for event in self.events if not event.kind.startswith("agent_s")]

    async def agent(self, pattern: str) -> None:
        await asyncio.sleep(0)
        await self.line.feed(pattern)

    async def _run(self) -> None:
        async for event in self._caller.perform():
            self.events.append(event)


async def test_listens_until_the_agent_has_finished_and_then_speaks() -> None:
    performance = Performance(Listen(), Say("Hello"), HangUp())
    await performance.agent(SILENCE)  # before the greeting
    assert performance.acts == []
    await performance.agent("#####" + SILENCE[:-1])
    assert performance.acts == []
    await performance.agent("." + "." * 6)
    await performance.task
    assert performance.acts == ["says", "finished", "hangs_up"]


async def test_interrupts_after_so_much_of_the_agents_speech() -> None:
    performance = Performance(Interrupt("Stop", after_s=0.2), HangUp())
    await performance.agent("#" * 9)
    assert performance.acts == []
    await performance.agent("##")
    assert performance.acts == ["interrupts"]
    await performance.agent("." * 5)
    await performance.task


async def test_a_line_before_the_callers_own_is_no_answer_to_it() -> None:
    performance = Performance(Listen(), Say("Hello"), Listen(), Press("1"))
    await performance.agent("#####" + SILENCE + "." * 6)
    await performance.agent(SILENCE)  # the agent thinks
    assert performance.acts == ["says", "finished"]
    await performance.agent("#####" + SILENCE)
    await performance.task
    assert performance.acts == ["says", "finished", "presses", "hangs_up"]


async def test_a_line_the_agent_spoke_on_with_is_listened_to() -> None:
    performance = Performance(Interrupt("Mm-hmm", after_s=0.1), Listen(), HangUp())
    await performance.agent("#" * 20 + SILENCE)
    await performance.task
    assert performance.acts == ["interrupts", "finished", "hangs_up"]


async def test_the_agents_hang_up_can_be_expected() -> None:
    performance = Performance(ExpectHangUp())
    await performance.agent("...")
    performance.line.state("DISCONNECTED", 200, "remote", "Normal call clearing")
    await performance.task
    assert performance.events[-1].text == "200 Normal call clearing"


async def test_a_hang_up_that_was_not_expected_names_the_step() -> None:
    performance = Performance(Listen(), Say("Hello"))
    await performance.agent("...")
    performance.line.state("DISCONNECTED", 200, "remote")
    with pytest.raises(ScriptError, match=r"^script 'test', step 1 \(Listen\): call to 1000"):
        await performance.task


async def test_an_agent_that_never_speaks_names_the_step() -> None:
    performance = Performance(Wait(0.0), Listen(timeout_s=0.01))
    with pytest.raises(ScriptError, match=r"step 2 \(Listen\): .* no speech of the agent within"):
        await performance.task


def test_a_script_is_read_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(
        "name: asks\nsteps:\n"
        "  - listen\n  - say: Hello\n  - interrupt: {after_s: 1.5, text: Wait}\n"
        "  - press: 12\n  - wait: 2\n  - expect_hang_up: 20\n  - hang_up\n"
    )
    steps = (
        Listen(),
        Say("Hello"),
        Interrupt("Wait", 1.5),
        Press("12"),
        Wait(2.0),
        ExpectHangUp(20.0),
        HangUp(),
    )
    assert load_script(path) == Script("asks", steps)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("steps: [listen, shout: hi]", "script.yaml: step 2: .*shout"),
        ("steps: [interrupt: {afterwards: 3}]", "script.yaml: step 1"),
        ("steps: [wait: soon]", "script.yaml: step 1"),
        ("steps: [3]", "script.yaml: step 1"),
        ("steps: [say]", "script.yaml: step 1"),
        ("name: x", "a list `steps`"),
        ("steps: [", "can't be read"),
    ],
)
def test_a_script_with_a_mistake_names_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(text)
    with pytest.raises(ScriptError, match=message):
        load_script(path)
