"""What `understudy init` writes."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.config import load_settings
from agent.setup.answers import Answers, BadAnswer, address_towards
from agent.setup.files import NewFile, Place, SetupRefused, plan, write

ANSWERS = Answers("127.0.0.1", "support", "harbour", "", "vera")


def written(folder: Path, answers: Answers = ANSWERS, state: Path | None = None) -> Path:
    write(plan(answers, Place(folder, state)), force=False)
    return folder


def test_settings_and_secrets_can_be_read_and_agree_with_the_pbx(tmp_path: Path) -> None:
    folder = written(tmp_path / "etc")
    settings = load_settings(folder / "understudy.toml", folder / "secrets.toml")
    assert settings.dialogue.playbook == "harbour"
    password = settings.ari.password.get_secret_value()
    secret = settings.ami.secret.get_secret_value()
    assert len(password) >= 32
    assert password != secret
    assert (folder / "pbx/ari_password.conf").read_text() == f"password = {password}\n"
    assert (folder / "pbx/manager_secret.conf").read_text() == f"secret = {secret}\n"
    shown = (folder / "understudy.toml").read_text() + (folder / "NEXT-STEPS.txt").read_text()
    assert password not in shown
    assert secret not in shown
    assert (
        "UNDERSTUDY_FALLBACK_QUEUE = support" in (folder / "pbx/dialplan/globals.conf").read_text()
    )
    assert "user add vera --role supervisor" in (folder / "NEXT-STEPS.txt").read_text()


def test_secrets_are_their_owners_alone(tmp_path: Path) -> None:
    folder = written(tmp_path / "etc")
    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.rglob("*") if file.is_file()}
    private = {name for name, mode in modes.items() if mode == 0o600}
    assert private == {"secrets.toml", "ari_password.conf", "manager_secret.conf"}


def test_nothing_is_written_where_one_file_is_in_the_way(tmp_path: Path) -> None:
    folder = written(tmp_path / "etc")
    before = (folder / "secrets.toml").read_text()
    (folder / "understudy.toml").unlink()
    with pytest.raises(SetupRefused, match="is there already: --force"):
        written(folder)
    assert not (folder / "understudy.toml").exists()
    write(plan(ANSWERS, Place(folder, None)), force=True)
    assert (folder / "secrets.toml").read_text() != before


def test_a_password_of_the_database_goes_to_the_secrets(tmp_path: Path) -> None:
    url = 'postgresql://u:hidden"word@db/calls'
    folder = written(tmp_path, Answers("127.0.0.1", "sales", "larkfield", url, "vera"))
    assert "hidden" not in (folder / "understudy.toml").read_text()
    secrets = tomllib.loads((folder / "secrets.toml").read_text())
    assert secrets["records"]["database_url"] == url


def test_a_system_wide_installation_keeps_its_data_in_one_place(tmp_path: Path) -> None:
    folder = written(tmp_path, state=Path("/var/lib/understudy"))
    settings = load_settings(folder / "understudy.toml", folder / "secrets.toml")
    assert settings.records.spool_dir == Path("/var/lib/understudy/spool")
    assert settings.records.database_url.get_secret_value() == (
        "sqlite:////var/lib/understudy/understudy.sqlite3"
    )
    assert "chown understudy:" in (folder / "NEXT-STEPS.txt").read_text()


def test_an_asterisk_elsewhere_gets_our_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.setup.files.address_towards", lambda host: "10.0.0.2")
    answers = Answers("10.0.0.1", "sales", "larkfield", "", "vera")
    files: dict[str, NewFile] = {one.path.name: one for one in plan(answers, Place(Path(), None))}
    settings = tomllib.loads(files["understudy.toml"].text)
    assert settings["ari"]["url"] == "http://10.0.0.1:8088"
    assert settings["media"]["bind_host"] == "10.0.0.2"
    assert "permit = 10.0.0.2/255.255.255.255" in files["manager_understudy.conf"].text


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        (Answers("not a host", "sales", "larkfield", "", "vera"), "is no host"),
        (Answers("127.0.0.1", "sales;x", "larkfield", "", "vera"), "is no queue's name"),
        (Answers("127.0.0.1", "sales", "hamlet", "", "vera"), "no shipped playbook 'hamlet'"),
        (Answers("127.0.0.1", "sales", "larkfield", "mysql://x/y", "vera"), "names no database"),
        (Answers("127.0.0.1", "sales", "larkfield", "", "vera; rm"), "can't be a name"),
    ],
)
def test_bad_answers_are_one_line(answers: Answers, complaint: str) -> None:
    with pytest.raises(Exception, match=complaint) as raised:
        answers.check()
    assert "\n" not in str(raised.value)


def test_a_host_without_a_way_to_it() -> None:
    assert address_towards("localhost") == "127.0.0.1"
    with pytest.raises(BadAnswer, match="no way to Asterisk"):
        address_towards("host.invalid")


def test_questions_have_defaults_and_flags_answer_them(tmp_path: Path) -> None:
    asked = ["init", "--folder", str(tmp_path / "a"), "--queue", "support"]
    result = CliRunner().invoke(app, asked, input="\n\n\n\n")
    assert result.exit_code == 0, result.output
    assert "2/5" not in result.output  # it was answered
    assert "NEXT-STEPS.txt" in result.output
    result = CliRunner().invoke(app, ["init", "--yes", "--folder", str(tmp_path / "b")])
    assert result.exit_code == 0
    assert "?" not in result.output
