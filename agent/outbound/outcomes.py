"""What became of an attempt to call somebody, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.outbound.greetings import Party
from agent.outbound.settings import RetrySettings


class Outcome(StrEnum):
    """How one attempt ended."""

    TALKED = "talked"  # with a person; the call's disposition says the rest
    HUNG_UP = "hung_up"  # answered, and hung up before anything was said
    VOICEMAIL = "voicemail"
    IVR = "ivr"
    SCREENING = "screening"
    UNAVAILABLE = "unavailable"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    INVALID = "invalid"  # there is no such number
    CONGESTION = "congestion"
    FAILED = "failed"
    ABANDONED = "abandoned"  # answered, and no agent was there
    CANCELLED = "cancelled"
    DO_NOT_CALL = "do_not_call"  # on the register: not dialled
    NO_CONSENT = "no_consent"  # not dialled


# ITU-T Q.850 causes of calls that were not answered.
_CAUSES = {
    Outcome.BUSY: (17,),
    # 16, 26, 32: somebody else hung up while it rang.
    Outcome.NO_ANSWER: (16, 18, 19, 20, 26, 32),
    Outcome.REJECTED: (21,),
    Outcome.INVALID: (1, 2, 3, 22, 28),
    Outcome.CONGESTION: (27, 34, 38, 41, 42, 44, 47, 58),
}
_OUTCOME_OF_CAUSE = {cause: outcome for outcome, causes in _CAUSES.items() for cause in causes}
_MACHINES = {
    Party.VOICEMAIL: Outcome.VOICEMAIL,
    Party.IVR: Outcome.IVR,
    Party.SCREENING: Outcome.SCREENING,
    Party.UNAVAILABLE: Outcome.UNAVAILABLE,
}
# The command's exit status; 1 is an error, 2 a wrong command line.
_EXIT_STATUS = {
    Outcome.TALKED: 0,
    Outcome.HUNG_UP: 3,
    Outcome.VOICEMAIL: 4,
    Outcome.IVR: 5,
    Outcome.SCREENING: 5,
    Outcome.UNAVAILABLE: 5,
    Outcome.NO_ANSWER: 6,
    Outcome.BUSY: 7,
    Outcome.REJECTED: 7,
    Outcome.DO_NOT_CALL: 9,
}
_TROUBLE_STATUS = 8
# Nothing that has to do with who is called.
TROUBLE = frozenset({Outcome.CONGESTION, Outcome.FAILED, Outcome.ABANDONED})
# What no further attempt would change, or what would be pestering.
_FINAL = frozenset(
    {
        Outcome.TALKED,
        Outcome.HUNG_UP,
        Outcome.IVR,
        Outcome.INVALID,
        Outcome.DO_NOT_CALL,
        Outcome.NO_CONSENT,
    }
)


@dataclass(frozen=True, slots=True)
class Result:
    """One attempt's end. `disposition` is the call record's, where an agent had the call."""

    outcome: Outcome
    cause: int = 0
    answered_at: datetime | None = None
    call_id: str | None = None
    disposition: str = ""

    @property
    def shown(self) -> str:
        """For people: the disposition of a talk, else the outcome."""
        return self.disposition or self.outcome.value


def unanswered(cause: int) -> Outcome:
    """Why nobody answered, by the Q.850 cause with which the channel ended."""
    return _OUTCOME_OF_CAUSE.get(cause, Outcome.FAILED)


def answered(party: str | None, call_outcome: str | None) -> Outcome:
    """What an answered call was, by its record: who answered, and how the call ended."""
    if party is None:
        return Outcome.FAILED if call_outcome in ("failed", "lost") else Outcome.HUNG_UP
    return _MACHINES.get(Party(party), Outcome.TALKED)


def exit_status(outcome: Outcome) -> int:
    """Of the command that placed the call."""
    return _EXIT_STATUS.get(outcome, _TROUBLE_STATUS)


def next_attempt(
    outcome: Outcome, attempts: int, now: datetime, settings: RetrySettings
) -> datetime | None:
    """When to try again after so many attempts; None: never.

    An attempt that we cancelled does not count and may be repeated at once.
    """
    if outcome is Outcome.CANCELLED:
        return now
    if outcome in _FINAL or attempts >= settings.attempts:
        return None
    minutes = {
        Outcome.BUSY: settings.busy_min,
        Outcome.NO_ANSWER: settings.no_answer_min,
        Outcome.REJECTED: settings.no_answer_min,
        Outcome.VOICEMAIL: settings.machine_min,
        Outcome.SCREENING: settings.machine_min,
        Outcome.UNAVAILABLE: settings.machine_min,
    }.get(outcome, settings.trouble_min)
    return now + timedelta(minutes=minutes)
