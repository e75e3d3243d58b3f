from agent.dialogue.guard import Guard
from agent.dialogue.playbook import VARIABLE, Playbook, render
from agent.dialogue.strategy import Strategy


def test_speakable_texts_hold_no_variable_and_pass_the_guard(larkfield: Playbook) -> None:
    texts = larkfield.speakable_texts()
    guard = Guard(larkfield)
    assert [text for text in texts if VARIABLE.search(text) or guard.check(text, ())] == []


def test_line_that_depends_on_the_plan_is_speakable_for_each(larkfield: Playbook) -> None:
    endings = {t for t in larkfield.speakable_texts() if t.startswith("If you leave early, it's")}
    assert len(endings) == 2


def test_line_with_the_callers_words_is_not_speakable_before_the_call(larkfield: Playbook) -> None:
    assert not any("is that right" in text.lower() for text in larkfield.speakable_texts())


def test_unknown_variable_leaves_nothing_to_say() -> None:
    assert render("It's {price}.", {}) is None
    assert render("{price} it is.", {"price": "ten pounds"}) == "Ten pounds it is."


def test_table_has_every_exit(larkfield: Playbook) -> None:
    rows = {(row.stage, row.on): row.then for row in Strategy(larkfield).table()}
    assert rows["opening", "affirm"] == "say ack.lovely; go to discovery"
    assert rows["*", "human"] == "say human.connect; transfer: asked"
    assert rows["*", "do_not_call"] == "go to do_not_call"
    assert rows["*", "price"].endswith("then go to callback_offer")
    assert len(rows) > 80


def test_a_choice_from_anywhere_is_its_default_until_it_is_made(larkfield: Playbook) -> None:
    plan = larkfield.slots["plan"].model_copy(update={"anywhere": True, "default": "fibre150"})
    playbook = larkfield.model_copy(update={"slots": {**larkfield.slots, "plan": plan}})
    assert playbook.assumed({})["plan"] == "fibre150"
    assert playbook.assumed({"plan": "fibre500"})["plan"] == "fibre500"
    assert "plan" not in larkfield.assumed({})
