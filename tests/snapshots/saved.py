"""Small snapshots for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agent.dialogue.reply import Exchange, SpokenLine, Transfer
from agent.dialogue.snapshot import DialogueSnapshot, PlaybookIdentity
from agent.dialogue.state import State, Step
from agent.snapshots.saved_call import SavedCall

CALL = "1f0c8a52-0000-4000-8000-000000000001"
OTHER = "1f0c8a52-0000-4000-8000-000000000002"
NUMBER = "+447700900123"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)

DIALOGUE = DialogueSnapshot(
    playbook=PlaybookIdentity("larkfield", "1", "ab" * 32),
    state=State(
        "pitch",
        slots={"current_provider": "northline", "usage": "films and Ærøskøbing"},
        incomplete=frozenset({"postcode"}),
        skipped=frozenset({"mobile"}),
        objection="price",
        step=Step.RE_ASK,
        pushes={"price": 1},
        turns=3,
    ),
    used=frozenset({"open.hello#0"}),
    keys={"Hello.": "open.hello#0"},
    owed=("terms.price",),
    said=(SpokenLine("pitch.ask", "Does that sound right?", interruptible=False),),
    expects="yes_no",
    transfer=Transfer("sales", "asked"),
    history=(
        Exchange("agent", "Hello."),
        Exchange("caller", "it's oh seven seven oh oh nine hundred"),
    ),
    heard=False,
)


def saved(call_id: str = CALL, minutes: float = 0.0, **values: Any) -> SavedCall:
    """A call saved so many minutes after noon."""
    return SavedCall(
        **{
            "call_id": call_id,
            "channel_id": f"channel of {call_id}",
            "caller_number": NUMBER,
            "instance": "understudy",
            "saved_at": NOON + timedelta(minutes=minutes),
            "dialogue": DIALOGUE,
            **values,
        }
    )
