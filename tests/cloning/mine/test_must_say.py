import numpy as np
import pytest

from agent.cloning.mine.acts.label import label
from agent.cloning.mine.must_say.find import FoundMustSay, find_must_say
from agent.cloning.mine.must_say.habits import coherence
from agent.cloning.mine.stages.parts import parts_of
from agent.cloning.mined import Facts
from tests.cloning.mine.scripted import Script, encoder, material

RECORDED = (
    "Our calls are recorded.",
    "I must say, we record calls.",
    "It's a recorded line.",
)
CHANGE = (
    "You can change your mind within fourteen days.",
    "If you change your mind, you have fourteen days.",
    "There's fourteen days to cancel for nothing.",
)
PENGUINS = (
    "Please remember that the penguins are fed at noon.",
    "The penguins are fed at noon, remember.",
    "At noon the penguins are fed.",
)


def zoo(number: int) -> str:
    return f"""
A: The city zoo, Ann speaking. {RECORDED[number]}
C: A year's ticket, please.
A: Shall I book it for you?
C: Yes.
A: {CHANGE[number]}
C: Right.
A: {PENGUINS[number]}
C: Good.
A: Bye.
"""


LOST = "A: The city zoo, Ann speaking. It's recorded.\nC: Never call me again.\nA: {reply}\nC: Bye."
REPLIES = ("I'm sorry, I've taken your number off our list.", "We won't call you again, I'm sorry.")


@pytest.fixture(scope="module")
def found() -> dict[str, FoundMustSay]:
    scripts = {f"z{number}": Script(zoo(number), agent=f"a{number}") for number in range(3)}
    scripts |= {
        f"x{number}": Script(LOST.format(reply=reply), won=False, use="contrast")
        for number, reply in enumerate(REPLIES)
    }
    scripts["w"] = Script("A: Ann here.\nC: Yes?\nA: Bye.", agent="weak", won=False, use="facts")
    corpus = material(scripts, trust={"weak": 0.1})
    said = label(corpus, encoder())
    wishes = {"do_not_call": [("x0", 1), ("x1", 1)]}
    parted = parts_of(said, wishes, set(), {})
    items = find_must_say(corpus, parted, Facts(facts=()), wishes, encoder())
    return {item.habit.id: item for item in items}


@pytest.mark.models
def test_what_trusted_people_say_in_every_call(found: dict[str, FoundMustSay]) -> None:
    assert found["recording"].share == 1.0
    assert found["recording"].habit.occasion == "call"


@pytest.mark.models
def test_terms_are_asked_of_orders_only(found: dict[str, FoundMustSay]) -> None:
    assert found["change_of_mind"].share == 1.0
    assert {s.place.call.id for s in found["change_of_mind"].said} == {"z0", "z1", "z2"}


@pytest.mark.models
def test_what_no_seed_knows_is_found_by_its_words(found: dict[str, FoundMustSay]) -> None:
    habits = [item for item in found.values() if "penguins" in item.habit.description]
    assert len(habits) == 1


@pytest.mark.models
def test_a_wish_is_answered(found: dict[str, FoundMustSay]) -> None:
    assert {s.text for s in found["number_removed"].said} == set(REPLIES)


@pytest.mark.models
def test_they_are_in_the_order_of_a_call(found: dict[str, FoundMustSay]) -> None:
    ids = list(found)
    assert ids.index("recording") < ids.index("change_of_mind")


def test_one_sentence_alone_is_not_coherent() -> None:
    assert coherence(np.array([[1.0, 0.0]])) == 0.0
    assert coherence(np.array([[1.0, 0.0], [1.0, 0.0]])) == 1.0
