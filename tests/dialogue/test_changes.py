"""What a person sees of two playbooks."""

from agent.dialogue.changes import Change, changes
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook

BEFORE = load_playbook("larkfield")


def changed(edit: dict[str, object]) -> Playbook:
    return BEFORE.model_copy(update=edit)


def test_a_playbook_does_not_differ_from_itself() -> None:
    assert changes(BEFORE, load_playbook("larkfield")) == ()


def test_a_new_price_a_new_line_and_a_lost_stage_are_told() -> None:
    price = BEFORE.facts["fibre500_price"].model_copy(update={"spoken": "thirty-six pounds"})
    after = changed(
        {
            "facts": {**BEFORE.facts, "fibre500_price": price},
            "lines": {**BEFORE.lines, "new.line": BEFORE.lines["bye.plain"]},
            "stages": tuple(s for s in BEFORE.stages if s.id != "wrong_number"),
        }
    )
    found = changes(BEFORE, after)
    assert found[0] == Change(
        "changed", "facts", "facts.fibre500_price.spoken", "thirty-four pounds", "thirty-six pounds"
    )
    assert {c.kind for c in found if c.place.startswith("stages.wrong_number.")} == {"removed"}
    assert {c.kind for c in found if c.place.startswith("lines.new.line.")} == {"added"}
    assert {c.part for c in found} == {"facts", "lines", "stages"}


def test_moving_a_stage_changes_nothing() -> None:
    assert changes(BEFORE, changed({"stages": BEFORE.stages[::-1]})) == ()
