from agent.cloning.recorded import Conversation, SpokenWord, Turn
from agent.cloning.transcribe.fitness import Fitness
from agent.cloning.transcribe.worker import FIRST_VOICE, SECOND_VOICE, Heard

TALK = [
    "how can i help you today",
    "my sink is blocked and i am fed up with it",
    "can i take your name and your postcode please",
    "i am in the old town i think i told you last week",
    "would you like me to book you in for friday",
    "i will be in my wife will be in as well",
]


def heard(
    call: str, *, confidence: float = 0.85, sides: int = 2, voices_sure: float | None = None
) -> Heard:
    """The agent speaks first."""
    first, second = (
        (FIRST_VOICE, SECOND_VOICE) if voices_sure is not None else ("agent", "customer")
    )
    turns = [
        Turn(
            speaker=first if number % 2 == 0 else second,
            start=number, end=number + 1, text=text,
            words=(SpokenWord(text=text, start=number, end=number + 1, confidence=confidence),),
        )
        for number, text in enumerate(TALK)
    ]  # fmt: skip
    kept = [turn for turn in turns if sides == 2 or (sides and turn.speaker == first)]
    conversation = Conversation(call=call, source="recognised", turns=tuple(kept))
    return Heard(conversation=conversation, voices_sure=voices_sure)


def why(fitness: Fitness, call: str) -> str:
    problem = fitness.problem(call)
    return "" if problem is None else problem.why


def test_calls_with_sure_words_of_both_sides_are_fit() -> None:
    calls = [heard(f"c{number}") for number in range(3)]
    fitness = Fitness(calls)
    assert [why(fitness, f"c{number}") for number in range(3)] == ["", "", ""]
    assert fitness.named(calls[0]) == calls[0].conversation


def test_silence_and_one_side_are_left_out() -> None:
    fitness = Fitness([heard("ok"), heard("silent", sides=0), heard("voicemail", sides=1)])
    assert why(fitness, "silent") == "no words were heard"
    assert why(fitness, "voicemail") == "only one side says anything"


def test_a_call_less_sure_than_the_others_is_in_another_language_or_poor() -> None:
    calls = [heard(f"c{number}") for number in range(4)]
    fitness = Fitness([*calls, heard("odd", confidence=0.7), heard("good", confidence=0.8)])
    assert "confidence 0.70, usually 0.85" in why(fitness, "odd")
    assert why(fitness, "good") == ""


def test_a_poor_line_that_all_calls_share_leaves_none_out() -> None:
    fitness = Fitness([heard(f"c{number}", confidence=0.68) for number in range(4)])
    assert why(fitness, "c0") == ""


def test_words_that_are_guesses_are_left_out_even_if_all_are() -> None:
    fitness = Fitness([heard(f"c{number}", confidence=0.4) for number in range(4)])
    assert "unsure" in why(fitness, "c0")


def test_a_mono_calls_voices_get_their_roles() -> None:
    call = heard("c", voices_sure=1.0)
    fitness = Fitness([call])
    assert why(fitness, "c") == ""
    named = fitness.named(call)
    assert [turn.speaker for turn in named.turns] == ["agent", "customer"] * 3
    assert [turn.text for turn in named.turns] == TALK


def test_mono_calls_whose_voices_are_too_alike_are_left_out() -> None:
    assert "too alike" in why(Fitness([heard("c", voices_sure=0.8)]), "c")
