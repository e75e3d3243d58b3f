import json
from collections.abc import Mapping, Sequence

import pytest

from agent.cloning.ingest.roles import known_role, tell_apart
from tests.bench.cloning.corpus import LARKFIELD


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Agent", "agent"), ("AGENT 2", "agent"), ("operator_1", "agent"), ("reception", "agent"),
        ("customer service advisor", "agent"), ("Priya", "agent"), ("priya nair", "agent"),
        ("Caller", "customer"), ("PATIENT", "customer"), ("the guest", "customer"),
        ("SPEAKER_00", None), ("A", None), ("", None), ("Nairobi", None),
    ],
)  # fmt: skip
def test_what_labels_say_by_themselves(label: str, role: str | None) -> None:
    assert known_role(label, ["Priya Nair", "LK02"]) == role


def hidden() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Larkfield's transcripts with the labels hidden; which letter is whose changes by call."""
    calls = {}
    for number, path in enumerate(sorted((LARKFIELD / "transcripts").glob("*.json"))):
        turns = json.loads(path.read_text("utf-8"))["turns"]
        letters = {"agent": "AB"[number % 2], "customer": "BA"[number % 2]}
        calls[path.stem] = [(letters[turn["speaker"]], turn["text"]) for turn in turns]
    return calls


def test_the_agent_is_known_by_talk_and_by_order() -> None:
    roles = tell_apart(hidden())
    told = [role.agent_label == "AB"[number % 2] for number, role in enumerate(roles.values())]
    wrong = [
        call
        for (call, role), right in zip(roles.items(), told, strict=True)
        if role.agent_label is not None and not right
    ]
    assert not wrong
    assert sum(told) >= 0.9 * len(told)


SCRIPT = [
    ("A", "Good afternoon, how can I help you today?"),
    ("B", "My sink is blocked and I am fed up with it."),
    ("A", "Can I take your name and your postcode, please?"),
    ("B", "I am in the old town, I think I told you last week."),
    ("A", "Would you like me to book you in for Friday?"),
    ("B", "I will be in, my wife will be in as well."),
]


def test_three_calls_are_enough_for_talk_alone() -> None:
    roles = tell_apart({f"c{n}": SCRIPT for n in range(3)})
    assert {role.agent_label for role in roles.values()} == {"A"}


def test_tests_that_disagree_leave_a_call_open() -> None:
    """B says, word for word, what is said in all other calls; A talks like an agent."""
    line = ("B", "I would rather leave things the way that they have been up to now.")
    said = [turn for pair in zip(SCRIPT[::2], [line] * 3, strict=True) for turn in pair]
    others = {f"o{n}": [line, ("A", f"Fine number {n}.")] for n in range(6)}
    role = tell_apart({"c": said, **others})["c"]
    assert role.agent_label is None
    assert "but the other talks like an agent" in role.why


@pytest.mark.parametrize("speakers", ["A", "ABC"])
def test_one_or_three_speakers_are_not_told_apart(speakers: str) -> None:
    said = [(letter, "How can I help you?") for letter in speakers]
    role = tell_apart({"c": said})["c"]
    assert role.agent_label is None
    assert f"{len(speakers)} speakers" in role.why
