import pytest

from agent.cloning.mine.acts.label import label
from agent.cloning.mine.slots.asked import asked
from agent.cloning.mine.slots.find import FoundSlot, find_slots
from agent.cloning.mine.slots.values import choices_of, fits, type_of
from tests.cloning.mine.saying import said
from tests.cloning.mine.scripted import Script, encoder, material
from tests.dialogue.bag_of_words import BagOfWordsEncoder

ONE_BREATH = """
A: Who insures you now, and when does it run out?
C: Fennimore. In May.
A: Is it the house or the car that you mean?
C: The house.
A: And the email?
A: Sorry, I lost you.
C: Hello?
"""


def test_two_questions_in_one_breath_are_two_with_one_answer() -> None:
    corpus = material({"c1": Script(ONE_BREATH)})
    questions = asked(corpus, said(ONE_BREATH, {}), BagOfWordsEncoder())
    assert [(q.text, q.answer.index) for q in questions] == [
        ("Who insures you now", 1),
        ("when does it run out?", 1),
        ("Is it the house or the car that you mean?", 3),
    ]
    assert all(q.text in q.said.place.turn.text for q in questions)


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("email", ["It's <EMAIL_1>.", "<EMAIL_1>", "don't have one"]),
        ("phone", ["<PHONE_1>", "my mobile, <PHONE_1>"]),
        ("appointment", ["wednesday mornings", "half past nine", "I don't mind"]),
        ("money", ["about forty pounds", "thirty quid"]),
        ("yes_no", ["yes it is", "No.", "yeah"]),
        ("text", ["it leaks under the door", "the screen is black"]),
    ],
)
def test_answers_tell_the_type(kind: str, answers: list[str]) -> None:
    assert type_of(answers) == kind


def test_no_answer_that_sounds_like_it_unmakes_a_slot() -> None:
    assert not fits("email", ["the red one", "on Monday"])
    assert fits("email", ["<EMAIL_1>", "why do you ask?"])


def test_choices_are_the_words_that_stand_instead_of_each_other() -> None:
    answers = [
        "fennimore, about thirty pounds", "Halyard.", "it's fennimore, I think",
        "halyard since may", "oh, fennimore", "the halyard, thirty pounds", "no idea",
    ]  # fmt: skip
    elsewhere = {"fennimore": 0.01, "halyard": 0.01, "idea": 0.2}
    assert choices_of(answers, elsewhere) == {"fennimore": ("fennimore",), "halyard": ("halyard",)}


def test_words_said_everywhere_are_no_choice() -> None:
    answers = ["the kitchen", "the garden", "the kitchen again", "my garden"]
    assert choices_of(answers, {"kitchen": 0.5, "garden": 0.4}) == {}


HOTEL = """
A: Good morning, this is Ann at the hotel, how can I help?
C: I'd like a room, please.
A: {dates}
C: From the third of May.
A: {people}
C: Two adults and a child.
A: {email}
C: It's <EMAIL_1>.
A: Is there anything else I can help with?
C: No, thank you.
"""
WORDINGS = (
    ("Which dates are you looking at?", "How many of you are there?", "What's your email address?"),
    ("When would you like to check in?", "For how many people?", "And the email, please?"),
    ("What date are you arriving?", "And how many guests is it?", "Which email may I send it to?"),
)


@pytest.fixture(scope="module")
def slots() -> dict[str, FoundSlot]:
    scripts = {
        f"h{number}": Script(
            HOTEL.format(dates=dates, people=people, email=email), agent=f"agent{number % 2}"
        )
        for number, (dates, people, email) in enumerate(WORDINGS)
    }
    corpus = material(scripts)
    questions = asked(corpus, label(corpus, encoder()), encoder())
    return {slot.id: slot for slot in find_slots(corpus, questions, encoder())}


@pytest.mark.models
@pytest.mark.parametrize(
    ("slot", "kind"), [("email", "email"), ("arrival", "date"), ("people", "number")]
)
def test_what_is_asked_in_several_calls_is_a_slot(
    slots: dict[str, FoundSlot], slot: str, kind: str
) -> None:
    assert slots[slot].type == kind
    assert slots[slot].calls >= 2


@pytest.mark.models
def test_a_question_for_no_detail_is_no_slot(slots: dict[str, FoundSlot]) -> None:
    assert all("anything else" not in q.text for slot in slots.values() for q in slot.questions)


@pytest.mark.models
def test_evidence_has_each_question_with_its_answer(slots: dict[str, FoundSlot]) -> None:
    question, answer = slots["email"].evidence()[:2]
    assert answer.turn == question.turn + 1
    assert "<EMAIL_1>" in answer.quote
    assert slots["email"].personal
