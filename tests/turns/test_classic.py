import pytest

from agent.turns.barge_in import AgentSpeech, BargeInAction, Evidence
from agent.turns.classic import ClassicBargeIn
from agent.turns.settings import TurnSettings

SPEECH = AgentSpeech(played_ms=2000, remaining_ms=3000)


def committed_at(confidences: list[float], agent: AgentSpeech = SPEECH) -> int | None:
    policy = ClassicBargeIn(TurnSettings(rule="classic"))
    for number, confidence in enumerate(confidences):
        if policy.on_frame(confidence, agent) is BargeInAction.COMMIT:
            assert policy.evidence is Evidence.SUSTAINED_SPEECH
            return number
    return None


@pytest.mark.parametrize(
    ("confidences", "frame"),
    [
        ([0.9] * 30, 12),  # 250 ms of it
        ([0.69] * 30, None),
        ([0.7] * 30, 12),
        ([0.9] * 12 + [0.1] + [0.9] * 12, None),  # consecutive frames: one gap starts it anew
        ([0.9, 0.9, 0.1] * 20, None),
    ],
)
def test_confident_consecutive_frames(confidences: list[float], frame: int | None) -> None:
    assert committed_at(confidences) == frame


def test_a_notice_is_played_to_its_end() -> None:
    assert committed_at([0.9] * 50, AgentSpeech(2000, 3000, interruptible=False)) is None
