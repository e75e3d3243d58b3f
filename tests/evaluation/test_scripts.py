from importlib import resources

import pytest

from agent.evaluation.scripted_caller import HangUp, Interrupt, Listen, Say, Wait, load_script

SCRIPTS = resources.files("agent.evaluation") / "scripts"
NAMES = sorted(entry.name for entry in SCRIPTS.iterdir() if entry.name.endswith(".yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_script_can_be_read(name: str) -> None:
    with resources.as_file(SCRIPTS / name) as path:
        script = load_script(path)
    assert script.name
    assert script.lines


def test_the_demo_shows_an_interruption_and_a_hand_over() -> None:
    with resources.as_file(SCRIPTS / "demo.yaml") as path:
        steps = load_script(path).steps
    assert isinstance(steps[0], Listen)  # the greeting is heard out
    assert any(isinstance(step, Interrupt) for step in steps)
    *_, asks, waits, end = steps
    assert isinstance(asks, Say)
    assert "person" in asks.text
    # The queue rings, and the human agent hears the whisper, before the caller hangs up.
    assert isinstance(waits, Wait)
    assert waits.seconds >= 10
    assert isinstance(end, HangUp)
