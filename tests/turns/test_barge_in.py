"""Timelines, a letter a 20 ms frame: s speech, . silence.

What the recogniser makes of it is given as words with the frame in which each begins; it answers
two frames after it was asked, with the words that had ended by then, each of them four frames long.
"""

from collections.abc import Sequence

import pytest

from agent.speech.protocols import Word
from agent.turns.barge_in import AgentSpeech, BargeInAction, BargeInPolicy, Question
from agent.turns.evidence import Evidence
from agent.turns.noise import Rung
from agent.turns.settings import BargeInSettings

FRAME_S = 0.02
ANSWER_FRAMES, WORD_FRAMES = 2, 4
MID_LINE = AgentSpeech(played_ms=2000, remaining_ms=3000)
Said = Sequence[tuple[int, str, float]]


def run(
    timeline: str,
    said: Said = (),
    agent: AgentSpeech = MID_LINE,
    rung: Rung = Rung.CLEAN,
    *,
    quiet_line: bool = False,
) -> list[tuple[int, str]]:
    """Frame numbers and actions other than NONE."""
    policy = BargeInPolicy(BargeInSettings())
    words = [
        Word(text, frame * FRAME_S, (frame + WORD_FRAMES) * FRAME_S, sure)
        for frame, text, sure in said
    ]
    asked: tuple[int, Question] | None = None
    actions = []
    for number, letter in enumerate(timeline):
        now = number * FRAME_S
        decided = [policy.on_frame(now, letter == "s", agent, rung, quiet_line=quiet_line)]
        if asked is not None and number == asked[0] + ANSWER_FRAMES:
            question = asked[1]
            heard = [word for word in words if word.end_s <= question.asked_s]
            decided.append(policy.on_answer(now, question, heard, rung))
        question = policy.take_question(now)
        asked = (number, question) if question is not None else asked
        actions += [(number, a.value) for a in decided if a is not BargeInAction.NONE]
    return actions


def sure(frame: int, *words: str) -> Said:
    """Words one after the other, the recogniser being sure of each."""
    return [(frame + index * WORD_FRAMES, word, 1.0) for index, word in enumerate(words)]


@pytest.mark.parametrize(
    ("timeline", "said", "expected"),
    [
        # a click shorter than three frames is nothing
        ("..ss......", (), []),
        # three of five frames pause; losing one frame in between does not reset the count
        ("..sss", (), [(4, "pause")]),
        ("..ss.s", (), [(5, "pause")]),
        # a back-channel: asked after 200 ms of quiet, resumed with the answer
        ("sssssssss" + "." * 20, sure(0, "mm", "yeah"), [(2, "pause"), (21, "resume")]),
        # a cough: no words at all
        ("sssssssss" + "." * 20, (), [(2, "pause"), (21, "resume")]),
        # a content word interrupts as soon as it is known for sure, and a stop word
        ("s" * 40, sure(2, "but", "how", "much"), [(2, "pause"), (22, "commit")]),
        ("s" * 8 + "." * 30, sure(2, "stop"), [(2, "pause"), (19, "commit")]),
        # what a hum or a laugh is written as is unsure
        (
            "s" * 20 + "." * 30,
            [(2, "animation", 0.4), (8, "cat", 0.5)],
            [(2, "pause"), (32, "resume")],
        ),
        # a word that is still being said is cut off, and judged once it has ended
        ("s" * 40, sure(15, "price"), [(2, "pause"), (33, "commit")]),
        # after 0.8 s of sound there is still no word: music; no second pause
        ("s" * 200, (), [(2, "pause"), (43, "resume")]),
        # ... but words still count
        ("s" * 200, sure(100, "how", "much"), [(2, "pause"), (43, "resume"), (113, "commit")]),
        # after three pauses only words count, for six seconds from the first of them
        (
            ("ssssss" + "." * 20) * 4 + "." * 200 + "ssss",
            (),
            [
                (2, "pause"),
                (18, "resume"),
                (28, "pause"),
                (43, "resume"),
                (54, "pause"),
                (70, "resume"),
                (306, "pause"),
            ],
        ),
    ],
)
def test_timelines(timeline: str, said: Said, expected: list[tuple[int, str]]) -> None:
    assert run(timeline, said) == expected


def test_in_noise_it_takes_more_sound_and_the_pause_is_short() -> None:
    assert run("ssssss......", rung=Rung.NOISY) == []
    assert run("s" * 40, rung=Rung.NOISY) == [(6, "pause"), (26, "resume")]
    assert run("s" * 40, sure(20, "how", "much"), rung=Rung.NOISY)[-1][1] == "commit"
    assert run("s" * 40, rung=Rung.LOUD) == []
    assert run("s" * 40, sure(10, "how", "much"), rung=Rung.LOUD)[-1][1] == "commit"


@pytest.mark.parametrize(
    ("frames", "quiet_line", "expected"),
    [(60, True, "commit"), (40, True, "resume"), (60, False, "resume")],
    ids=["lasting", "as long as a back-channel", "others talk in the background"],
)
def test_speech_that_lasts_in_noise_interrupts_unrecognised(
    frames: int, quiet_line: bool, expected: str
) -> None:
    actions = run("s" * frames + "." * 30, rung=Rung.NOISY, quiet_line=quiet_line)
    assert actions[-1][1] == expected


@pytest.mark.parametrize(
    "agent",
    [
        AgentSpeech(2000, 3000, interruptible=False),
        AgentSpeech(2000, 250),
        AgentSpeech(300, 3000, first_of_call=True),
    ],
    ids=["uninterruptible", "last 300 ms", "first 500 ms of the call"],
)
def test_protected_speech_is_not_paused(agent: AgentSpeech) -> None:
    assert run("s" * 20, agent=agent) == []


def test_every_pause_ends_whatever_the_frames_are() -> None:
    for pattern in ("s", "s.", "ss.", "s..", "sss...", "s...."):
        actions = run("sssss" + pattern * 60 + "." * 20)
        assert actions[0] == (2, "pause")
        assert actions[1][1] in ("resume", "commit")
        assert actions[1][0] <= 2 + 81, f"{pattern}: decided more than 1.6 s after the pause"


def test_a_pause_ends_although_the_recogniser_never_answers() -> None:
    policy = BargeInPolicy(BargeInSettings())
    actions = []
    for number in range(100):
        actions.append(policy.on_frame(number * FRAME_S, number < 10, MID_LINE))
        policy.take_question(number * FRAME_S)
    assert actions.index(BargeInAction.RESUME) == 82


def test_an_answer_about_an_earlier_sound_is_out_of_date() -> None:
    policy = BargeInPolicy(BargeInSettings())
    for number in range(30):
        policy.on_frame(number * FRAME_S, True, MID_LINE)
    question = policy.take_question(0.6)
    assert question is not None
    policy.begin()
    stop = [Word("stop", 0.0, 0.3, 1.0)]
    assert policy.on_answer(0.7, question, stop) is BargeInAction.NONE


def test_a_key_commits_at_once_unless_the_line_must_be_heard() -> None:
    policy = BargeInPolicy(BargeInSettings())
    assert policy.on_dtmf(AgentSpeech(10, 10, interruptible=False)) is BargeInAction.NONE
    assert policy.on_dtmf(MID_LINE) is BargeInAction.COMMIT
    assert policy.evidence is Evidence.DTMF
    assert policy.on_dtmf(MID_LINE) is BargeInAction.NONE
