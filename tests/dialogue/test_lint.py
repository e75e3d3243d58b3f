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
