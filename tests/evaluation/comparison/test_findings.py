import json
import re

import pytest

from agent.evaluation.comparison.findings import find, worst
from agent.evaluation.comparison.page import page
from agent.evaluation.comparison.told import as_json, kept, verdict
from agent.evaluation.customers.persona import shipped_personas
from tests.evaluation.simulation.calls import breaking, lost, side, won

PERSONAS = shipped_personas()
SOUND = side("old", *(won(i) for i in range(40)))
WORSE = side("new", *(won(i) if i < 15 else lost(i) for i in range(40)))
BROKEN = side("new", *(breaking("wrong fact", won(i)) if i == 9 else won(i) for i in range(40)))


def test_a_version_that_loses_customers_is_worse_in_what_shows_it() -> None:
    findings = find([SOUND, WORSE], PERSONAS)
    named = {one.measure for one in findings.worse}
    assert {"reached its goal", "hung up on", "objections settled"} <= named
    assert findings.better == ()
    assert findings.gates_kept
    first, worse = verdict(findings)
    assert first == "new kept every gate, but is worse than old."
    assert worse.startswith("Worse: reached its goal, of who can be won -62.5 (")


def test_turned_round_the_same_is_better() -> None:
    findings = find([WORSE, SOUND], PERSONAS)
    assert findings.worse == ()
    assert "hung up on" in {one.measure for one in findings.better}


def test_the_same_calls_show_no_difference() -> None:
    findings = find([SOUND, SOUND], PERSONAS)
    assert findings.better == findings.worse == ()
    assert "no difference to old is shown" in verdict(findings)[0]


def test_one_broken_gate_decides_whatever_the_scores() -> None:
    findings = find([WORSE, BROKEN], PERSONAS)
    assert not findings.gates_kept
    assert verdict(findings)[0] == "new must not go live: it broke wrong fact (1 of 40 calls)."


def test_calls_that_newly_break_a_gate_are_tested_pair_by_pair() -> None:
    new = side("new", *(breaking("wrong fact", won(i)) if i < 12 else won(i) for i in range(40)))
    found = find([SOUND, new], PERSONAS).gate_differences
    # McNemar of 12 against 0, by Holm for three gates: nobody asked to be left alone.
    assert found["wrong fact"].p_holm == pytest.approx(3 * 2 * 0.5**12)
    assert "do-not-call missed" not in found
    assert find([SOUND], PERSONAS).gate_differences == {}


def test_an_old_version_that_broke_a_gate_does_not_hold_the_new_one_back() -> None:
    assert find([BROKEN, SOUND], PERSONAS).gates_kept


def test_a_gate_nobody_met_is_not_called_kept() -> None:
    gates = {gate.gate: gate for gate in find([SOUND], PERSONAS).gates[0]}
    assert kept(gates["do-not-call missed"]) == "not tried"
    # The rule of three: 3 / 40.
    assert gates["wrong fact"].at_most == pytest.approx(0.072, abs=0.001)


def test_versions_that_met_different_customers_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different customers"):
        find([SOUND, side("new", *(won(i) for i in range(1, 41)))], PERSONAS)


def test_the_worst_calls_come_first() -> None:
    new = side("new", won(0), lost(1), breaking("no end", won(2)), lost(3))
    old = side("old", won(0), lost(1), won(2), won(3))
    ordered = worst(find([old, new], PERSONAS), 3)
    assert [call.seed for call in ordered] == ["1:busy:2", "1:busy:3", "1:busy:1"]


def test_the_funnel_goes_by_the_playbook_and_leaves_out_what_nobody_reached() -> None:
    rows = {row.stage: row for row in find([SOUND, WORSE], PERSONAS).funnel}
    assert list(rows) == ["opening", "pitch", "close"]
    assert rows["close"].reached == (1.0, 15 / 40)
    assert rows["pitch"].left == (0.0, 25 / 40)


@pytest.mark.parametrize("sides", [[SOUND], [SOUND, WORSE], [WORSE, BROKEN]])
def test_the_page_stands_alone_and_says_the_verdict(sides: list) -> None:  # type: ignore[type-arg]
    findings = find(sides, PERSONAS)
    text = page(findings, worst(findings, 3))
    assert verdict(findings)[0] in text
    assert not re.search(r'(src|href)="|@import|url\(', text)


def test_what_was_said_cannot_become_markup() -> None:
    new = side("<i>new</i>", breaking("wrong fact", lost(0)))
    text = page(find([new], PERSONAS), worst(find([new], PERSONAS), 1))
    assert "<i>new</i>" not in text


def test_the_findings_can_be_written_as_json() -> None:
    told = json.loads(json.dumps(as_json(find([SOUND, WORSE], PERSONAS))))
    assert told["versions"][1]["measures"]["reached its goal"]["mean"] == 15 / 40
    assert told["differences"]["reached its goal"]["change"] == pytest.approx(-25 / 40)
