import pytest

from agent.cloning.engines import Engines
from agent.cloning.redact.spans import Span
from agent.config import Settings
from agent.evaluation.rubric.criteria import criteria
from agent.evaluation.scoring.scored import Held, ScoredCall, score_all
from agent.evaluation.scoring.sources import Gathered
from agent.evaluation.scoring.words import Words
from tests.evaluation.rubric.test_score import GOOD
from tests.evaluation.talk import talk


def scored(*conversations: str) -> ScoredCall:
    said = talk(*conversations) if conversations else GOOD
    gathered = Gathered(conversations=(said,), agents=("moira",), redacted=True)
    (call,) = score_all(gathered, Held(criteria()), Engines(Settings()), lambda: None)
    return call


@pytest.fixture(autouse=True)
def by_phrases_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without models; what is redacted already needs no grammar."""
    monkeypatch.setattr("agent.evaluation.scoring.scored.meanings_of", lambda *_: {})


def test_groups_are_shares_of_full_marks() -> None:
    call = scored()

    assert call.groups == dict.fromkeys(
        ("introduction", "product", "drive", "objections", "closing"), 1.0
    )
    assert call.overall == 1.0


def test_every_score_has_the_time_of_its_turn() -> None:
    call = scored()

    for one in call.scores:
        if one.given.turn is not None:
            assert one.at_s == GOOD.turns[one.given.turn].start


def test_breaches_stand_beside_the_scores() -> None:
    call = scored("c: Please stop calling.", "a: Okay. Who is your insurer, by the way?")

    ((breach, at_s),) = call.breaches
    assert (breach.kind, breach.turn, at_s) == ("do_not_call_ignored", 1, 2.0)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Hello <PERSON_1>, it's <AGENT_1>.", "Hello Ann Lee, it's Joe."),
        ("<PERSON_2>!", "Bea!"),
        ("How are you?", "How are you?"),
    ],
)
def test_quotes_are_what_was_said_and_not_the_placeholders(quote: str, expected: str) -> None:
    said = "Hello Ann Lee, it's Joe. How are you? Bea! Fine."
    read = "Hello <PERSON_1>, it's <AGENT_1>. How are you? <PERSON_2>! Fine."
    spans = (Span(6, 13, "PERSON", "a"), Span(20, 23, "AGENT", "j"), Span(38, 41, "PERSON", "b"))

    words = Words(talk(f"a: {said}"), talk(f"a: {read}"), (spans,))

    assert words.literally(0, quote) == expected
