from pathlib import Path

import pytest

from agent.config import load_settings
from agent.settings_sources import SettingTold, Source, settings_told


def told(config: Path, secrets: Path) -> dict[str, SettingTold]:
    found = settings_told(load_settings(config, secrets), config, secrets)
    return {one.name: one for one in found}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    config, secrets = tmp_path / "understudy.toml", tmp_path / "secrets.toml"
    config.write_text('[ari]\nurl = "http://pbx:8088"\nusername = "file"\n[web]\nport = 8077\n')
    secrets.write_text('[ari]\npassword = "hush-hush"\nusername = "secret"\n')
    return config, secrets


def test_each_setting_names_the_strongest_source(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSTUDY_WEB__HOST", "127.0.0.2")
    monkeypatch.setenv("understudy_ami", '{"port": 5039}')
    found = told(*files)
    assert (found["ari.url"].source, found["ari.url"].place) == (
        Source.SETTINGS_FILE, str(files[0]),
    )  # fmt: skip
    assert found["ari.username"].source is Source.SECRETS_FILE
    assert found["ari.username"].value == "secret"
    assert (found["web.host"].source, found["web.host"].place) == (
        Source.ENVIRONMENT, "UNDERSTUDY_WEB__HOST",
    )  # fmt: skip
    assert found["ami.port"].source is Source.ENVIRONMENT
    assert found["ari.app"].source is Source.DEFAULT
    assert found["web.port"].source is Source.SETTINGS_FILE  # though it is the default's value
    assert found["serve.drain_s"].default == 30.0
    assert "live calls may end" in found["serve.drain_s"].description
    assert "evaluation.caller.host" in found


def test_secrets_are_masked(files: tuple[Path, Path]) -> None:
    found = told(*files)
    assert found["ari.password"].value == "**********"
    assert found["ari.password"].default == ""
    assert "hush" not in repr(found)
