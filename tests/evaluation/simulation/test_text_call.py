"""Calls with the real encoder; a bad version has to be seen in few of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import DialogueSettings, Settings, SpeechSettings
from agent.evaluation.comparison.findings import Findings, Side, find
from agent.evaluation.customers.persona import shipped_personas
from agent.evaluation.simulation.plan import plan, select
from agent.evaluation.simulation.run import world_of
from agent.evaluation.simulation.text_call import World, text_call
from agent.evaluation.simulation.version import version_of
from tests.evaluation.simulation.versions import (
    Harm,
    harmed,
    without_answers,
    without_disclosure,
    wrong_price,
)

pytestmark = pytest.mark.models
PERSONAS = shipped_personas()
# Those who say why not.
OBJECTING = select(PERSONAS, ["price-sceptic", "spouse", "tied-in", "accented"])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    # Sentences are encoded once for all versions of these tests, and never in a user's folder.
    return Settings(speech=SpeechSettings(cache_dir=tmp_path_factory.mktemp("vectors")))


@pytest.fixture(scope="module")
def sound(settings: Settings) -> World:
    return world_of(version_of(settings, "larkfield"))


@pytest.fixture
def harm(settings: Settings, sound: World, tmp_path: Path) -> Callable[[Harm], World]:
    return lambda done: world_of(harmed(settings, tmp_path, done))


def call_all(world: World, calls: int, personas: Sequence = OBJECTING) -> Side:  # type: ignore[type-arg]
    met = tuple(text_call(world, one.persona, one.seed) for one in plan(personas, calls, 3))
    return Side("x", "x", tuple(stage.id for stage in world.playbook.stages), met)


def broken(side: Side) -> set[str]:
    return {breach.gate for call in side.calls for breach in call.breaches}


def against(sound_calls: Side, bad: Side) -> Findings:
    """With the same customers; the sound version has met more."""
    met = {call.seed: call for call in sound_calls.calls}
    return find(
        [replace(sound_calls, calls=tuple(met[one.seed] for one in bad.calls)), bad], PERSONAS
    )


def surely_broken(found: Findings) -> set[str]:
    """Gates that the new version breaks more often, p < 0.01."""
    of_gates = found.gate_differences.values()
    return {one.measure for one in of_gates if one.change > 0 and one.p_holm < 0.01}


@pytest.fixture(scope="module")
def sound_calls(sound: World) -> Side:
    return call_all(sound, 40)


def test_the_shipped_playbook_keeps_every_gate_with_every_persona(sound: World) -> None:
    side = call_all(sound, 2 * len(PERSONAS), PERSONAS)
    assert {call.persona for call in side.calls} == {persona.id for persona in PERSONAS}
    assert broken(side) == set()


def test_the_same_seed_gives_the_same_call(sound: World, sound_calls: Side) -> None:
    first = plan(OBJECTING, 40, 3)[:3]
    again = tuple(text_call(sound, one.persona, one.seed) for one in first)
    assert again == sound_calls.calls[:3]


def test_objections_without_answers_are_seen(
    sound_calls: Side, harm: Callable[[Harm], World]
) -> None:
    found = against(sound_calls, call_all(harm(without_answers), 30))
    p = {one.measure: one.p_holm for one in found.worse}
    assert p["objections settled"] < 0.01
    assert p["reached its goal, of who can be won"] < 0.01


def test_a_wrong_price_breaks_a_gate(sound_calls: Side, harm: Callable[[Harm], World]) -> None:
    found = against(sound_calls, call_all(harm(wrong_price), 16))
    assert surely_broken(found) == {"wrong fact"}


def test_a_missing_disclosure_breaks_a_gate(
    sound_calls: Side, harm: Callable[[Harm], World]
) -> None:
    found = against(sound_calls, call_all(harm(without_disclosure), 10))
    assert surely_broken(found) == {"not disclosed"}


def test_a_version_is_another_one_when_anything_of_it_is(
    settings: Settings, tmp_path: Path
) -> None:
    version = version_of(settings, "larkfield")
    stricter = Settings(dialogue=DialogueSettings(intent_threshold=0.9))
    others = [
        harmed(settings, tmp_path, wrong_price),
        version_of(settings, "larkfield", "harbour"),
        version_of(stricter, "larkfield"),
    ]
    prints = [version.fingerprint, *(other.fingerprint for other in others)]
    assert len(set(prints)) == 4
    assert version_of(settings, "larkfield").fingerprint == version.fingerprint
