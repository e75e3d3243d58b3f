"""Timelines, a letter a 20 ms frame: s speech, . silence. Digits index words said at that frame."""

import pytest

from agent.turns.barge_in import AgentSpeech, BargeInAction, BargeInPolicy, Evidence
from agent.turns.settings import BargeInSettings

FRAME_S = 0.02
MID_LINE = AgentSpeech(played_ms=2000, remaining_ms=3000)


def run(
    timeline: str, words: dict[int, str] | None = None, agent: AgentSpeech = MID_LINE
) -> list[tuple[int, str]]:
    """Frame numbers and actions other than NONE."""
    policy = BargeInPolicy(BargeInSettings())
    actions = []
    for number, letter in enumerate(timeline):
        now = number * FRAME_S
        decided = [policy.on_frame(now, letter == "s", agent)]
        if words and number in words:
            decided.append(policy.on_words(now, words[number], agent))
        actions += [(number, a.value) for a in decided if a is not BargeInAction.NONE]
    return actions


@pytest.mark.parametrize(
    ("timeline", "words", "expected"),
    [
        # a click shorter than four frames is nothing
        ("..sss......", {}, []),
        # four of six frames pause; losing one frame in between does not reset the count
        ("..ssss", {}, [(5, "pause")]),
        ("..ss.ss", {}, [(6, "pause")]),
        # a back-channel: quiet for 300 ms resumes
        ("ssssssss" + "." * 20, {20: "mm yeah"}, [(3, "pause"), (22, "resume")]),
        # two content words interrupt at once, and a stop word always
        ("s" * 30, {20: "but how much is it"}, [(3, "pause"), (20, "commit")]),
        ("s" * 12, {10: "stop"}, [(3, "pause"), (10, "commit")]),
        # a single one may be a back-channel misheard: it counts once speech has lasted 600 ms
        ("s" * 40, {10: "price"}, [(3, "pause"), (29, "commit")]),
        ("s" * 10 + "." * 20, {9: "price"}, [(3, "pause"), (24, "resume")]),
        # ... or the caller has said it in 240 ms or more and is silent
        ("s" * 14 + "." * 20, {10: "price"}, [(3, "pause"), (28, "commit")]),
        # 1.2 s after the pause there is sound and still no word: a laugh, music; no second pause
        ("s" * 120, {}, [(3, "pause"), (63, "resume")]),
        # words that arrive after the resume still commit: recognition lags the frames
        (
            "ssssssss" + "." * 30,
            {30: "how much is it"},
            [(3, "pause"), (22, "resume"), (30, "commit")],
        ),
        # words without any speech heard are an artefact of the recogniser
        ("." * 20, {10: "so how much is it"}, []),
        ("ss" + "." * 20, {10: "so how much is it"}, []),
        # after two pauses of one utterance only words count
        (
            ("ssssss" + "." * 20) * 3,
            {},
            [(3, "pause"), (20, "resume"), (29, "pause"), (46, "resume")],
        ),
    ],
)
def test_timelines(timeline: str, words: dict[int, str], expected: list[tuple[int, str]]) -> None:
    assert run(timeline, words) == expected


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
        actions = run("sssss" + pattern * 60)
        assert actions[0] == (3, "pause")
        assert actions[1][1] in ("resume", "commit")
        assert actions[1][0] <= 3 + 61, f"{pattern}: decided more than 1.2 s after the pause"


def test_a_key_commits_at_once_unless_the_line_must_be_heard() -> None:
    policy = BargeInPolicy(BargeInSettings())
    assert policy.on_dtmf(AgentSpeech(10, 10, interruptible=False)) is BargeInAction.NONE
    assert policy.on_dtmf(MID_LINE) is BargeInAction.COMMIT
    assert policy.evidence is Evidence.DTMF
    assert policy.on_dtmf(MID_LINE) is BargeInAction.NONE
