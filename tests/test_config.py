import datetime
import json
import os
import typing
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, IPvAnyNetwork, SecretStr
from pydantic.fields import FieldInfo

from agent.config import ConfigError, Settings, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, without this machine's settings files and variables."""
    for name in os.environ:
        if name.startswith("UNDERSTUDY_"):
            monkeypatch.delenv(name)
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_has_to_be_configured(elsewhere: Path) -> None:
    settings = load_settings()
    assert settings.ari.url == "http://127.0.0.1:8088"
    assert (settings.web.host, settings.media.bind_host) == ("127.0.0.1", "127.0.0.1")
    assert settings.dialogue.playbook == "larkfield"
    assert not settings.dialogue.language_model.enabled
    data = elsewhere / "data" / "understudy"
    url = settings.records.database_url.get_secret_value()
    assert url == f"sqlite:///{data / 'understudy.sqlite3'}"
    assert settings.records.recordings_dir == data / "recordings"


FILE = 'ari = {url = "http://file", username = "file", app = "file", password = "file"}'
SECRETS = 'ari = {username = "secrets", app = "secrets", password = "secrets"}'


def test_the_file_gives_way_to_secrets_and_both_to_the_environment(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSTUDY_ARI__APP", "environment")
    ari = load_settings(
        written(elsewhere / "a.toml", FILE), written(elsewhere / "b.toml", SECRETS)
    ).ari
    assert (ari.url, ari.username, ari.app) == ("http://file", "secrets", "environment")
    assert ari.password.get_secret_value() == "secrets"
    assert ari.request_timeout_s == 5.0


@pytest.mark.parametrize(
    "place", ["understudy.toml", "config/understudy/understudy.toml"], ids=["here", "of the user"]
)
def test_the_settings_file_is_found_in_the_usual_places(elsewhere: Path, place: str) -> None:
    written(elsewhere / place, FILE)
    assert load_settings().ari.url == "http://file"


@pytest.mark.parametrize(
    "place", ["config/understudy/secrets.toml", "state/understudy/test-pbx/secrets.toml"]
)
def test_secrets_are_found_in_the_usual_places(elsewhere: Path, place: str) -> None:
    written(elsewhere / place, SECRETS)
    assert load_settings().ari.password.get_secret_value() == "secrets"


def test_a_file_can_be_named_by_the_environment(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(elsewhere / "understudy.toml", 'ari = {url = "http://here"}')
    monkeypatch.setenv("UNDERSTUDY_CONFIG", str(written(elsewhere / "a.toml", FILE)))
    monkeypatch.setenv("UNDERSTUDY_SECRETS", str(written(elsewhere / "b.toml", SECRETS)))
    assert (load_settings().ari.url, load_settings().ari.username) == ("http://file", "secrets")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[ari]\nurll = 1", "'ari.urll'"),
        ("[asterisk]\nurl = 1", "'asterisk'"),
        ("[dialogue.language_model]\nmodle = 'x'", "'dialogue.language_model.modle'"),
        ("[ami]\nport = 'many'", "'ami.port'"),
        ("[media]\nfirst_port = 80", "'media.first_port'"),
        ("[log]\nlevel = 'loud'", "'log.level'"),
        ("[ari]\nurl = here", "line 2"),
        ("[ari", "not valid TOML"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(elsewhere: Path, text: str, told: str) -> None:
    path = written(elsewhere / "mine.toml", text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_the_environment_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_ARI__URLL", "http://pbx")
    with pytest.raises(ConfigError, match=r"'ari\.urll' .*UNDERSTUDY_\*"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("UNDERSTUDY_AIR__URL", "http://pbx", "UNDERSTUDY_AIR__URL sets nothing: .* section 'air'"),
        ("UNDERSTUDY_ARI", "http://pbx", "ari.* such as UNDERSTUDY_ARI__URL"),
        ("UNDERSTUDY_TURNS__SILENCE__PROMPTS_S", "7 15", "Lists are written as JSON"),
    ],
)
def test_a_variable_that_can_not_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=told) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_line(elsewhere: Path) -> None:
    (elsewhere / "understudy.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"understudy\.toml is not UTF-8 text"):
        load_settings()


def test_one_setting_of_a_nested_section_leaves_its_neighbours(elsewhere: Path) -> None:
    path = written(elsewhere / "a.toml", "[turns.barge_in.clean]\nspeech_frames = 6")
    default, changed = Settings().turns.barge_in.clean, load_settings(path).turns.barge_in.clean
    assert changed == default.model_copy(update={"speech_frames": 6})


@pytest.mark.parametrize("name", ["UNDERSTUDY_CONFIG", "UNDERSTUDY_SECRETS"])
def test_a_named_file_has_to_exist(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    nowhere = elsewhere / "nowhere.toml"
    with pytest.raises(ConfigError, match=r"There is no file .*nowhere\.toml: give an existing"):
        load_settings(**{"config_file" if "CONFIG" in name else "secrets_file": nowhere})
    monkeypatch.setenv(name, str(nowhere))
    with pytest.raises(ConfigError, match=r"There is no file .*nowhere\.toml"):
        load_settings()


def test_no_dump_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_ARI__PASSWORD", "hush-1")
    monkeypatch.setenv("UNDERSTUDY_AMI__SECRET", "hush-2")
    monkeypatch.setenv("UNDERSTUDY_RECORDS__DATABASE_URL", "postgresql://u:hush-3@host/calls")
    settings = load_settings()
    for dump in (repr(settings), str(settings), json.dumps(settings.model_dump(mode="json"))):
        assert "hush" not in dump


def test_settings_do_not_change_while_calls_run() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().ari.url = "http://other"  # type: ignore[misc]


def leaves(section: BaseModel, *path: str) -> Iterator[tuple[tuple[str, ...], Any, FieldInfo]]:
    """Path, value and definition of every setting."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, *path, name)
        else:
            yield (*path, name), value, field


def another(value: Any, kind: Any) -> Any:
    """A value of the type that a setting does not have by default."""
    if typing.get_origin(kind) is typing.Literal:
        return next(choice for choice in typing.get_args(kind) if choice != value)
    match value:
        case bool():
            return not value
        case int() | float():
            step = 1 if value >= 1 else 0.125 if value > 0.125 or not value else value / 2
            return type(value)(value + step if value >= 1 or not value else value - step)
        case tuple():
            item = typing.get_args(kind)[0]
            if item is datetime.date:
                return (datetime.date(2026, 12, 25),)
            if item is IPvAnyNetwork:
                return (IPv4Network("10.0.0.0/8"),)
            if item is str:
                return ("another",)
            return (1.5, 2.5) if item is float else typing.get_args(item)[-2:]
        case Mapping():
            return {"ann": "PJSIP/another"}
        case datetime.time():
            return value.replace(minute=30)
        case Path():
            return Path("/tmp/another")  # noqa: S108 - a name, not a file
        case _:
            return "another"


def setting(path: tuple[str, ...], value: Any, field: FieldInfo) -> Any:
    return pytest.param(path, value, field.annotation, id=".".join(path))


# Neither is usable without the other: tests of their own give both.
TOGETHER = {("experiment", "name"), ("experiment", "variants"), ("handoff", "webhook_url")}
ALONE = [setting(*leaf) for leaf in leaves(Settings()) if leaf[0] not in TOGETHER]


@pytest.mark.parametrize(("path", "value", "kind"), ALONE)
def test_every_setting_can_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...], value: Any, kind: Any
) -> None:
    wanted = another(value, kind)
    name = "UNDERSTUDY_" + "__".join(path).upper()
    as_text = json.dumps(wanted, default=str) if isinstance(wanted, tuple | dict) else str(wanted)
    monkeypatch.setenv(name, as_text)
    found: Any = load_settings()
    for part in path:
        found = getattr(found, part)
    assert (found.get_secret_value() if isinstance(found, SecretStr) else found) == wanted


def test_a_webhook_needs_a_secret_that_signs_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_HANDOFF__WEBHOOK_URL", "https://crm.example/understudy")
    with pytest.raises(ConfigError, match=r"handoff\.webhook_secret.*16 characters"):
        load_settings()
    monkeypatch.setenv("UNDERSTUDY_HANDOFF__WEBHOOK_SECRET", "0123456789abcdef")
    assert load_settings().handoff.webhook_url == "https://crm.example/understudy"


@pytest.mark.parametrize("url", ["http://crm.example/", "crm.example", "ftp://127.0.0.1/x"])
def test_callers_words_do_not_leave_in_the_clear(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("UNDERSTUDY_HANDOFF__WEBHOOK_SECRET", "0123456789abcdef")
    monkeypatch.setenv("UNDERSTUDY_HANDOFF__WEBHOOK_URL", url)
    with pytest.raises(ConfigError, match=r"https alone"):
        load_settings()
    monkeypatch.setenv("UNDERSTUDY_HANDOFF__WEBHOOK_URL", "http://127.0.0.1:8080/x")
    load_settings()
