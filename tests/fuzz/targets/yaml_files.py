"""Files in YAML that people write: playbooks, with lint, and scripts of callers."""

from datetime import date
from typing import Any

import yaml
from hypothesis import strategies as st

from agent.dialogue.lint import lint
from agent.dialogue.loader import load_with_source
from agent.evaluation.rubric.own import read_own
from agent.evaluation.scripted_caller import load_script
from tests.calls.playbook import TINY
from tests.fuzz.inputs import changed, edited
from tests.fuzz.scratch import file_of
from tests.fuzz.target import Target

_TODAY = date(2026, 11, 22)
_PLAYBOOK = TINY.model_dump(mode="json", exclude_defaults=True)
_SCRIPT = {
    "name": "price",
    "voice": "slt",
    "steps": [
        {"listen": {}},
        {"say": "How much is it?"},
        {"press": "5"},
        {"wait": 1.5},
        "hang_up",
        {"expect_hang_up": 10},
    ],
}
_OWN = [
    {
        "id": "F1",
        "group": "closing",
        "name": "Names the ombudsman",
        "rule": {
            "when": ["complain/complaint"],
            "scores": {2: ["ombudsman", "independent ... adjudicator"], 1: ["/complaints? team/"]},
            "otherwise": 0,
        },
    }
]
_TOKENS = (
    b"- ", b": ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"<<: ", b"!!",
    b"!!python/object:os.system ",
    b"---\n", b"? ", b"| \n", b"2026-13-45", b"0b_", b"1:99:99", b"'", b'"', b"#", b"\t",
    b"\0", b"\x85",
    b"!!int ", b"!!timestamp ", b"!!binary ", b"!!set ", b"!!float ", b"0o8",
)  # fmt: skip


def _check_playbook(data: bytes) -> None:
    for finding in lint(load_with_source(file_of(data, "playbook.yaml")), today=_TODAY):
        assert finding.line >= 1


def _check_script(data: bytes) -> None:
    load_script(file_of(data, "script.yaml"))


def _check_own(data: bytes) -> None:
    read_own(file_of(data, "criteria.yaml"))


def _as_yaml(tree: Any) -> bytes:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")


def _files(tree: Any) -> st.SearchStrategy[bytes]:
    keys = ("id", "stage", "lines", "facts", "rule", "scores", "say", "wait", "to", "value")
    return st.one_of(changed(tree, keys).map(_as_yaml), edited([_as_yaml(tree)], _TOKENS, most=4))


PLAYBOOK = Target(
    "playbook", _check_playbook, _files(_PLAYBOOK), tokens=_TOKENS, longest=8192,
    seeds=[_as_yaml(_PLAYBOOK)],
)  # fmt: skip
SCRIPT = Target(
    "caller-script", _check_script, _files(_SCRIPT), tokens=_TOKENS, longest=2048,
    seeds=[_as_yaml(_SCRIPT)],
)  # fmt: skip
OWN = Target(
    "own-criteria", _check_own, _files(_OWN), tokens=_TOKENS, longest=2048, seeds=[_as_yaml(_OWN)]
)
TARGETS = (PLAYBOOK, SCRIPT, OWN)
