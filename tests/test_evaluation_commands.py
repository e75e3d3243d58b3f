"""`understudy simulate` as it is typed; the calls are the real dialogue's."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app
from agent.errors import UnderstudyError
from agent.evaluation.simulation import run as runs

BOOK = Path(__file__).parents[1] / "agent/dialogue/playbooks/harbour.yaml"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *arguments], catch_exceptions=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--personas", "nobody"), "There is no persona nobody; they are"),
        (("--playbook", "nowhere.yaml"), "nowhere.yaml"),
        (("--vs", "nowhere.yaml"), "nowhere.yaml"),
        (("--listen", "calls"), "--listen needs --level audio or calls"),
        (("--concurrent", "2"), "--concurrent needs --level calls"),
        (("--level", "calls", "--ray", "local"), "--ray is for text and audio"),
    ],
)
def test_what_cannot_be_done_is_named(arguments: tuple[str, ...], told: str) -> None:
    error = simulate(*arguments).exception
    assert isinstance(error, UnderstudyError)
    assert told in str(error)


@pytest.mark.models
def test_finished_calls_are_used_again_and_a_broken_gate_is_status_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("--playbook", str(BOOK), "--personas", "silence", "--n", "2", "--json")
    first = simulate(*asked, "--keep")
    assert first.exit_code == 0
    (trend,) = json.loads(CliRunner().invoke(app, ["trends", "--json"]).stdout)
    assert trend["series"] == "2 simulated calls, silence, seed 7"
    assert trend["points"][0]["calls"] == 2
    assert json.loads(first.stdout)["versions"][0]["calls"] == 2

    # From here on a call that was not kept can't be simulated.
    monkeypatch.setattr(runs, "each", None)
    page = tmp_path / "report.html"
    again = simulate(*asked, "--report", str(page))
    assert json.loads(again.stdout) == json.loads(first.stdout)
    assert "harbour kept every gate" in page.read_text("utf-8")

    kept = next((tmp_path / "cache").rglob("simulated/*/*.json"))
    calls = json.loads(kept.read_text("utf-8"))
    calls[0]["breaches"] = [{"gate": "no end", "quote": "", "why": "still talking"}]
    kept.write_text(json.dumps(calls), "utf-8")
    broken = simulate(*asked[:-1], "--worst", "1")
    assert broken.exit_code == 3
    assert "harbour must not go live: it broke no end (1 of 2 calls)." in broken.stdout
    assert "no end: still talking" in broken.stdout


@pytest.mark.models
def test_a_cluster_that_is_not_there_is_named() -> None:
    pytest.importorskip("ray")
    asked = ("--playbook", str(BOOK), "--personas", "silence", "--n", "1", "--ray", "127.0.0.1:1")
    assert "There is no Ray cluster at 127.0.0.1:1" in str(simulate(*asked).exception)
