"""What sentences mean, where no phrase of the cues is in them."""

import pytest

from agent.cloning.engines import Engines
from agent.config import Settings
from agent.evaluation.rubric.meaning import meanings_of
from agent.evaluation.rubric.score import score_call
from agent.evaluation.rubric.speech import Meaning, sentences_of
from tests.evaluation.talk import talk


def test_a_meaning_is_a_cue_of_the_sentence_it_begins_in() -> None:
    said = talk("c: Hm.", "a: Right. Is it the steps? Bye.")

    found = sentences_of(said, (Meaning(1, 7, "probes"),))

    assert ["probes" in sentence.cues for sentence in found] == [False, False, True, False]


@pytest.mark.models
def test_a_question_for_what_is_behind_an_objection_is_known_without_its_phrase() -> None:
    said = talk(
        "c: Hello?",
        "a: It's <AGENT_1> of Brightsea.",
        "c: Yes?",
        "a: We can offer cover for thirty pounds.",
        "c: I'd have to ask my landlord first.",
        "a: Does it bother you that it costs so much?",
        call="x",
    )

    meanings = meanings_of([said], Engines(Settings()))["x"]

    def probed(meant: tuple[Meaning, ...]) -> int | None:
        given = score_call(said, meanings=meant)
        return next(one.score for one in given if one.criterion == "D2")

    assert (probed(()), probed(tuple(meanings))) == (0, 2)
