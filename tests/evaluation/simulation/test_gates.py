import pytest

from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.dialogue.reply import Continue, HangUp, Reply, SpokenLine
from agent.evaluation.customers.mind import Does
from agent.evaluation.simulation.gates import answer_breaches, fact_breaches, opening_breaches


@pytest.fixture(scope="module")
def book() -> Playbook:
    return load_playbook("larkfield")


def reply(text: str, line: str = "x", *, over: bool = False) -> Reply:
    return Reply((SpokenLine(line, text),), HangUp() if over else Continue(), None, None, "s")


@pytest.mark.parametrize(
    ("opening", "broken"),
    [
        ("Hello, this is Joe, an automated assistant.", False),
        ("Hello, I'm Joe, a virtual assistant.", False),
        ("Hello, it's the A.I. of the clinic.", False),
        ("Hello, this is Joe from the clinic.", True),
        ("Hello, I'll maintain and aid you.", True),
    ],
)
def test_an_opening_has_to_say_that_a_machine_speaks(opening: str, broken: bool) -> None:
    assert bool(list(opening_breaches(reply(opening)))) is broken


@pytest.mark.parametrize(
    ("over", "disposition", "broken"),
    [(True, "do_not_call", False), (False, "do_not_call", True), (True, "no_sale", True)],
)
def test_who_wants_no_more_calls_is_let_go_and_noted(
    over: bool, disposition: str, broken: bool
) -> None:
    answer = reply("All right.", over=over)
    assert bool(list(answer_breaches(Does.REMOVE_ME, answer, disposition))) is broken
    assert not list(answer_breaches(Does.AFFIRM, answer, disposition))


def test_a_line_that_names_an_approved_fact_is_right(book: Playbook) -> None:
    line = next(id for id, line in book.lines.items() if "{cooling_off}" in line.texts[0])
    said = book.lines[line].texts[0].replace("{cooling_off}", "fourteen days")
    assert not list(fact_breaches(book, book, reply(said, line), {}))
    wrong = list(fact_breaches(book, book, reply(said.replace("fourteen", "thirty"), line), {}))
    assert [one.gate for one in wrong] == ["wrong fact"]


@pytest.mark.parametrize(
    "change", [{"value": 30}, {"spoken": "thirty days"}, {"unit": "working days"}]
)
def test_a_fact_that_is_not_the_approved_one_is_wrong(
    book: Playbook, change: dict[str, object]
) -> None:
    approved = book.facts["cooling_off"]
    own = book.model_copy(
        update={"facts": {**book.facts, "cooling_off": approved.model_copy(update=change)}}
    )
    line = next(id for id, line in book.lines.items() if "{cooling_off}" in line.texts[0])
    said = own.lines[line].texts[0].replace("{cooling_off}", own.facts["cooling_off"].spoken)
    assert list(fact_breaches(own, book, reply(said, line), {}))
    assert not list(fact_breaches(own, own, reply("Hello.", "open.hello"), {}))
