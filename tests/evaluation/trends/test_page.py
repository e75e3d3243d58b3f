import json
import re

import pytest

from agent.evaluation.simulation.measures import DONE
from agent.evaluation.trends.page import page
from agent.evaluation.trends.plot import HEIGHT, WIDTH, plots
from agent.evaluation.trends.told import as_json, sentences
from agent.evaluation.trends.trend import Trend, trends
from tests.evaluation.trends.scores import INTRODUCTION, live_call, score


def shares(won: int) -> list[float]:
    return [1.0] * won + [0.0] * (200 - won)


def trend(*winners: int, broken: int = 0) -> Trend:
    """A new playbook for every run; the last one's broken gates."""
    last = len(winners) - 1
    scores = [
        score(day, "abcdef"[day], {DONE: shares(won)}, broken=broken if day == last else 0)
        for day, won in enumerate(winners)
    ]
    return trends(scores)[0]


def test_the_newest_version_is_told_with_its_gates_and_its_changes() -> None:
    said = list(sentences(trend(60, 110)))
    assert said[0] == "v2 (clinic 1 bbbbbbbb), 200 calls: gates kept."
    assert said[1].endswith("v1 (clinic 1 aaaaaaaa), 200 calls, which differs in: playbook.")
    assert said[2].startswith("Better: reached its goal +25.0 (")
    broken = next(sentences(trend(60, 110, broken=3)))
    assert broken.endswith("gates broken: wrong fact (3 of 200).")


def test_a_version_alone_is_not_judged() -> None:
    assert "only version so far" in list(sentences(trend(60)))[1]


def test_a_new_yardstick_is_told() -> None:
    scores = [score(day, "a", {DONE: shares(60)}, rubric=f"r{day}") for day in range(2)]
    said = " ".join(sentences(trends(scores)[0]))
    assert "How calls are measured differs, too (rubric)" in said


def test_a_higher_share_is_drawn_higher_and_a_new_version_marked_before_it() -> None:
    (plot,) = plots(trend(60, 110, 20))
    first, second, third = plot.marks
    assert third.y > first.y > second.y
    assert first.high < first.y < first.low
    assert [change.label for change in plot.changes] == ["v2", "v3"]
    assert first.x < plot.changes[0].x < second.x
    assert [mark.newest for mark in plot.marks] == [False, False, True]


@pytest.mark.parametrize("winners", [(0,), (200, 200), (0, 200), (100, 101)])
def test_every_mark_is_within_the_picture(winners: tuple[int, ...]) -> None:
    for plot in plots(trend(*winners)):
        assert all(0 <= mark.x <= WIDTH for mark in plot.marks)
        assert all(0 <= y <= HEIGHT for mark in plot.marks for y in (mark.low, mark.y, mark.high))


def test_one_live_call_can_be_drawn_and_written() -> None:
    found = trends([live_call(0, "a", won=True, marks=1.0, answer_ms=400)])
    assert "answer time, ms: 2026-03-02, v1: 400 (1 call)" in page(found)
    measures = json.loads(json.dumps(as_json(found[0]), allow_nan=False))["points"][0]["measures"]
    assert measures["answer time, ms"] == {"calls": 1, "mean": 400, "low": None, "high": None}
    assert measures[INTRODUCTION]["mean"] == 1.0


def test_the_page_stands_alone_and_says_what_is_told() -> None:
    found = [trend(60, 110), trend(60, 110, broken=3)]
    text = page(found)
    assert all(said in text for one in found for said in sentences(one))
    assert text.count("<figure>") == 2
    assert not re.search(r'(src|href)="|@import|url\(', text)


def test_a_playbooks_name_cannot_become_markup() -> None:
    one = score(0, "a", {DONE: shares(1)}, series="<i>x</i>")
    one.playbook_id = "<b>y</b>"
    text = page(trends([one]))
    assert "<i>x" not in text
    assert "<b>y" not in text
