from pathlib import Path
from typing import Any

import pytest

from agent.cloning.errors import CloneError
from agent.cloning.project import Project
from agent.cloning.sources import changed


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "recordings").mkdir()
    (tmp_path / "calls.csv").write_text("call_id\nc1\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_given_is_kept_and_what_is_not_stays(here: Path) -> None:
    changed(
        Path("p"),
        recordings=Path("recordings"),
        calls="calls.csv",
        won=["Sale"],
        columns=["agent=Handler"],
        customer="right",
    )
    changed(Path("p"), columns=["id = Ref"])
    source = Project.open(Path("p")).settings.source
    assert source.recordings == here / "recordings"
    assert source.calls == str(here / "calls.csv")
    assert source.won == ("Sale",)
    assert source.columns == {"agent": "Handler", "id": "Ref"}
    assert source.customer_channel == "right"


def test_a_password_never_gets_into_the_project(here: Path) -> None:
    url = "postgresql://crm:{}@db.example.org/crm"
    with pytest.raises(CloneError, match="environment variable"):
        changed(Path("p"), recordings=Path("recordings"), calls=url.format("hunter2"))
    assert not Path("p").exists()
    kept = url.format("${CRM_PASSWORD}")
    changed(Path("p"), recordings=Path("recordings"), calls=kept, query="SELECT 1")
    assert Project.open(Path("p")).settings.source.calls == kept


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "no clone project yet"),
        ({"recordings": Path("nowhere")}, "nowhere is no folder"),
        ({"recordings": Path("calls.csv")}, "calls.csv is no folder"),
        ({"calls": "nowhere.csv"}, "nowhere.csv is no file"),
        ({"columns": ["agent"]}, "not OURS=THEIRS"),
        ({"columns": ["colour=Blue"]}, "OURS is one of id, agent"),
        ({"customer": "top"}, "left or right, not 'top'"),
    ],
)
def test_what_can_not_be_is_one_line(here: Path, given: dict[str, Any], told: str) -> None:
    with pytest.raises(CloneError, match=told) as caught:
        changed(Path("p"), **given)
    assert "\n" not in str(caught.value)
