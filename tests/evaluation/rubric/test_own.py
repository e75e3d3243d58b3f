from pathlib import Path

import pytest

from agent.evaluation.rubric.criteria import criteria
from agent.evaluation.rubric.own import RubricError, read_own, rubric_with
from agent.evaluation.rubric.score import score_call
from tests.evaluation.talk import talk

OWN = r"""
- id: F1
  group: closing
  name: Names the ombudsman
  rule:
    when: [complain/complaint]
    scores:
      0: [no use complaining]
      1: ['/\bcomplaints? (team|department)\b/']
      2: [ombudsman, independent ... adjudicator]
    otherwise: 0
- id: F2
  group: introduction
  name: Is thanked
  rule: {speaker: customer, scores: {2: [thank you]}}
"""


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    return path


def scores(rubric: Path, *lines: str) -> tuple[int | None, int | None]:
    given = {one.criterion: one for one in score_call(talk(*lines), rubric=rubric_with(rubric))}
    for one in given.values():
        assert one.score is None or one.quote
    return given["F1"].score, given["F2"].score


def test_own_criteria_come_after_the_shipped_ones(rubric: Path) -> None:
    assert [one.id for one in rubric_with(rubric)][-3:] == ["E4", "F1", "F2"]
    assert rubric_with(None) == criteria()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("a: An independent claims adjudicator hears it.", 2),
        ("a: Our Complaints Team does that.", 1),
        ("a: The ombudsman? It's no use complaining.", 0),
        ("a: Right.", 0),
    ],
)
def test_phrases_and_expressions_earn_the_score(rubric: Path, answer: str, expected: int) -> None:
    assert scores(rubric, "c: I want to complain.", answer) == (expected, None)


def test_what_it_depends_on_has_to_be_said_and_the_right_side_to_say_it(rubric: Path) -> None:
    assert scores(rubric, "c: Hi. Thank you.", "a: The ombudsman. Thank you.") == (None, 2)
    assert scores(rubric, "c: Hi.", "a: Thank you.") == (None, None)


RULE = "rule: {scores: {2: [please]}}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            f"- id: X\n  group: closing\n  name: Y\n  nmae: Y\n  {RULE}",
            "own.yaml:4: X, nmae: Extra",
        ),
        (f"- id: X\n  group: closing\n  {RULE}", "own.yaml:1: X, name: Field required; add it."),
        (f"- id: A1\n  group: closing\n  name: Y\n  {RULE}", "own.yaml:1: id: there is a criteri"),
        (f"- id: X\n  group: end\n  name: Y\n  {RULE}", "own.yaml:2: X, group: Input should be"),
        (
            "- id: X\n  group: closing\n  name: Y\n  rule:\n    scores:\n      2:\n"
            "        - fine\n        - /bro(ken/",
            "own.yaml:8: X, rule.scores.2.1: the regular expression /bro(ken/ is broken",
        ),
        (
            "- id: X\n  group: closing\n  name: Y\n  rule:\n    scores: {3: [a]}",
            "own.yaml:5: X, rule.scores.3: Input should be 0, 1 or 2",
        ),
        (
            "- id: X\n  group: closing\n  name: Y\n  rule:\n    scores: {2: ['...']}",
            "'...' has no word in it",
        ),
        ("- id: X\n  rule: {scores: {}}\n  name: Y\n  group: closing", "no score has a phrase"),
        ("- id: 'X\n", "own.yaml:2: no valid YAML"),
        ("id: X", "own.yaml:1: no list of criteria"),
        ("", "own.yaml:1: no list of criteria"),
    ],
)
def test_a_fault_is_one_line_with_its_place_and_a_remedy(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)

    with pytest.raises(RubricError) as error:
        read_own(path)

    assert told in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert str(error.value).endswith(".")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"own\.yaml can't be read \(No such file"):
        read_own(tmp_path / "own.yaml")
