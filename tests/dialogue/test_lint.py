from datetime import date
from pathlib import Path

import pytest

from agent.dialogue.lint import lint
from agent.dialogue.loader import LoadedPlaybook, load_with_source

TODAY = date(2026, 11, 21)


def test_shipped_playbook_is_clean(loaded: LoadedPlaybook) -> None:
    assert [str(finding) for finding in lint(loaded, today=TODAY)] == []


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("to: discovery, say: [ack.lovely]", "to: nowhere", "there is no stage 'nowhere'"),
        ("again: [open.again]", "again: [open.agian]", "there is no line 'open.agian'"),
        ("No harm done.", "No harm done in 5 minutes.", "has the number 5 in its words"),
        ("No harm done.", "No harm done, Steve.", "says 'steve': add it to 'names'"),
        ("No harm done.", "Honestly, no harm.", "forbidden phrase 'honestly'"),
        ("No harm done.", "No harm, {pet}.", "names {pet}, which is no fact or slot"),
        ("spoken: thirty-four pounds}", "spoken: thirty-four pounds, valid_to: 2026-01-01}",
         "ended on 2026-01-01"),
        ("spoken: thirty-four pounds}", "spoken: 34 pounds}", "spoken with digits"),
        ("      - {on: deny, to: purpose}\n", "", "has no exit on deny"),
        ("entry: [pay.link, bye.sale]", "entry: [bye.sale]", "no stage says 'pay.link'"),
        ("entry: [open.hello, open.ask]", "entry: [open.ask]", "has to be the first line"),
        ("default: sales", "asked_again: sales", "'queues' has no 'default'"),
    ],
)  # fmt: skip
def test_finding(loaded: LoadedPlaybook, tmp_path: Path, good: str, bad: str, told: str) -> None:
    text = loaded.source.path.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "changed.yaml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    findings = lint(load_with_source(file), today=TODAY)
    assert any(told in finding.text for finding in findings), [str(f) for f in findings]
    assert all(finding.line > 1 for finding in findings if told in finding.text)


END = "then: {hang_up: true, disposition: no_sale}"


@pytest.mark.parametrize(
    ("good", "bad", "severity", "told"),
    [
        ("then: {hang_up: true, disposition: callback}", "then: {to: callback_booked}", "error",
         "callback_booked -> callback_booked follow each other without a caller's turn"),
        (END, "then: {to: goodbye}", "error",
         "no_sale -> goodbye -> no_sale follow each other"),
        ("{on: done, to: recap}", "{on: done, to: details}", "error",
         "details -> details follow each other"),
        ("    fallback: {to: no_sale}\n    max_turns: 3", "    fallback: {to: callback_offer}",
         "error", "the fallback of stage 'callback_offer' is the stage itself"),
        ("fallback: {to: callback_booked}", 'fallback: {to: "@stay"}', "error",
         "the fallback of stage 'callback' is the stage itself"),
        (END, "then: {}", "error", "'then' of stage 'no_sale' leads nowhere"),
        (END, 'then: {to: "@back"}', "error", "stage 'no_sale' asks nothing and goes @back"),
        ("{on: deny, to: purpose}", '{on: deny, to: "@back"}', "error",
         "the call begins in stage 'opening', so @back leads nowhere"),
        ("after_fail: {to: no_sale}", 'after_fail: {to: "@stay"}', "error",
         "asks the same question again"),
        ("give_up: {to: callback_offer}", "give_up: {to: close}", "error",
         "'give_up' leads to the closing stage 'close'"),
        ("too_long: {say: [human.connect], transfer: not_understood}", "too_long: {to: pitch}",
         "error", "'too_long' does not lead out"),
        ("{say: [silence.end], hang_up: true, disposition: no_answer}", "{say: [silence.end]}",
         "error", "'no_input_end' does not lead out"),
        ("      - {on: deny, to: purpose}\n",
         "      - {on: deny, to: purpose}\n      - {on: deny, to: pitch}\n",
         "warning", "stage 'opening' has two exits on deny"),
        ("    then: {to: wrong_number}\n", "    then: {to: goodbye}\n", "warning",
         "nothing leads to stage 'wrong_number'"),
    ],
)  # fmt: skip
def test_way_without_an_end(
    loaded: LoadedPlaybook, tmp_path: Path, good: str, bad: str, severity: str, told: str
) -> None:
    text = loaded.source.path.read_text(encoding="utf-8")
    assert good in text
    changed = text.replace(good, bad, 1)
    if told.startswith("no_sale -> goodbye"):
        changed = changed.replace("then: {hang_up: true}", "then: {to: no_sale}")
    file = tmp_path / "changed.yaml"
    file.write_text(changed, encoding="utf-8")
    found = [
        finding for finding in lint(load_with_source(file), today=TODAY) if told in finding.text
    ]
    assert [finding.severity for finding in found] == [severity]
    # The line is that of the stage or move, not of the file's head.
    lines = changed.splitlines()
    assert any(part.strip() in "\n".join(lines[found[0].line - 1 :]) for part in bad.splitlines())
    assert found[0].line > 10


def test_two_stages_that_only_lead_to_each_other(loaded: LoadedPlaybook, tmp_path: Path) -> None:
    text = loaded.source.path.read_text(encoding="utf-8")
    trap = """
  - id: left
    goal: nothing
    entry: [reask.worth]
    exits: [{on: affirm, to: right}]
    fallback: {to: right}
  - id: right
    goal: nothing
    entry: [reask.compare]
    exits: [{on: affirm, to: left}, {on: deny, to: "@back"}]
    fallback: {to: left}
"""
    changed = text.replace("\nintents:", f"{trap}\nintents:", 1)
    changed = changed.replace("{on: deny, to: purpose}", "{on: deny, to: left}", 1)
    file = tmp_path / "trap.yaml"
    file.write_text(changed, encoding="utf-8")
    found = lint(load_with_source(file), today=TODAY)
    where = {finding.line: finding.text for finding in found if "never ends" in finding.text}
    lines = changed.splitlines()
    assert {lines[line - 1].strip() for line in where} == {"- id: left", "- id: right"}
