import csv
import json
from pathlib import Path

import pytest

from agent.web.export import ExportError, export_report
from tests.web.sample_call import CALL_ID, sample_report, write_recording


def exported(target: Path, kind: str, recording: Path | None = None) -> str:
    export_report(sample_report(recording_path=str(recording) if recording else None), target, kind)
    return target.read_text(encoding="utf-8")


def test_json_is_everything(tmp_path: Path) -> None:
    data = json.loads(exported(tmp_path / "call.json", "json"))
    assert data["call"]["id"] == CALL_ID
    assert set(data) == {"call", "turns", "events", "latencies", "latency_table"}


def test_csv_is_a_row_a_turn(tmp_path: Path) -> None:
    rows = list(csv.DictReader(exported(tmp_path / "call.csv", "csv").splitlines()))
    assert len(rows) == len(sample_report().turns)


@pytest.mark.parametrize(
    ("place", "reference"),
    [
        ("call.wav", 'src="call.wav"'),
        ("2026/call.wav", 'src="2026/call.wav"'),
        ("our calls/100% #1.wav", 'src="our%20calls/100%25%20%231.wav"'),
    ],
)
def test_the_page_finds_the_recording_from_where_it_is(
    tmp_path: Path, place: str, reference: str
) -> None:
    recording = tmp_path / place
    recording.parent.mkdir(exist_ok=True)
    write_recording(recording, rate_hz=400)
    page = exported(tmp_path / "call.html", "html", recording)
    assert reference in page
    assert "<path" in page


def test_the_page_may_be_far_from_the_recording(tmp_path: Path) -> None:
    write_recording(tmp_path / "call.wav", rate_hz=400)
    (tmp_path / "pages" / "march").mkdir(parents=True)
    page = exported(tmp_path / "pages" / "march" / "c.html", "html", tmp_path / "call.wav")
    assert 'src="../../call.wav"' in page


def test_a_recording_that_is_gone_is_not_linked(tmp_path: Path) -> None:
    page = exported(tmp_path / "call.html", "html", tmp_path / "gone.wav")
    assert "<audio" not in page
    assert "This call was not recorded." in page


@pytest.mark.parametrize("kind", ["html", "json", "csv"])
def test_a_target_that_can_not_be_written_is_one_line(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "nowhere" / "call"
    with pytest.raises(ExportError) as caught:
        export_report(sample_report(), target, kind)
    assert str(caught.value) == (
        f"{target} can't be written (No such file or directory): name a file in a directory that "
        "exists."
    )
