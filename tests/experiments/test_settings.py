"""What can be configured of an experiment, and what is refused at start."""

from pathlib import Path

import pytest

from agent.config import ConfigError, load_settings

TWO = """
[experiment]
name = "shorter"
[experiment.variants.as_ever]
[experiment.variants.quick]
weight = 3
playbook = "harbour"
turns.endpointing.default_ms = 500
"""


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNDERSTUDY_SECRETS", "")
    return tmp_path / "understudy.toml"


def test_a_variant_changes_what_it_names_and_nothing_else(settings_file: Path) -> None:
    settings_file.write_text(TWO)
    settings = load_settings(settings_file)
    experiment, base = settings.experiment, settings.turns
    assert experiment.held_against == "as_ever"
    assert experiment.playbooks_besides("larkfield") == ("larkfield", "harbour")
    quick = experiment.variants["quick"].over(base)
    assert quick.endpointing.default_ms == 500
    assert quick.endpointing.hold_ms == base.endpointing.hold_ms
    assert quick.barge_in == base.barge_in
    assert experiment.variants["as_ever"].over(base) == base


def test_an_experiment_can_come_from_the_environment(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file.write_text("")
    monkeypatch.setenv("UNDERSTUDY_EXPERIMENT__NAME", "shorter")
    monkeypatch.setenv(
        "UNDERSTUDY_EXPERIMENT__VARIANTS", '{"a": {}, "b": {"playbook": "harbour", "weight": 2}}'
    )
    experiment = load_settings(settings_file).experiment
    assert (experiment.name, experiment.variants["b"].weight) == ("shorter", 2.0)


@pytest.mark.parametrize(
    ("changed", "to", "message"),
    [
        ("weight = 3", "weight = 0", r"'experiment\.variants\.quick\.weight' .* greater than 0"),
        ("weight = 3", "weight = inf", r"variants\.quick\.weight' .* finite"),
        ("weight = 3", "weigth = 3", r"variants\.quick\.weigth' .* not permitted"),
        ("[experiment.variants.as_ever]", "", "give two, or none"),
        ("as_ever", "quick", r"not valid TOML: Cannot declare .*'quick'\) twice"),
        ("as_ever", "holdout", "'holdout' is who is kept out"),
        ('name = "shorter"', "", "needs both a name and variants"),
        ('name = "shorter"', 'name = "a b"', r"'experiment\.name' .* match pattern"),
        ('name = "shorter"', 'name = "s"\nholdout = 1', r"'experiment\.holdout' .* less than 1"),
        ('name = "shorter"', 'name = "s"\ncontrol = "old"', "control is 'old', and the variants"),
        ('playbook = "harbour"\nturns.endpointing.default_ms = 500', "", "control has to name"),
        ("default_ms = 500", "default_ms = 5", r"variants\.quick\.turns\.endpointing\.default_ms:"),
        ("default_ms", "defualt_ms", r"turns\.endpointing\.defualt_ms: Extra inputs"),
    ],
)
def test_what_can_not_be_run_is_refused_in_one_line(
    settings_file: Path, changed: str, to: str, message: str
) -> None:
    settings_file.write_text(TWO.replace(changed, to))
    with pytest.raises(ConfigError, match=message) as refused:
        load_settings(settings_file)
    assert "\n" not in str(refused.value)
