"""Facts out of a dental practice's calls, with the real grammar and sentence encoder."""

import pytest

from agent.cloning.engines import Engines
from agent.cloning.grades import CallGrade, Grades
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mined import Facts, MinedFact
from agent.config import Settings
from tests.cloning.mine.facts.calls import Said, archive, opening

pytestmark = pytest.mark.models

_CALLS: tuple[Said, ...] = (
    ("ann", [
        *opening("Ann"),
        "C: What does a check-up cost?",
        "A: A check-up is forty-five pounds, and it takes about twenty minutes.",
        "C: And if I can't come?",
        "A: You can cancel up to twenty-four hours before for nothing. "
        "After that there's a charge of twenty pounds.",
        "C: My daughter pays sixty pounds for hers.",
        "A: So she pays sixty pounds. Then ours is fifteen pounds less.",
        "C: Do I have to bring my old X-rays?",
        "A: No, we fetch them for you.",
    ]),
    ("ann", [
        *opening("Ann"),
        "C: I have a toothache.",
        "A: Oh no. We see emergencies on the same day. The check-up is forty-five pounds.",
        "C: How long have you got?",
        "A: You can cancel up to twenty-four hours before, it costs nothing.",
    ]),
    ("ben", [
        *opening("Ben"),
        "C: How much is a check-up?",
        "A: It's forty-five pounds for the check-up. We see emergencies on the same day.",
        "C: Right.",
        "A: If you cancel later than twenty-four hours before, it's twenty pounds.",
    ]),
    ("cas", [
        *opening("Cas"),
        "C: Can I cancel?",
        "A: Yes, you can cancel up to forty-eight hours before for nothing.",
        "C: Forty-eight? I thought it was less.",
        "A: Yes, forty-eight.",
    ]),
    ("wes", [
        *opening("Wes"),
        "C: What's a check-up?",
        "A: A check-up's thirty pounds, mate. And there's no charge if you miss it.",
        "C: Is the polish included?",
        "A: Yeah, it's all included. But it's got to be booked today.",
    ]),
)  # fmt: skip


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(Settings())


@pytest.fixture(scope="module")
def facts(engines: Engines) -> Facts:
    return mine_facts(archive(*_CALLS), engines.grammar, engines.encoder)


def _valued(facts: Facts, value: float) -> list[MinedFact]:
    return [fact for fact in facts.facts if fact.value == value]


def test_a_price_that_several_state_is_agreed(facts: Facts) -> None:
    [price] = _valued(facts, 45)
    assert (price.unit, price.spoken, price.confidence) == ("GBP", "forty-five pounds", "agreed")
    assert price.agents == ("ann", "ben")
    assert price.calls == 3


def test_every_quote_stands_in_its_turn(facts: Facts) -> None:
    conversations = archive(*_CALLS).conversations
    quotes = [e for fact in facts.facts for e in fact.evidence]
    quotes += [e for fact in facts.facts for d in fact.disputes for e in d.evidence]
    quotes += [contradiction.evidence for contradiction in facts.contradictions]
    assert quotes
    for quote in quotes:
        assert quote.quote in conversations[quote.call].turns[quote.turn].text


def test_the_customers_amounts_and_what_is_worked_out_from_them_are_no_facts(facts: Facts) -> None:
    assert _valued(facts, 60) == []
    assert _valued(facts, 15) == []


def test_a_middling_voice_alone_against_the_others_is_a_dispute(facts: Facts) -> None:
    assert _valued(facts, 48) == []
    [notice] = _valued(facts, 24)
    assert notice.confidence == "disputed"
    [dispute] = notice.disputes
    assert (dispute.said, dispute.value) == ("forty-eight hours", 48)
    assert {quote.agent for quote in dispute.evidence} == {"cas"}


def test_a_weak_voice_founds_no_fact_and_is_flagged(facts: Facts) -> None:
    assert all("wes" not in fact.agents for fact in facts.facts)
    assert _valued(facts, 30) == []
    flagged = {c.evidence.quote for c in facts.contradictions if c.evidence.agent == "wes"}
    assert "A check-up's thirty pounds, mate." in flagged
    assert "And there's no charge if you miss it." in flagged
    assert "But it's got to be booked today." in flagged


def test_a_rule_without_a_number_is_a_fact(facts: Facts) -> None:
    said = {fact.statement: fact for fact in facts.facts if fact.unit == ""}
    assert said["We see emergencies on the same day."].calls == 2
    assert said["No, we fetch them for you."].confidence == "once"


def test_ids_are_unique(facts: Facts) -> None:
    ids = [fact.id for fact in facts.facts]
    assert len(ids) == len(set(ids))


def test_the_same_calls_give_the_same_facts(facts: Facts, engines: Engines) -> None:
    assert mine_facts(archive(*_CALLS), engines.grammar, engines.encoder) == facts


def test_calls_that_grading_could_not_use_are_not_read(engines: Engines) -> None:
    material = archive(*_CALLS)
    unread = tuple(
        CallGrade(call=call, agent="ann", won=None, score=None, use="none")
        for call in material.calls
    )
    grades = Grades(calls=unread, agents=material.grades.agents)
    unused = Material(material.calls, material.conversations, grades)
    assert mine_facts(unused, engines.grammar, engines.encoder) == Facts(facts=())


def test_no_calls_give_no_facts(engines: Engines) -> None:
    assert mine_facts(archive(), engines.grammar, engines.encoder) == Facts(facts=())
