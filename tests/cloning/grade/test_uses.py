from dataclasses import replace

import pytest

from agent.cloning.grade.judged import JudgedCall
from agent.cloning.grade.ranking import Tier
from agent.cloning.grade.uses import Measure, use_of
from tests.cloning.grade.calls import judged
from tests.evaluation.talk import talk

MEASURE = Measure(poor=0.5, of_top=0.9)


@pytest.mark.parametrize(
    ("call", "tier", "use"),
    [
        (judged("won by the best", won=True, score=1), "top", "lines"),
        (judged("lost well by the best", won=False, score=2), "top", "lines"),
        (judged("lost badly by the best", won=False, score=0), "top", "facts"),
        (judged("unknown outcome", won=None, score=1), "top", "lines"),
        (judged("won very well by another", won=True, score=2), "middle", "lines"),
        (judged("won by another", won=True, score=1), "middle", "contrast"),
        (judged("lost by another", won=False, score=2), "middle", "contrast"),
        (judged("won by a weak one", won=True, score=2), "weak", "facts"),
        (judged("won with a breach", won=True, score=2, breaches=1), "top", "facts"),
    ],
    ids=lambda value: value.call.id if isinstance(value, JudgedCall) else value,
)
def test_a_call_is_used_as_its_agent_and_handling_allow(
    call: JudgedCall, tier: Tier, use: str
) -> None:
    found, reasons = use_of(call, tier, MEASURE, "en")

    assert found == use
    assert bool(reasons) is (use != "lines")


GERMAN = talk(
    "a: Guten Morgen, hier ist die Praxis am Markt, was kann ich für Sie tun?",
    "c: Guten Morgen, ich hätte gerne einen Termin für meine Tochter.",
    "a: Ja gerne, passt Ihnen der Dienstag um zehn oder lieber am Nachmittag?",
    "c: Lieber am Nachmittag, sie kommt erst um eins aus der Schule nach Hause.",
)


@pytest.mark.parametrize(
    ("conversation", "why"),
    [
        (None, "no words"),
        (talk("a: Hello? Is anybody there? Hello, can you hear me?"), "word of the customer"),
        (talk("a: Good morning, this is Alder Dental.", "c: I rang you by mistake."), "too short"),
        (GERMAN, "another language"),
    ],
)
def test_what_can_not_be_read_says_why(conversation: object, why: str) -> None:
    call = replace(judged("x", score=2), conversation=conversation)

    use, reasons = use_of(call, "top", MEASURE, "en")

    assert use == "none"
    assert why in reasons[0]


def test_poorly_recognised_speech_is_left_out() -> None:
    said = judged("x", score=2).conversation
    assert said is not None
    turns = tuple(turn.model_copy(update={"confidence": 0.3}) for turn in said.turns)
    heard = said.model_copy(update={"source": "recognised", "turns": turns})

    use, reasons = use_of(replace(judged("x", score=2), conversation=heard), "top", MEASURE, "en")

    assert (use, reasons) == ("none", ("recognised poorly: 30% confident",))


def test_a_third_of_all_calls_is_below_the_measure() -> None:
    calls = [judged(str(n), "ann", score=n % 3) for n in range(9)]

    assert Measure.of(calls, frozenset({"ann"})) == Measure(0.5, 0.5)
    assert Measure.of([], frozenset()) == Measure(0.0, 0.0)
