import pytest

from agent.cloning.grades import Breach
from agent.cloning.mine.acts.label import label
from agent.cloning.mine.objections.mine import mine_objections
from agent.cloning.mined import MinedLine, MinedObjection
from tests.cloning.mine.scripted import Script, encoder, material

PAYS = """
C: Hello, the crown you told me about, what is it?
A: It's four hundred pounds.
C: That's too expensive for me.
A: I understand. Is it the sum itself, or paying it all at once?
C: All at once.
A: Then you can pay in three parts and it costs nothing more. Would that help?
C: Yes, that sounds good.
A: Shall I book you in?
C: Yes, please.
"""
PAYS_TOO = """
C: And how much is that treatment?
A: It's four hundred pounds.
C: That's a lot of money, I can't afford that.
A: I hear you, it is a lot. Is it the sum itself, or having to find it this month?
C: This month.
A: You can pay it in three parts, and that costs you nothing more. Would that make it easier?
C: It would, yes.
A: Shall I book you in?
C: Yes, go ahead.
"""
ARGUES = """
C: How much would it be?
A: It's four hundred pounds.
C: That's too expensive, I can't pay that.
A: Well, that's the price, everybody pays it and nobody complains about it.
C: No, then I don't want it.
A: Goodbye.
"""
RINGS_HUSBAND = """
C: Hello?
A: Shall we book the crown today?
C: I'd have to ask my husband first.
A: Of course. What do you think he would want to know?
C: What it costs us.
A: I'll send you both one page with the price on it. Shall I ring you on Friday?
C: Yes, fine.
"""
NEVER_RAISED = """
C: Good morning, I need a check-up.
A: What day suits you?
C: Tuesday.
A: You're booked in for Tuesday.
C: Thank you, bye.
"""

CORPUS = {
    "a": Script(PAYS),
    "b": Script(PAYS_TOO, agent="bea"),
    "c": Script(ARGUES, agent="cyd", won=False, use="contrast"),
    "d": Script(RINGS_HUSBAND, won=False),
    "e": Script(NEVER_RAISED),
}

Mined = tuple[dict[str, MinedObjection], dict[str, MinedLine]]


def mine(scripts: dict[str, Script]) -> Mined:
    calls = material(scripts, trust={"cyd": 0.4})
    objections, lines = mine_objections(calls, label(calls, encoder()), None, encoder())
    return {one.id: one for one in objections}, {line.id: line for line in lines}


@pytest.fixture(scope="module")
def mined() -> Mined:
    return mine(CORPUS)


@pytest.mark.models
def test_one_reason_is_one_objection_with_the_turns_that_give_it(mined: Mined) -> None:
    price = mined[0]["price"]
    assert {(e.call, e.turn) for e in price.examples} == {("a", 2), ("b", 2), ("c", 2)}
    assert (price.met, price.overcome) == (3, 2)


@pytest.mark.models
def test_what_nobody_surely_says_is_no_objection(mined: Mined) -> None:
    assert set(mined[0]) == {"price", "ask_other"}


@pytest.mark.models
@pytest.mark.parametrize(("agent", "kept"), [("ann", {"privacy"}), ("cyd", set())])
def test_a_reason_given_once_in_clear_words_is_kept_if_a_trusted_person_answers_it(
    agent: str, kept: set[str]
) -> None:
    talk = """
    C: Hello?
    A: Shall we book the crown, then?
    C: I'm not giving my card to some guy on the phone.
    A: I understand. Is it the card itself, or saying it aloud?
    C: Saying it.
    A: You get a text from us and you put it in yourself on our own page. Would that help?
    C: Yes.
    """
    assert set(mine({"a": Script(talk, agent=agent), "e": CORPUS["e"]})[0]) == kept


@pytest.mark.models
@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("fear", ["Will you scratch the lens?", "Could the plates get broken in there?"]),
        ("not_now", ["We haven't fixed a date for the party.", "We don't have a date yet."]),
        ("risk", ["Why would I pay a deposit?", "I don't pay up front for repairs."]),
        ("in_contract", ["We already hired a gardener.", "I've signed with another gym."]),
        ("by_self", ["My cousins offered to help me with it.", "I'd just hire a sander for it."]),
        ("distrust", ["How do I know you're legit?", "It sounds like a scam to me."]),
        ("send_written", ["Can you email it to me?", "Just shoot me an email."]),
    ],
)
def test_a_short_plain_reason_needs_no_agent_who_asks_what_it_is(
    reason: str, said: list[str]
) -> None:
    talks = {
        f"n{i}": Script(f"C: Hello?\nA: We have a place on Friday.\nC: {words}\nA: Right.\nC: Bye.")
        for i, words in enumerate(said)
    }
    objections, _ = mine(talks)
    assert {(e.call, e.turn) for e in objections[reason].examples} == {("n0", 2), ("n1", 2)}


@pytest.mark.models
def test_the_steps_of_the_best_handling_come_first(mined: Mined) -> None:
    objections, lines = mined
    price = objections["price"]
    assert lines[price.acknowledge[0]].text.startswith(("I understand", "I hear you"))
    assert lines[price.clarify[0]].text.startswith("Is it the sum itself")
    assert "three parts" in lines[price.answer[0]].text
    assert lines[price.re_ask[0]].text.startswith("Would that")


@pytest.mark.models
def test_paraphrases_are_one_line_of_two_agents(mined: Mined) -> None:
    objections, lines = mined
    best = lines[objections["price"].answer[0]]
    assert (best.uses, best.won, best.agents) == (2, 2, ("ann", "bea"))


@pytest.mark.models
def test_every_quote_stands_in_its_turn(mined: Mined) -> None:
    conversations = material(CORPUS).conversations
    evidence = [e for line in mined[1].values() for e in line.evidence]
    evidence += [e for one in mined[0].values() for e in one.examples]
    assert evidence
    for one in evidence:
        assert one.quote in conversations[one.call].turns[one.turn].text


@pytest.mark.models
@pytest.mark.parametrize("use", ["facts", "none"])
def test_nothing_is_learned_from_calls_not_meant_for_it(use: str) -> None:
    bad = Script(ARGUES, agent="cyd", won=False, use=use)  # type: ignore[arg-type]
    _, lines = mine({**CORPUS, "c": bad})
    assert not [line for line in lines.values() if "cyd" in line.agents]


@pytest.mark.models
def test_a_turn_that_broke_a_rule_is_no_line() -> None:
    breach = Breach(kind="pressure", turn=5, quote="", why="")
    _, lines = mine({**CORPUS, "a": Script(PAYS, breaches=(breach,))})
    assert not [e for line in lines.values() for e in line.evidence if (e.call, e.turn) == ("a", 5)]


@pytest.mark.models
def test_a_trades_own_reason_is_found_by_what_agents_ask_about() -> None:
    question = "A: Is it the needle itself, or what comes after it?"
    said = ["And the needle?", "There's a needle, isn't there?", "Hm, the needle."]
    talks = {
        f"n{i}": Script(f"C: Hello?\nA: We would numb the tooth first.\nC: {words}\n{question}\n"
                        "C: The needle.\nA: You won't feel more than a pinch.\nC: Okay.")
        for i, words in enumerate(said)
    }  # fmt: skip
    objections, _ = mine({**CORPUS, **talks})
    own = objections["about_needle"]
    assert {e.call for e in own.examples} == {"n0", "n1", "n2"}


def test_no_customers_no_objections() -> None:
    assert mine_objections(material({}), (), None, None) == ((), ())  # type: ignore[arg-type]
