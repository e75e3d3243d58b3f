"""Which outcomes of calls are successes, where nobody has said so."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.cloning.ingest.cells import words_of

# Stems of what tables of calls write about calls that reached what they were made for.
_SUCCESS = re.compile(
    r"^(sale|sales|sold|won|win|book\w*|convert\w*|conversion|renew\w*|resolv\w*|solved|fixed|"
    r"success\w*|complet\w*|accept\w*|agreed|approved|purchas\w*|bought|ordered|order|paid|"
    r"payment|signed|signup|upsold|upgrad\w*|retained|saved|enrol\w*|subscrib\w*|confirmed|"
    r"scheduled|appointment|diary|diarised|visit|agreement|contract|joined|secured|reserved|reservation|deposit|yes|y|true|1)$"
)
_FAILURE = re.compile(
    r"^(no|non|not|none|un\w+|lost|loss|lose|declin\w*|refus\w*|reject\w*|fail\w*|cancel\w*|"
    r"never|without|abandon\w*|dnc|wrong|invalid|drop\w*|escalat\w*|churn\w*|"
    r"objection|pending|voicemail|callback|enquiry|inquiry|false|n|0)$"
)
_NO_CONTACT = re.compile(
    r"^(answered|no ?answer|busy|failed|congestion|cancel|chanunavail|voicemail|machine)$"
)
# An outcome whose calls mostly have a value is one that brought it.
_MOSTLY = 0.5
# When nearly every call has a value, having one tells nothing.
_NEARLY_ALL = 0.95


def means_success(outcome: str) -> bool:
    """By its words: "sale", "Appointment booked", "resolved"; not "no sale", "not resolved"."""
    words = words_of(outcome)
    return any(map(_SUCCESS.match, words)) and not any(map(_FAILURE.match, words))


def means_failure(outcome: str) -> bool:
    """By its words: "no_sale", "Lost", "not interested", "unresolved"."""
    return any(map(_FAILURE.match, words_of(outcome)))


def means_no_contact(outcome: str) -> bool:
    """What a PBX writes: ANSWERED, NO ANSWER, BUSY, FAILED."""
    return bool(_NO_CONTACT.match(" ".join(words_of(outcome))))


@dataclass(frozen=True, slots=True)
class Success:
    """Which outcomes (in lower case) count as won and as lost, and what says so, for a reader."""

    won: frozenset[str]
    lost: frozenset[str]
    by: str

    def of(self, outcome: str, value: float | None) -> bool | None:
        """None for a call whose outcome nobody knows."""
        key = outcome.casefold()
        if key in self.won:
            return True
        if key in self.lost:
            return False
        if self.won or self.lost or value is None:
            return None
        return value > 0


def understand_outcomes(
    calls: Iterable[tuple[str, float | None]], won: Sequence[str], lost: Sequence[str]
) -> Success:
    """From each call's outcome and value; `won` and `lost` are what the user has said."""
    values: dict[str, list[float | None]] = defaultdict(list)
    for outcome, value in calls:
        if outcome:
            values[outcome.casefold()].append(value)
    said_won = frozenset(outcome.casefold() for outcome in won)
    said_lost = frozenset(outcome.casefold() for outcome in lost)
    if said_won:
        return Success(said_won, said_lost or frozenset(values) - said_won, "you have said so")
    if not values:
        return Success(frozenset(), said_lost, "a call with a value above 0 is won")
    # A word of failure is not overruled by a value: an order that was cancelled has one, too.
    paid = frozenset(outcome for outcome in _paid(values) if not means_failure(outcome))
    worded = frozenset(outcome for outcome in values if means_success(outcome))
    found = (paid | worded) - said_lost
    by = {
        (True, True): "by their words, and most of their calls have a value above 0",
        (True, False): "most of their calls have a value above 0",
        (False, True): "by their words",
    }.get((bool(paid), bool(worded)), "nothing")
    return Success(found, said_lost or frozenset(values) - found, by)


def _paid(values: Mapping[str, Sequence[float | None]]) -> frozenset[str]:
    """Outcomes that brought something, where having a value tells calls apart."""
    brought = {
        outcome: sum(value is not None and value > 0 for value in told)
        for outcome, told in values.items()
    }
    if sum(brought.values()) > _NEARLY_ALL * sum(map(len, values.values())):
        return frozenset()
    return frozenset(o for o, number in brought.items() if number > _MOSTLY * len(values[o]))
