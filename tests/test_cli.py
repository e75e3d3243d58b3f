import asyncio
import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import typer

from agent import __version__
from agent.cli import app, main
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.writer import RecordWriter
from agent.speech.catalogue import CATALOGUE, VOSK_SMALL_EN_US, VOSK_TELEPHONY
from tests.records.calls import CALL, OTHER, ended, record_whole_call, started


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: Any
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line of a failure."""
        assert self.status == 1
        (line,) = self.err.splitlines()
        assert line.startswith("understudy: ")
        return line


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `understudy ...` on a terminal of 80 columns, away from this machine's settings."""
    for name in os.environ:
        if name.startswith("UNDERSTUDY_"):
            monkeypatch.delenv(name)
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environment: str) -> Done:
        with monkeypatch.context() as patch, pytest.raises(SystemExit) as ended:
            patch.setattr(sys, "argv", ["understudy", *arguments])
            for name, value in environment.items():
                patch.setenv(name, value)
            main()
        captured = capsys.readouterr()
        return Done(ended.value.code or 0, captured.out, captured.err)

    return run


# -- help


def commands(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield (*path, name), command


COMMANDS = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(p) for p, _ in COMMANDS])
def test_every_command_explains_itself_and_its_options(
    run: Run, path: tuple[str, ...], command: Any
) -> None:
    done = run(*path, "--help")
    shown = " ".join(re.sub("[│╭╮╰╯─]", " ", done.out).split())
    first_sentence = command.help.split(".")[0].split(",")[0].replace("`", "")
    assert " ".join(first_sentence.split()) in shown
    for parameter in command.params:
        assert parameter.help, f"{parameter.name} has no help"
        assert parameter.opts[0] in shown
    assert max(map(len, done.out.splitlines())) <= 80


def test_the_first_help_leads_to_the_first_call(run: Run) -> None:
    shown = run("--help").out
    assert "understudy serve" in shown
    assert "Goto(understudy-agent,${EXTEN},1)" in shown
    assert {path[0] for path, _ in COMMANDS} <= set(shown.split())


def test_version(run: Run) -> None:
    assert run("--version").out == f"understudy {__version__}\n"


@pytest.mark.parametrize("arguments", [("frobnicate",), ("config", "--nope"), ("calls", "show")])
def test_wrong_usage_points_to_help(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert "--help" in done.err
    assert "Traceback" not in done.err


# -- config


def test_config_is_toml_with_masked_secrets(run: Run) -> None:
    done = run("config", UNDERSTUDY_ARI__PASSWORD="hush", UNDERSTUDY_WEB__PORT="9000")
    settings = tomllib.loads(done.out)
    assert settings["web"]["port"] == 9000
    assert settings["dialogue"]["language_model"]["enabled"] is False
    assert set(settings["ari"]["password"]) == {"*"}


def test_config_as_json_is_the_same(run: Run) -> None:
    assert json.loads(run("config", "--json").out) == tomllib.loads(run("config").out)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[ari]\nurll = 1", "'ari.urll'"),
        ("[ari", "is not valid TOML"),
        (None, "There is no file"),
    ],
)
def test_a_bad_settings_file_is_one_line(
    run: Run, tmp_path: Path, text: str | None, told: str
) -> None:
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text)
    complaint = run("config", "--config", str(path)).complaint
    assert told in complaint
    assert str(path) in complaint


# -- models

MODELS = tuple(entry.name for entry in CATALOGUE)


def test_models_are_listed_with_whole_names_on_a_narrow_terminal(run: Run) -> None:
    lines = run("models", "list").out.splitlines()
    heads = {line.split()[0]: line.split()[1:] for line in lines if not line.startswith(" ")}
    assert tuple(heads) == MODELS
    assert heads[VOSK_TELEPHONY.name] == ["asr", "present,", "in", "use", "17", "MB"]
    assert heads[VOSK_SMALL_EN_US.name] == ["asr", "missing", "41", "MB"]
    assert "    Licence: mixed, see its README" in lines
    assert max(map(len, lines)) <= 80


def test_models_as_json(run: Run) -> None:
    rows = json.loads(run("models", "list", "--json").out)
    assert tuple(row["name"] for row in rows) == MODELS
    bundled = rows[MODELS.index(VOSK_TELEPHONY.name)]
    assert (bundled["status"], bundled["in_use"]) == ("present", True)
    assert bundled["size_bytes"] == VOSK_TELEPHONY.size_bytes


def test_verify_tells_whole_models_from_missing_ones(run: Run) -> None:
    good = run("models", "verify", VOSK_TELEPHONY.name)
    assert good.status == 0
    assert good.out.startswith(f"ok          {VOSK_TELEPHONY.name}: ")
    missing = run("models", "verify", VOSK_SMALL_EN_US.name, "--json")
    assert missing.status == 1
    (verdict,) = json.loads(missing.out)
    assert (verdict["name"], verdict["result"]) == (VOSK_SMALL_EN_US.name, "missing")
    assert f"understudy models fetch {VOSK_SMALL_EN_US.name}" in verdict["detail"]


@pytest.mark.models
def test_verify_goes_over_the_catalogue_whatever_model_is_in_use(run: Run, tmp_path: Path) -> None:
    done = run(
        "models", "verify", "--json", UNDERSTUDY_SPEECH__ASR_MODEL=str(tmp_path / "my-model")
    )
    assert tuple(verdict["name"] for verdict in json.loads(done.out)) == MODELS


@pytest.mark.parametrize("command", ["verify", "fetch"])
def test_an_unknown_model_is_one_line(run: Run, command: str) -> None:
    complaint = run("models", command, "nope").complaint
    assert "no model nope: it has vosk-model-small-en-us-0.15, " in complaint


# -- calls


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with two calls: one of everything, and one that is under way."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/calls.sqlite3"

    async def fill() -> None:
        await upgrade(url)
        engine = create_engine(url)
        writer = RecordWriter(engine)
        writer.start()
        record_whole_call(writer)
        writer.call_started(started(OTHER, channel_id="1772452800.18", caller_number="+1 [b]"))
        writer.call_ended(ended(OTHER, "callback"))
        await writer.aclose()
        await engine.dispose()

    asyncio.run(fill())
    return url


@pytest.fixture
def calls(run: Run, database: str) -> Run:
    def calls(*arguments: str) -> Done:
        return run("calls", *arguments, UNDERSTUDY_RECORDS__DATABASE_URL=database)

    return calls


def test_calls_are_listed(calls: Run) -> None:
    title, *lines = calls("list").out.splitlines()
    assert title.split()[:3] == ["call", "started", "length"]
    assert [line.split()[-2] for line in lines] == ["sold", "callback"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [((), [CALL, OTHER]), (("--limit", "1"), [CALL]), (("--outcome", "callback"), [OTHER])],
)
def test_calls_as_json_can_be_narrowed(
    calls: Run, options: tuple[str, ...], ids: list[str]
) -> None:
    listed = json.loads(calls("list", "--json", *options).out)
    assert [call["id"] for call in listed] == ids


def test_a_call_is_shown(calls: Run) -> None:
    shown = calls("show", CALL).out
    assert "what does it cost" in shown
    assert "barge in committed" in shown
    assert "LK1 2AB" in shown
    report = json.loads(calls("show", CALL, "--json").out)
    assert [turn["text"] for turn in report["turns"]][1] == "what does it cost"


@pytest.mark.parametrize(
    ("call_id", "told"),
    [
        ("9999", "No call has the id '9999'"),
        ("zz", "'zz' is not a call's id"),
        ("1f0c", "Several calls begin with '1f0c'"),
    ],
)
@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unknown_call_is_one_line(calls: Run, command: str, call_id: str, told: str) -> None:
    target = ["x.html"] if command == "export" else []
    assert told in calls(command, call_id, *target).complaint
    assert not Path("x.html").exists()


@pytest.mark.parametrize("kind", ["html", "json", "csv"])
def test_a_call_is_exported(calls: Run, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"call.{kind}"
    done = calls("export", CALL, str(target), "--format", kind)
    assert done.out == f"Written: {target}\n"
    text = target.read_text()
    match kind:
        case "html":
            assert text.startswith("<!doctype html>")
        case "json":
            assert json.loads(text)["call"]["id"] == CALL
        case "csv":
            assert [row["speaker"] for row in csv.DictReader(text.splitlines())] == [
                "agent",
                "caller",
            ]


@pytest.mark.parametrize("target", ["missing/call.html", "."])
def test_a_file_that_can_not_be_written_is_one_line(calls: Run, target: str) -> None:
    assert f"{target} can't be written" in calls("export", CALL, target).complaint


def test_an_unknown_format_lists_the_known_ones(calls: Run) -> None:
    done = calls("export", CALL, "x", "--format", "pdf")
    assert done.status == 2
    assert "csv" in done.err


def test_no_calls_yet_is_no_error(run: Run) -> None:
    assert run("calls", "list", "--json").out == "[]\n"


def test_the_database_is_brought_up_to_date(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    done = run("db", "upgrade", UNDERSTUDY_RECORDS__DATABASE_URL=url)
    assert re.fullmatch(r"The database is at revision \w+\.\n", done.out)
    assert (tmp_path / "new.sqlite3").exists()


@pytest.mark.parametrize("command", [("db", "upgrade"), ("calls", "list")])
@pytest.mark.parametrize("url", ["mysql://u:hush@host/x", "sqlite:////proc/nowhere/x.sqlite3"])
def test_a_database_that_can_not_be_used_is_one_line(
    run: Run, command: tuple[str, ...], url: str
) -> None:
    complaint = run(*command, UNDERSTUDY_RECORDS__DATABASE_URL=url).complaint
    assert "records.database_url" in complaint
    assert "hush" not in complaint


# -- playbook


def test_the_shipped_playbook_has_no_errors(run: Run) -> None:
    done = run("playbook", "lint", "larkfield")
    assert done.status == 0
    assert done.out.splitlines()[-1].startswith("0 errors, ")


def changed_playbook(folder: Path, good: str, bad: str) -> tuple[Path, int]:
    """The shipped playbook with a fault, and the fault's line."""
    shipped = resources.files("agent.dialogue") / "playbooks" / "larkfield.yaml"
    text = shipped.read_text(encoding="utf-8")
    assert good in text
    path = folder / "mine.yaml"
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    return path, text[: text.index(good)].count("\n") + 1


def test_a_playbook_with_a_wrong_line_names_its_place(run: Run, tmp_path: Path) -> None:
    path, line = changed_playbook(tmp_path, "No harm done.", "No harm done, Steve.")
    done = run("playbook", "lint", str(path))
    assert done.status == 1
    assert re.search(rf"^{path}:{line}: error: .*steve", done.out, re.MULTILINE)
    assert done.out.splitlines()[-1].startswith("1 errors")


def test_a_playbook_that_can_not_be_loaded_names_its_place(run: Run, tmp_path: Path) -> None:
    path, line = changed_playbook(tmp_path, "push_level: 2", "push_level: 9")
    complaint = run("playbook", "lint", str(path)).complaint
    assert complaint.startswith(f"understudy: {path}:{line}: objective.push_level: ")


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml", "."])
def test_a_missing_playbook_is_one_line(run: Run, name: str) -> None:
    assert "YAML file" in run("playbook", "lint", name).complaint


# -- conversations and recordings


@pytest.mark.parametrize("arguments", [(), ("--text", "--wav", "x.wav")])
def test_a_call_needs_one_kind_of_caller(run: Run, arguments: tuple[str, ...]) -> None:
    complaint = run("call", *arguments).complaint
    assert complaint == "understudy: `understudy call` needs either --wav FILE or --text."


def test_a_recorded_caller_that_is_no_audio_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_text("no audio")
    for name in ("bad.wav", "missing.wav"):
        assert f"{name} can't be read as audio" in run("call", "--wav", name).complaint


def test_a_recording_that_can_not_be_transcribed_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no sound")
    for name in ("notes.wav", "missing.wav"):
        assert f"{name} can't be transcribed" in run("transcribe", name).complaint


def typed(said: bytes) -> subprocess.CompletedProcess[bytes]:
    """`understudy call --text` in a process of its own, as logs are set up for a whole process."""
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", "call", "--text"],
        input=said,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
    )


@pytest.mark.models
def test_a_typed_conversation_ends_at_the_queue() -> None:
    done = typed(b"yes please\n\ncan i speak to [/b] person please\n")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert lines[0].startswith("agent   Hello, ")
    assert "caller  can i speak to [/b] person please" in lines
    assert any(line.strip().startswith("[discovery] human ") for line in lines)
    assert lines[-1].startswith("-> queue sales: ")
    assert done.stderr == b""


@pytest.mark.models
def test_a_typed_conversation_that_stops_has_no_disposition() -> None:
    lines = typed(b"yes please\n").stdout.decode().splitlines()
    assert lines[-1].startswith("agent   ")


@pytest.mark.models
def test_typed_lines_that_are_no_text_are_one_line() -> None:
    done = typed(b"\xff\xfe\n")
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "understudy: The caller's side is not UTF-8 text: pipe in plain text.\n"
    )


# -- what callers may ask for


def test_a_number_goes_on_the_register_is_found_and_comes_off(run: Run, tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("+44 7700 900123\n\n07700 900456\n", encoding="utf-8")
    assert "2 added" in run("dnc", "add", "--file", str(numbers)).out
    checked = run("dnc", "check", "00447700900123")
    assert (checked.status, "must not be called" in checked.out) == (1, True)
    assert "may be called" in run("dnc", "check", "+447700900999").out
    listed = json.loads(run("dnc", "list", "--json").out)
    assert {entry["number"] for entry in listed} == {"+447700900123", "07700900456"}
    run("dnc", "remove", "07700900456")
    assert "1 numbers" in run("dnc", "list").out


def test_a_bad_number_is_one_line(run: Run) -> None:
    assert run("dnc", "add", "anonymous").complaint == (
        "understudy: 'anonymous' is no telephone number: give digits, as +44 7700 900123."
    )


def test_nothing_is_erased_of_a_stranger(run: Run) -> None:
    assert run("erase", "--number", "+447700900123").out.startswith("Nothing is kept of")
