import io
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from rich.console import Console

from agent.diagnosis.diagnosis import Diagnosis, diagnose
from agent.diagnosis.finding import Severity
from agent.diagnosis.limits import Limits
from agent.diagnosis.rules import RULES
from agent.diagnosis.text import print_diagnosis
from agent.records.report import CallReport
from tests.diagnosis.scenarios import SCENARIOS


def shown(diagnosis: Diagnosis) -> str:
    target = io.StringIO()
    print_diagnosis(diagnosis, Console(file=target, width=200, highlight=False))
    return target.getvalue()


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_trouble_is_found_and_nothing_else(
    reports: Mapping[str, CallReport], name: str
) -> None:
    scenario = SCENARIOS[name]
    diagnosis = diagnose(reports[name])
    found = sorted((finding.rule, finding.severity) for finding in diagnosis.findings)
    assert found == sorted(scenario.findings)
    text = shown(diagnosis)
    assert [words for words in scenario.words if words not in text] == []
    if scenario.at_s is not None:
        assert diagnosis.findings[0].at_s == pytest.approx(scenario.at_s)
    for finding in diagnosis.findings:
        assert finding.evidence, finding.rule
        assert finding.cause, finding.rule
        assert finding.remedy, finding.rule


def test_a_good_call_gets_no_finding_and_is_told_so(reports: Mapping[str, CallReport]) -> None:
    diagnosis = diagnose(reports["good"])
    text = shown(diagnosis)
    assert diagnosis.findings == ()
    assert "Nothing found" in text
    assert "2 answers: median 439 ms, longest 442 ms" in text
    assert "1 interruption, 1 false pause; 0.0% of packets lost" in text


def test_a_live_call_is_told_to_be_one(reports: Mapping[str, CallReport]) -> None:
    diagnosis = diagnose(reports["live"])
    assert [finding.rule for finding in diagnosis.findings] == ["no_end"]
    assert "live" in shown(diagnosis)


def test_the_worst_comes_first(reports: Mapping[str, CallReport]) -> None:
    severities = [finding.severity for finding in diagnose(reports["deaf"]).findings]
    assert severities == [Severity.FAULT, Severity.TROUBLE]


def test_every_rule_has_a_call_that_it_is_for() -> None:
    named = {rule for scenario in SCENARIOS.values() for rule, _ in scenario.findings}
    # The rule `troubles` tells these by the event's kind.
    events = {"recognition_behind", "not_admitted", "supervisor", "webhook_failed"}
    assert {rule.__name__ for rule in RULES} - {"troubles", "no_end"} == named - events


def test_limits_can_be_others(reports: Mapping[str, CallReport]) -> None:
    strict = Limits(slow_answer_ms=440.0)
    assert [finding.rule for finding in diagnose(reports["good"], strict).findings] == [
        "slow_answers"
    ]


def test_other_programs_get_json(reports: Mapping[str, CallReport]) -> None:
    told = json.loads(json.dumps(diagnose(reports["loss"]).as_dict()))
    assert told["vitals"]["packets_lost"] == pytest.approx(0.1)
    assert [finding["severity"] for finding in told["findings"]] == ["trouble", "note"]
    assert set(told["findings"][0]) == {
        "rule", "severity", "what", "at_s", "evidence", "cause", "remedy",
    }  # fmt: skip


def test_much_evidence_is_cut_short(reports: Mapping[str, CallReport]) -> None:
    diagnosis = diagnose(reports["cut off"])
    many = tuple(f"00:0{number}.0  cough" for number in range(8))
    long = replace(diagnosis, findings=(replace(diagnosis.findings[0], evidence=many),))
    text = shown(long)
    assert text.count("cough") == 5
    assert "and 3 more" in text
