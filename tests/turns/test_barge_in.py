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
        # a click or a cough shorter than five frames is nothing
        ("..ssss......", {}, []),
        # five of seven frames pause; losing one frame in between does not reset the count
        ("..sssss", {}, [(6, "pause")]),
        ("..ss.sss", {}, [(7, "pause")]),
        # a back-channel: quiet for 300 ms resumes
        ("ssssssss" + "." * 20, {20: "mm yeah"}, [(4, "pause"), (22, "resume")]),
        # a content word commits at once
        ("s" * 30, {20: "but how much is it"}, [(4, "pause"), (20, "commit")]),
        # one content word is enough once paused, and a stop word always
        ("s" * 12, {10: "price"}, [(4, "pause"), (10, "commit")]),
        ("s" * 12, {10: "stop"}, [(4, "pause"), (10, "commit")]),
        # 600 ms after the pause speech still goes on and no word came: the deadline commits
        ("s" * 60, {}, [(4, "pause"), (34, "commit")]),
        # words that arrive after the resume still commit: recognition lags the frames
        (
            "ssssssss" + "." * 30,
            {30: "wait a moment"},
            [(4, "pause"), (22, "resume"), (30, "commit")],
        ),
        # words without any speech heard are an artefact of the recogniser
        ("." * 20, {10: "so the price is"}, []),
        # after two pauses of one utterance only words count
        (
            ("ssssss" + "." * 20) * 3,
            {},
            [(4, "pause"), (20, "resume"), (30, "pause"), (46, "resume")],
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
        assert actions[0] == (4, "pause")
        assert actions[1][1] in ("resume", "commit")
        assert actions[1][0] <= 4 + 50, f"{pattern}: decided more than a second after the pause"


def test_a_key_commits_at_once_unless_the_line_must_be_heard() -> None:
    policy = BargeInPolicy(BargeInSettings())
    assert policy.on_dtmf(AgentSpeech(10, 10, interruptible=False)) is BargeInAction.NONE
    assert policy.on_dtmf(MID_LINE) is BargeInAction.COMMIT
    assert policy.evidence is Evidence.DTMF
    assert policy.on_dtmf(MID_LINE) is BargeInAction.NONE
