from datetime import UTC, datetime, timedelta

import pytest

from agent.outbound.outcomes import Outcome, answered, exit_status, next_attempt, unanswered
from agent.outbound.settings import RetrySettings

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
RETRY = RetrySettings()


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (17, Outcome.BUSY), (19, Outcome.NO_ANSWER), (21, Outcome.REJECTED),
        (1, Outcome.INVALID), (34, Outcome.CONGESTION), (16, Outcome.NO_ANSWER),
        (0, Outcome.FAILED), (127, Outcome.FAILED),
    ],
)  # fmt: skip
def test_an_unanswered_call_tells_why_by_its_cause(cause: int, outcome: Outcome) -> None:
    assert unanswered(cause) is outcome


@pytest.mark.parametrize(
    ("party", "call_outcome", "outcome"),
    [
        ("human", "sale", Outcome.TALKED), ("uncertain", "no_outcome", Outcome.TALKED),
        ("voicemail", "voicemail", Outcome.VOICEMAIL), ("ivr", "ivr", Outcome.IVR),
        (None, "no_outcome", Outcome.HUNG_UP), (None, "failed", Outcome.FAILED),
        (None, "lost", Outcome.FAILED),
    ],
)  # fmt: skip
def test_an_answered_call_is_what_its_record_says(
    party: str | None, call_outcome: str, outcome: Outcome
) -> None:
    assert answered(party, call_outcome) is outcome


def test_spacing_depends_on_the_outcome() -> None:
    def waits(outcome: Outcome) -> timedelta:
        at = next_attempt(outcome, 1, NOW, RETRY)
        assert at is not None
        return at - NOW

    assert waits(Outcome.BUSY) == timedelta(minutes=15)
    assert waits(Outcome.NO_ANSWER) == timedelta(hours=2)
    assert waits(Outcome.VOICEMAIL) == timedelta(days=1)
    assert waits(Outcome.CONGESTION) == timedelta(minutes=30)


@pytest.mark.parametrize("outcome", [Outcome.TALKED, Outcome.INVALID, Outcome.IVR, Outcome.HUNG_UP])
def test_some_are_not_called_again(outcome: Outcome) -> None:
    assert next_attempt(outcome, 1, NOW, RETRY) is None


def test_the_last_attempt_is_the_last() -> None:
    assert next_attempt(Outcome.BUSY, 2, NOW, RETRY) is not None
    assert next_attempt(Outcome.BUSY, 3, NOW, RETRY) is None


def test_what_we_cancelled_is_due_at_once() -> None:
    assert next_attempt(Outcome.CANCELLED, 9, NOW, RETRY) == NOW


def test_only_a_talk_is_a_success_for_a_script() -> None:
    statuses = {outcome: exit_status(outcome) for outcome in Outcome}
    assert [outcome for outcome, status in statuses.items() if status == 0] == [Outcome.TALKED]
    assert not {1, 2} & set(statuses.values()), "these mean errors"
