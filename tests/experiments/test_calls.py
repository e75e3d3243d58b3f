"""What a recorded call counts for."""

from datetime import timedelta
from typing import Any

import pytest

from agent.experiments.report.calls import CountedCall, counted
from agent.experiments.store import RecordedCall
from agent.records.models import AssignedCall, Call, Speaker, Turn
from tests.records.calls import CALL, NOON

TELLS = "Hello, I am the automated assistant of Bright Windows."


def turns(*said: str, **first: Any) -> list[Turn]:
    """The agent begins, and they take turns."""
    made = []
    for index, text in enumerate(said):
        speaker = Speaker.CALLER if index % 2 else Speaker.AGENT
        more = first if index == 0 else {}
        made.append(
            Turn(
                call_id=CALL, index=index, speaker=speaker, text=text, start_s=index,
                end_s=index + 0.5, **more,
            )
        )  # fmt: skip
    return made


def count(said: list[Turn], *, removed: bool = False, **call: Any) -> CountedCall:
    values = {"outcome": "no_outcome", "ended_at": NOON + timedelta(minutes=3), **call}
    record = Call(id=CALL, instance="i", channel_id="1", started_at=NOON, **values)
    assigned = AssignedCall(call_id=CALL, revision="r", variant="new", unit="ann")
    return counted(RecordedCall(assigned, record, said, removed), frozenset({"sale"}))


@pytest.mark.parametrize(
    ("outcome", "disposition", "ended_by", "queue", "counts"),
    [
        ("sale", "sale", "agent", None, (True, False, False)),
        ("transferred", "sale", "transfer", "sales", (True, True, False)),
        ("no_outcome", None, "caller", None, (False, False, True)),
        ("no_sale", "no_sale", "caller", None, (False, False, False)),
        ("lost", None, "crash", None, (False, False, False)),
    ],
)
def test_every_call_counts_however_it_went(
    outcome: str,
    disposition: str | None,
    ended_by: str,
    queue: str | None,
    counts: tuple[bool, ...],
) -> None:
    found = count(
        turns(TELLS),
        outcome=outcome,
        disposition=disposition,
        ended_by=ended_by,
        transfer_queue=queue,
    )
    assert (found.success, found.handed_over, found.hung_up) == counts
    assert found.minutes == 3.0


def test_the_agent_has_to_say_what_it_is() -> None:
    assert count(turns(TELLS, "yes")).gates == {"not disclosed": False}
    assert count(turns("Hello, it's Ann.", "yes", "Good.")).gates == {"not disclosed": True}
    later = count(turns("Hello.", "who are you", "An automated assistant."))
    assert later.gates == {"not disclosed": False}


def test_who_hangs_up_in_the_greeting_could_not_be_told() -> None:
    assert count(turns(TELLS, interrupted=True, heard_text="Hello, I")).gates == {}
    went_on = turns(TELLS, "what", "It's Ann.", interrupted=True, heard_text="Hello, I")
    assert count(went_on).gates == {"not disclosed": True}


def test_who_asks_not_to_be_called_has_to_be_on_the_register() -> None:
    said = turns(TELLS, "please take me off your list", "Of course.")
    assert count(said).gates["do-not-call missed"]
    assert not count(said, removed=True).gates["do-not-call missed"]
    assert not count(said, disposition="do_not_call").gates["do-not-call missed"]


def test_words_that_are_not_kept_are_not_judged() -> None:
    found = count(turns("[not kept]", "[not kept]"), outcome="sale")
    assert (found.success, found.rubric, found.gates) == (True, {}, {})


def test_the_rubric_is_scored_from_what_was_said() -> None:
    said = turns(TELLS, "yes", "Shall I book you in for Monday?", "yes please", "Goodbye!")
    assert "closing" in count(said).rubric
