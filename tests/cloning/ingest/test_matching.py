from pathlib import Path

import pytest

from agent.cloning.ingest.given.said import GivenTranscript, Said
from agent.cloning.ingest.matching import Matching, match
from agent.cloning.ingest.recordings import Recording
from agent.cloning.ingest.rows import CallRow, Digests
from agent.cloning.recorded import Audio

DIGESTS = Digests(b"salt")


def recording(name: str) -> Recording:
    path = Path(f"{name}.wav")
    return Recording(name, Audio(layout="stereo", files=(path,), sha256=name, duration_s=60))


def transcript(name: str, call: str = "") -> GivenTranscript:
    return GivenTranscript(Path(f"{name}.json"), (Said("agent", "Hello"),), call)


def pairs(matching: Matching) -> list[tuple[str, str | None]]:
    return [(call.id, call.row.id if call.row else None) for call in matching.calls]


@pytest.mark.parametrize(
    "name",
    ["C-17", "c-17", "2025-03-04_C-17_advisor", "out-201-C-17-20250304", "recording C-17 final"],
)
def test_an_id_in_a_files_name(name: str) -> None:
    rows = [CallRow("C-17"), CallRow("C-1"), CallRow("C-171")]
    assert pairs(match(rows, [recording(name)], [], DIGESTS)) == [("C-17", "C-17")]


def test_the_tables_recording_column_goes_before_the_id() -> None:
    rows = [CallRow("1", recording="archive\\2025\\abc.WAV"), CallRow("abc")]
    assert pairs(match(rows, [recording("abc")], [], DIGESTS)) == [("1", "1")]


def test_the_last_part_of_an_id_when_it_is_only_one_calls() -> None:
    rows = [CallRow("desk/0001"), CallRow("desk/0002")]
    assert pairs(match(rows, [recording("0002"), recording("desk")], [], DIGESTS)) == [
        ("desk", None),
        ("desk_0002", "desk/0002"),
    ]


def test_a_transcript_goes_by_its_own_call_id() -> None:
    found = match([CallRow("c7")], [recording("c7")], [transcript("part-0001", "C7")], DIGESTS)
    (call,) = found.calls
    assert call.recording is not None
    assert call.transcript is not None


def test_without_a_table_names_are_ids() -> None:
    found = match([], [recording("a"), recording("b")], [transcript("b")], DIGESTS)
    assert pairs(found) == [("a", None), ("b", None)]
    assert not found.problems


def test_what_has_no_partner_is_told() -> None:
    found = match([CallRow("c1"), CallRow("c2")], [recording("c1"), recording("x")], [], DIGESTS)
    assert [row.id for row in found.rows_alone] == ["c2"]
    assert [problem.what for problem in found.problems] == [
        "1 calls without a row in the table (x)"
    ]


def test_a_call_with_two_rows_and_two_recordings_counts_once() -> None:
    rows = [CallRow("c1"), CallRow("C1", outcome="sale")]
    found = match(rows, [recording("c1"), recording("copy of c1")], [], DIGESTS)
    (call,) = found.calls
    assert call.row is not None
    assert call.row.outcome == "sale"
    assert ["another row" in p.why or "another one" in p.why for p in found.problems] == [True] * 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("out-447700900123-1", False),
        ("01632960123", False),
        ("20250304-103500-1741084500.17", True),
        ("call 12/3", True),
    ],
)
def test_ids_are_fit_for_files_and_tell_nobodys_number(name: str, kept: bool) -> None:
    (call,) = match([], [recording(name)], [], DIGESTS).calls
    assert ("447700900123" in call.id or "01632960123" in call.id) is False
    assert (call.id[0:5] != "call-") is kept
    assert Path(call.id).name == call.id


def test_ids_differ_even_where_their_safe_forms_do_not() -> None:
    ids = [call.id for call in match([], [recording("a b"), recording("a:b")], [], DIGESTS).calls]
    assert ids == ["a_b", "a_b-2"]
