import pytest

from agent.cloning.mine.acts.label import label
from agent.cloning.mine.intents.find import FoundIntent, examples, find_intents
from tests.cloning.mine.scripted import Script, encoder, material

VET = """
A: Good morning, the animal clinic, Ann speaking.
C: {wish}
A: Is it for your dog?
C: Yes.
A: The vaccination is done every year.
C: Yes.
C: {price}
A: It's fifty pounds.
C: Can I bring the rabbit too?
A: You can.
C: Bye.
"""
CALLS = {
    "v1": Script(VET.format(wish="I'd like to make an appointment.", price="How much is it?")),
    "v2": Script(
        VET.format(wish="Take me off your list.", price="That's too dear. What does it cost?"),
        agent="bob",
    ),
    "v3": Script(
        VET.format(wish="i want to book a check up", price="what do you charge for it"), agent="cat"
    ),
}
OBJECTION = ("v2", 6)


@pytest.fixture(scope="module")
def intents() -> dict[str, FoundIntent]:
    corpus = material(CALLS)
    found = find_intents(corpus, label(corpus, encoder()), encoder(), {OBJECTION})
    return {intent.id: intent for intent in found}


@pytest.mark.models
def test_a_yes_means_yes_after_a_question_only(intents: dict[str, FoundIntent]) -> None:
    assert {turn for _, turn in intents["affirm"].turns} == {3}
    assert {turn for _, turn in intents["backchannel"].turns} == {5}


@pytest.mark.models
def test_text_without_marks_is_understood(intents: dict[str, FoundIntent]) -> None:
    assert ("v3", 1) in intents["want_booking"].turns
    assert ("v3", 6) in intents["ask_price"].turns
    quotes = [evidence.quote for evidence in examples(intents["want_booking"])]
    assert "i want to book a check up" in quotes


@pytest.mark.models
def test_an_objection_is_no_example(intents: dict[str, FoundIntent]) -> None:
    assert all(OBJECTION not in intent.turns for intent in intents.values())


@pytest.mark.models
def test_what_no_seed_knows_is_found_where_several_ask_it(intents: dict[str, FoundIntent]) -> None:
    (asked,) = [intent for intent in intents.values() if ("v1", 8) in intent.turns]
    assert {call for call, _ in asked.turns} == set(CALLS)
    assert asked.kind == "question"


@pytest.mark.models
def test_quotes_stand_in_their_turns(intents: dict[str, FoundIntent]) -> None:
    corpus = material(CALLS)
    for intent in intents.values():
        for example in examples(intent):
            turn = corpus.conversations[example.call].turns[example.turn]
            assert turn.speaker == "customer"
            assert example.quote in turn.text
