"""What an experiment has found, and what is said of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from rich.console import Console

from agent.experiments.report import told
from agent.experiments.report.calls import GATES, CountedCall
from agent.experiments.report.console import print_findings
from agent.experiments.report.findings import Findings, find, shares_of
from agent.experiments.report.page import page
from agent.experiments.store import Revision
from tests.experiments.test_design import designed
from tests.records.calls import NOON


def callers(
    variant: str, count: int, rate: float, broken: Mapping[str, bool] | None = None
) -> list[CountedCall]:
    random = Random(variant)
    return [
        CountedCall(
            call_id=f"{variant}-{number}",
            variant=variant,
            unit=f"{variant}-{number}",
            success=number < round(rate * count),
            handed_over=False,
            hung_up=number % 5 == 0,
            minutes=random.uniform(1, 4),
            rubric={"closing": random.random()},
            gates=dict.fromkeys(GATES, False) if broken is None else broken,
        )
        for number in range(count)
    ]


def found(*calls: list[CountedCall], others: tuple[Revision, ...] = (), **values: Any) -> Findings:
    flat = [call for group in calls for call in group]
    revision = revision_of(flat, **values)
    return find(revision, others, flat, NOON + timedelta(days=10))


def revision_of(calls: list[CountedCall], number: int = 1, **values: Any) -> Revision:
    plan = designed(**values)
    units: dict[str, set[str]] = {}
    for call in calls:
        units.setdefault(call.variant, set()).add(call.unit)
    counts = {variant: sum(c.variant == variant for c in calls) for variant in units}
    return Revision(
        id=plan.revision,
        experiment="x",
        number=number,
        began_at=NOON,
        last_at=NOON,
        definition=json.loads(json.dumps(plan.definition)),
        callers={variant: len(own) for variant, own in units.items()},
        calls=counts,
    )


def test_shares_follow_weights_and_leave_the_holdout() -> None:
    weights = {"old": {"weight": 3}, "new": {"weight": 1, "playbook": "b"}}
    definition = designed(variants=weights, holdout=0.2).definition
    expected = {"old": 0.6, "new": 0.2, "holdout": 0.2}
    assert shares_of(definition) == pytest.approx(expected)
    assert list(shares_of(definition)) == list(expected), "the control comes first"


@pytest.mark.parametrize(
    ("old", "new", "decided", "said"),
    [
        (0.10, 0.20, "better", r"new is better than old and may go live: \+10.0 points"),
        (0.20, 0.10, "worse", "new is worse than old: -10.0 points"),
        (0.10, 0.12, "open", r"new is not decided: \+2.0 points \(-2.\d to \+6.\d\). It takes"),
    ],
)
def test_the_verdict_follows_the_interval(old: float, new: float, decided: str, said: str) -> None:
    findings = found(callers("old", 1000, old), callers("new", 1000, new))
    assert told.decision(findings, findings.compared[0]) == decided
    (sentence,) = told.verdict(findings)
    assert re.match(said, sentence), sentence


def test_variants_that_hardly_differ_are_the_same() -> None:
    findings = found(callers("old", 1000, 0.1), callers("new", 1000, 0.1), smallest_effect=0.1)
    assert told.verdict(findings)[0].startswith("new and old differ by less than 10 points")


def test_few_callers_tell_nothing_yet() -> None:
    (sentence,) = told.verdict(found(callers("old", 90, 0.1), callers("new", 95, 0.5)))
    assert sentence.startswith("new: too early to tell")
    assert told.verdict(found())[0].startswith("new: too early to tell")


def test_a_broken_gate_outweighs_success() -> None:
    bad = callers("new", 1, 0.0, {"do-not-call missed": True, "not disclosed": False})
    bad = [replace(bad[0], unit="one more", call_id="bad")]
    findings = found(callers("old", 1000, 0.1), callers("new", 1000, 0.3), bad)
    assert told.verdict(findings) == (
        "new must not go live: do-not-call missed (1 of 1001 calls). Read these calls.",
    )
    assert findings.compared[0].broken[0].broken == ("bad",)
    assert not findings.gates_kept


def test_callers_shared_out_otherwise_than_planned_stop_everything() -> None:
    findings = found(callers("old", 1000, 0.1), callers("new", 800, 0.3))
    assert findings.mismatch
    assert "Nothing can be decided" in told.verdict(findings)[0]


def test_a_caller_who_rings_twice_is_one_and_succeeds_once() -> None:
    twice = callers("old", 2, 0.5)
    twice = [replace(call, unit="ann") for call in twice]
    control = found(twice, callers("old", 9, 0.0)).control
    assert (control.callers, control.calls) == (10, 11)
    succeeded = control.samples["succeeded"]
    assert succeeded is not None
    assert (succeeded.callers, succeeded.mean) == (10, 0.1)


def test_several_variants_share_the_risk() -> None:
    three = {"old": {}, "new": {"playbook": "b"}, "more": {"playbook": "c"}}
    pair = found(callers("old", 1000, 0.1), callers("new", 1000, 0.15))
    both = found(
        callers("old", 1000, 0.1), callers("new", 1000, 0.15), callers("more", 1000, 0.1),
        variants=three,
    )  # fmt: skip

    def width(findings: Findings, measure: str) -> float:
        new = next(one for one in findings.compared if one.name == "new")
        difference = new.differences[measure]
        assert difference is not None
        return difference.high - difference.low

    assert width(both, "succeeded") > width(pair, "succeeded")
    assert width(both, "minutes a call") == width(pair, "minutes a call")


def test_the_holdout_is_shown_and_not_compared() -> None:
    findings = found(
        callers("old", 450, 0.1), callers("new", 450, 0.1), callers("holdout", 100, 0.1),
        holdout=0.1,
    )  # fmt: skip
    assert [one.name for one in findings.variants] == ["old", "new", "holdout"]
    assert [one.name for one in findings.compared] == ["new"]


def test_all_of_it_is_told_on_every_medium() -> None:
    other = revision_of(callers("old", 7, 0.1), number=2)
    findings = found(callers("old", 1000, 0.1), callers("new", 1000, 0.2), others=(other,))
    told_json = json.loads(json.dumps(told.as_json(findings)))
    assert told_json["variants"]["new"]["decision"] == "better"
    assert told_json["variants"]["new"]["measures"]["succeeded"]["difference"]["low"] > 0
    assert told_json["variants"]["new"]["measures"]["rubric A: introduction"]["found"] is None
    assert told_json["other_revisions"] == {"2": {"old": 7}}
    output = StringIO()
    print_findings(findings, Console(file=output, width=120))
    html = page(findings)
    for text in (output.getvalue(), html):
        assert "new is better than old and may go live" in text
        assert "+10.0 points" in text
        assert "2 (7 callers from 02 Mar 2026)" in text


def test_a_page_shows_names_as_text() -> None:
    findings = found(callers("old", 10, 0.1), variants={"old": {}, "<b>": {"playbook": "b"}})
    assert "<b>:" not in page(findings)
    assert "&lt;b&gt;: too early to tell" in page(findings)
