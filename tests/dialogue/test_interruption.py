import pytest

from agent.dialogue.interruption import InterruptionKind, judge_interruption
from agent.dialogue.understanding import Understander


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sorry how much is it", InterruptionKind.CLARIFICATION),
        ("can i speak to a person please", InterruptionKind.HUMAN),
        ("i want to make a complaint", InterruptionKind.EMOTION),
        ("yes", InterruptionKind.ANSWER),
        ("", InterruptionKind.BACKCHANNEL),
    ],
)
def test_kinds(understander: Understander, text: str, kind: InterruptionKind) -> None:
    understood = understander.understand(text, "discovery") if text else None
    assert judge_interruption(understood, text) is kind
