"""What raters send back."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.blindtest.collect import collect
from agent.evaluation.blindtest.errors import BlindTestError
from agent.evaluation.blindtest.kit import Kit, read_ratings
from tests.evaluation.blindtest.kits import answer, kit_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "test"


@pytest.fixture
def kit(folder: Path) -> Kit:
    return kit_at(folder, 3)[0]


def change(path: Path, **changes: Any) -> None:
    file = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**file, **changes}), "utf-8")


def test_everything_in_order_is_taken_and_nothing_is_missing(folder: Path, kit: Kit) -> None:
    answer(kit, folder, lambda rater, item, criterion: 1, lambda item: "ai")
    found = collect(folder)
    assert (found.problems, found.ratings.missing, dict(found.disputed)) == ((), (), {})
    assert len(found.ratings.ratings) == 2 * 6
    assert found.page is None
    assert read_ratings(folder, kit) == found.ratings


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"test": "00000000"}, "is of another test (00000000"),
        ({"rater": "eve"}, "is from eve, session 1, which this test does not have"),
        ({"answers": {"XXXX": {"scores": {"A1": 2}}}}, "calls that are not of its session: XXXX"),
        (
            {"answers": {"XXXX": {"scores": {"A1": 3}}}},
            "is no file of a rating page (answers.XXXX.scores.A1",
        ),
        ({"answers": {"XXXX": {"scores": {"Z9": 1}}}}, "scores what this test does not ask: Z9"),
        ({"session": None}, "is no file of a rating page (session"),
    ],
)
def test_a_wrong_file_is_one_line_and_the_others_go_on(
    folder: Path, kit: Kit, changes: dict[str, Any], told: str
) -> None:
    paths = answer(kit, folder, lambda rater, item, criterion: 1, lambda item: "ai")
    change(paths[0], **changes)
    found = collect(folder)
    assert len(found.problems) == 1
    assert str(paths[0]) in found.problems[0]
    assert told in found.problems[0]
    assert len(found.ratings.ratings) == 9
    assert found.ratings.missing == ("ann: session 1 is missing.",)


def test_what_is_no_json_is_named(folder: Path, kit: Kit) -> None:
    junk = folder / "answers" / "notes.json"
    junk.write_bytes(b"\xff\xfe hello")
    found = collect(folder)
    assert len(found.problems) == 1
    assert f"{junk} is no file of a rating page" in found.problems[0]
    assert len(found.ratings.missing) == 4


def test_a_file_that_came_twice_counts_once(folder: Path, kit: Kit) -> None:
    paths = answer(kit, folder, lambda rater, item, criterion: 1, lambda item: "ai")
    again = folder / "answers" / "zz.json"
    again.write_bytes(paths[0].read_bytes())
    assert f"{again} is the same as {paths[0]}" in collect(folder).problems[0]
    # Half of a session, saved before it was finished, counts neither after nor before it.
    half = {kit.sessions[0].items[0]: {"scores": {"A1": 0}}}
    for first in (paths[0], again):
        again.write_bytes(paths[0].read_bytes())
        answer(kit, folder, lambda rater, item, criterion: 1, lambda item: "ai")
        change(first, answers=half)
        found = collect(folder)
        assert f"{again} and {paths[0]} differ" in found.problems[0]
        assert "the fuller one, counts" in found.problems[0]
        assert found.ratings.missing == ()


def test_what_is_half_filled_counts_and_is_asked_for(folder: Path, kit: Kit) -> None:
    paths = answer(kit, folder, lambda rater, item, criterion: 1, lambda item: "ai")
    item = kit.sessions[0].items[0]
    change(paths[0], answers={item: {"scores": {"A1": 2, "A2": "NA"}, "notes": "stopped here"}})
    found = collect(folder)
    assert (
        "ann: session 1 is half filled, 3 of 3 calls are not finished" in found.ratings.missing[0]
    )
    assert sum(rating.item == item for rating in found.ratings.ratings) == 2


def test_two_points_apart_go_to_a_third_rater_who_decides(folder: Path, kit: Kit) -> None:
    disputed, other = kit.items[0].id, kit.items[1].id

    def scores(rater: str, item: str, criterion: str) -> Any:
        if item == disputed and criterion in ("A1", "D2"):
            return 2 if rater == "ann" else 0
        if item == other:
            return {"A1": 1, "A2": "NA"}.get(criterion, 2) if rater == "ann" else 2
        return 1

    answer(kit, folder, scores, lambda item: "human")
    found = collect(folder)
    assert found.disputed == {disputed: ("A1", "D2")}
    assert found.ratings.missing == ("adjudicator: 2 scores are far apart and not decided.",)
    assert found.page is not None
    page = found.page.read_text("utf-8")
    assert f'"asked": ["A1", "D2"], "audio": "", "id": "{disputed}"' in page
    assert other not in page

    decided = {"scores": {"A1": 0, "D2": "NA", "E1": 2}}
    third = {"test": kit.test, "rater": "adjudicator", "session": 1, "answers": {disputed: decided}}
    (folder / "answers" / "third.json").write_text(json.dumps(third), "utf-8")
    found = collect(folder)
    assert found.ratings.missing == ()
    assert found.ratings.adjudicated == {disputed: {"A1": 0, "D2": "NA"}}


def test_a_folder_without_a_test_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(BlindTestError, match=r"kit\.json is missing: make it with"):
        collect(tmp_path)
