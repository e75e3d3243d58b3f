import pytest

from agent.evaluation.simulation.measures import DONE
from agent.evaluation.trends.tally import tally
from agent.evaluation.trends.trend import trends
from agent.records.scores import LIVE
from tests.evaluation.trends.scores import INTRODUCTION, live_call, score

WON, LOST = [1.0] * 30, [0.0] * 30


def test_each_set_of_customers_is_a_trend_of_its_own_and_live_calls_come_first() -> None:
    found = trends(
        [
            score(0, "a", {DONE: WON}, series="ten calls"),
            score(1, "a", {DONE: WON}, series="a hundred calls"),
            live_call(2, "a", won=True, marks=1.0, answer_ms=400),
        ]
    )
    assert [trend.series for trend in found] == [LIVE, "a hundred calls", "ten calls"]


def test_a_version_that_comes_back_is_the_same_version() -> None:
    (trend,) = trends([score(day, book, {DONE: WON}) for day, book in enumerate("abca")])
    assert [point.version.number for point in trend.points] == [1, 2, 3, 1]
    assert [version.number for version in trend.versions] == [1, 2, 3]


def test_what_is_new_in_a_version_is_named() -> None:
    (trend,) = trends(
        [score(0, "a", {DONE: WON}), score(1, "b", {DONE: WON}, rubric="r2")],
    )
    first, second = trend.versions
    assert second.changed_from(first) == ("playbook", "rubric")
    assert second.playbook == "clinic 1 bbbbbbbb"


def test_live_calls_are_pooled_by_week_and_version() -> None:
    calls = [
        live_call(0, "a", won=True, marks=1.0, answer_ms=400),
        live_call(1, "b", won=False, marks=0.5, answer_ms=500),
        live_call(6, "a", won=False, marks=0.5, answer_ms=600),
        live_call(7, "a", won=True, marks=0.75, answer_ms=400),
    ]
    (trend,) = trends(calls, "week")
    told = [(point.label, point.version.number, point.calls) for point in trend.points]
    assert told == [("2026-03-02", 1, 2), ("2026-03-02", 2, 1), ("2026-03-09", 1, 1)]
    assert trend.points[0].tallies[INTRODUCTION] == tally([1.0, 0.5])
    assert trend.points[0].gates["wrong fact"] == {"calls": 2, "broken": 0}
    assert len(trends(calls, "day")[0].points) == 4
    assert [point.label for point in trends(calls, "month")[0].points] == ["2026-03-01"] * 2


def test_the_same_customers_again_are_no_more_evidence() -> None:
    (trend,) = trends([score(day, "a", {DONE: WON}) for day in range(5)])
    assert trend.whole(trend.versions[0]).calls == 30
    live = [live_call(day, "a", won=True, marks=1.0, answer_ms=400) for day in range(5)]
    (trend,) = trends(live)
    assert trend.whole(trend.versions[0]).calls == 5


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_of_two_versions_side_by_side_the_younger_is_the_newest(order: str) -> None:
    books = ["a", *order]
    calls = [
        live_call(day, book, won=True, marks=1.0, answer_ms=400)
        for day, book in zip((0, 7, 8), books, strict=True)
    ]
    assert trends(calls)[0].newest.playbook == "clinic 1 bbbbbbbb"


def test_a_version_that_was_taken_back_is_not_the_newest() -> None:
    (trend,) = trends([score(day, book, {DONE: WON}) for day, book in enumerate("aba")])
    assert trend.newest.number == 1
