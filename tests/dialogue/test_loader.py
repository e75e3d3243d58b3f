from pathlib import Path

import pytest

from agent.dialogue.loader import LoadedPlaybook, PlaybookError, find_playbook, load_playbook


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("expects: yes_no", "expects: maybe", "stages.0.expects: Input should be 'yes_no'"),
        ("push_level: 2", "push_level: 9", "objective.push_level: Input should be less than"),
        ("  style: [", "  stile: [", "persona.stile: Extra inputs are not permitted; remove it"),
        ("  secondary: a callback", "  # a callback", "objective.secondary: Field required; add"),
        ("hang_up: true, disposition: sale", "hang_up: true, to: opening", "only one of"),
        ("  bye.plain:", "  bye.sale:", "bye.sale: written twice; remove one"),
        ("version: 1", "version: [1", "not valid YAML"),
    ],
)
def test_error_names_file_line_field_and_remedy(
    loaded: LoadedPlaybook, tmp_path: Path, good: str, bad: str, told: str
) -> None:
    text = loaded.source.path.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "broken.yaml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(PlaybookError) as error:
        load_playbook(str(file))
    assert told in str(error.value)
    assert str(error.value).startswith(f"{file}:")


def test_line_number_is_that_of_the_field(loaded: LoadedPlaybook, tmp_path: Path) -> None:
    text = loaded.source.path.read_text(encoding="utf-8")
    file = tmp_path / "broken.yaml"
    file.write_text(text.replace("push_level: 2", "push_level: 9"), encoding="utf-8")
    with pytest.raises(PlaybookError, match=rf":{line_of(text, 'push_level: 2')}: "):
        load_playbook(str(file))


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml"])
def test_missing_playbook_says_what_to_give(name: str) -> None:
    with pytest.raises(PlaybookError, match="YAML file"):
        find_playbook(name)


def test_yes_no_and_on_are_words(loaded: LoadedPlaybook) -> None:
    assert loaded.playbook.stages[0].exits[0].on == "affirm"
