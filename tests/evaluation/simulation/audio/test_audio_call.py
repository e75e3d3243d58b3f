"""Short calls with the real recogniser, voices and turn-taking, in virtual time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.cloning.recorded import Turn
from agent.config import Settings, SpeechSettings
from agent.dialogue.playbook import Line
from agent.dialogue.understanding import Understander
from agent.evaluation.customers.mind import Dials
from agent.evaluation.customers.persona import Persona, shipped_personas
from agent.evaluation.customers.wording import shipped_phrases
from agent.evaluation.simulation.audio.call import audio_call
from agent.evaluation.simulation.audio.engines import Engines, engines_of
from agent.evaluation.simulation.plan import select
from agent.evaluation.simulation.simulated_call import SimulatedCall
from agent.evaluation.simulation.version import version_of
from agent.evaluation.simulation.world import World
from agent.media.codecs import Pcm
from agent.turns.settings import SilenceSettings, TurnSettings
from tests.calls.playbook import TINY
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.restored_logs import restored_logs

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(shutil.which("flite") is None, reason="apt-get install flite"),
]
# Long enough to be cut in on.
HELLO = "Hello, this is Ann, the automated assistant of Acme, with an offer. Would you like it?"
BOOK = TINY.model_copy(update={"lines": {**TINY.lines, "hello": Line(text=HELLO)}})
TURNS = TurnSettings(silence=SilenceSettings(prompts_s=(1.0, 1.5)), phone_silence_timeout_sec=2.0)


@pytest.fixture(scope="module")
def world() -> World:
    understander = Understander(BOOK, BagOfWordsEncoder())
    return World(BOOK, BOOK, understander, shipped_phrases(), {}, Dials())


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    speech = SpeechSettings(cache_dir=tmp_path_factory.mktemp("lines"))
    version = version_of(Settings(speech=speech, turns=TURNS), "harbour", with_sound=True)
    assert version.sound is not None
    with restored_logs():
        yield engines_of(version.sound, BOOK)


def persona(name: str, **dials: float) -> Persona:
    return select(shipped_personas(), [name])[0].model_copy(update=dials)


QUIET = persona("eager", coughs=0.0, back_channels=0.0)


@pytest.fixture(scope="module")
def agreed(world: World, engines: Engines) -> SimulatedCall:
    return audio_call(world, engines, QUIET, "1")


def test_a_customer_speaks_is_heard_and_answered_in_time(agreed: SimulatedCall) -> None:
    assert agreed.heard is not None
    assert not agreed.left
    assert [turn.speaker for turn in agreed.conversation.turns][:3] == [
        "agent",
        "customer",
        "agent",
    ]
    assert all(200 < waited_ms < 900 for waited_ms in agreed.heard.answers_ms)
    assert len(agreed.heard.answers_ms) >= 1
    assert agreed.heard.words >= 1


def test_the_same_seed_gives_the_same_call_to_listen_to(
    agreed: SimulatedCall, world: World, engines: Engines, tmp_path: Path
) -> None:
    file = tmp_path / "call.wav"
    assert audio_call(world, engines, QUIET, "1", file) == agreed
    sound, rate_hz = soundfile.read(file, dtype="int16")
    first, answer, *_ = agreed.conversation.turns
    loudest = {
        (turn.speaker, side): int(np.abs(_part(sound[:, side], rate_hz, turn)).max())
        for turn in (first, answer)
        for side in (0, 1)
    }
    assert loudest["customer", 0] > 2000 > loudest["agent", 0]
    assert loudest["agent", 1] > 2000 > loudest["customer", 1]


def _part(side: Pcm, rate_hz: int, turn: Turn) -> Pcm:
    return side[int(turn.start * rate_hz) : int(turn.end * rate_hz)]


def test_who_cuts_in_is_given_the_floor(world: World, engines: Engines) -> None:
    call = audio_call(world, engines, persona("interrupter", interrupts=1.0, patience=0.0), "1")
    assert call.heard is not None
    (waited_ms, *_) = call.heard.yields_ms
    assert waited_ms is not None
    assert waited_ms < 1000
    first, cut_in, *_ = call.conversation.turns
    assert HELLO.startswith(first.text)
    assert len(first.text) < len(HELLO)
    assert cut_in.start < first.end + 0.2


def test_a_cough_does_not_stop_the_agent(world: World, engines: Engines) -> None:
    call = audio_call(world, engines, QUIET.model_copy(update={"coughs": 1.0}), "1")
    assert call.heard is not None
    assert call.heard.kept_on
    assert all(call.heard.kept_on)
    assert call.conversation.turns[0].text == HELLO


def test_a_line_on_which_nobody_speaks_is_given_up(world: World, engines: Engines) -> None:
    call = audio_call(world, engines, persona("silence"), "1")
    assert call.heard is not None
    assert call.outcome == "no_answer"
    assert not call.left
    assert call.heard.words == 0
