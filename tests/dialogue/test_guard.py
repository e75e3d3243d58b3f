import pytest

from agent.dialogue.guard import Guard
from agent.dialogue.playbook import Playbook


@pytest.mark.parametrize(
    ("text", "slots", "found"),
    [
        ("It's thirty-four pounds a month.", (), []),
        ("It's thirty-five pounds a month.", (), ["35"]),
        ("It's 29.99 a month.", (), ["29.99"]),
        ("You save twenty percent.", (), ["%", "20"]),
        ("That's the right one for you.", (), []),
        ("The engineer comes on Friday.", (), ["friday"]),
        ("The engineer comes on Friday.", ("Friday morning",), []),
        ("Thank you, Daniel.", (), ["daniel"]),
        ("Thank you, Daniel.", ("Daniel Hughes",), []),
        ("I'd ask Brightwave about it.", (), []),
        ("Shall we? Then I'll do it.", (), []),
    ],
)
def test_only_known_numbers_and_names(
    larkfield: Playbook, text: str, slots: tuple[str, ...], found: list[str]
) -> None:
    assert [v.text for v in Guard(larkfield).check(text, slots)] == found
