import pytest

from agent.cloning.mine.acts.label import label
from agent.cloning.mine.acts.said import Said
from tests.cloning.mine.scripted import Script, encoder, material

DENTIST = """
C: Hello?
A: Good morning, this is Ann from the dental practice, our calls are recorded.
A: Is now a good time to talk?
C: Yes, go on.
A: How long have you had the pain?
C: Since Sunday, on the left side.
A: We have a slot with Dr Hill tomorrow, and the X-ray is included.
C: How much is it?
A: It's sixty pounds.
C: That's too expensive, I can't afford that.
A: I understand. Is it the sum itself, or paying it all at once?
C: All at once.
A: Then you can pay in three parts and it costs nothing more. Would that help?
C: Yes, it would.
A: Shall I book you in for ten o'clock?
C: Yes, please.
A: What's your email address?
C: It's <EMAIL_1>.
A: Let me read that back: tomorrow at ten with Dr Hill. Is that all correct?
C: That's right.
A: Thank you, <PERSON_1>, goodbye.
C: Bye.
"""


@pytest.fixture(scope="module")
def said() -> tuple[Said, ...]:
    return label(material({"d1": Script(DENTIST)}), encoder())


@pytest.mark.models
@pytest.mark.parametrize(
    ("begins", "act"),
    [
        ("Good morning", "open"),
        ("Is now", "permission"),
        ("How long", "discover"),
        ("Since Sunday", "inform"),
        ("We have a slot", "pitch"),
        ("How much", "question"),
        ("It's sixty", "answer_question"),
        ("That's too", "objection"),
        ("I understand", "acknowledge"),
        ("Is it the sum", "clarify"),
        ("Then you can", "answer"),
        ("Would that", "re_ask"),
        ("Shall I", "close"),
        ("What's your", "capture"),
        ("Let me read", "recap"),
        ("Thank you", "sign_off"),
        ("Bye", "goodbye"),
    ],
)
def test_sentences_have_the_act_that_people_would_give_them(
    said: tuple[Said, ...], begins: str, act: str
) -> None:
    assert [one.act for one in said if one.text.startswith(begins)] == [act]


@pytest.mark.models
def test_every_sentence_stands_where_it_says(said: tuple[Said, ...]) -> None:
    for one in said:
        assert one.text == one.place.turn.text[one.start : one.end]
        assert one.place.evidence(one.text).call == "d1"
        assert one.vector.shape == (encoder().dimension,)


@pytest.mark.models
def test_text_without_marks_has_the_same_acts() -> None:
    bare = "".join(c for c in DENTIST.lower() if c.isalpha() or c in " \n'<>_1")
    bare = bare.replace("\na ", "\nA: ").replace("\nc ", "\nC: ").replace("email_1", "EMAIL_1")
    acts = [one.act for one in label(material({"d1": Script(bare)}), encoder())]
    for act in ("permission", "objection", "clarify", "answer", "close", "capture", "sign_off"):
        assert act in acts


def test_no_calls_no_sentences() -> None:
    assert label(material({}), None) == ()  # type: ignore[arg-type]
