"""What awaits a caller in a queue, in words that are true."""

from dataclasses import dataclass

# Playbook lines name these as variables.
PLACE, WAIT = "queue_place", "queue_wait"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class QueueOutlook:
    """A queue in which nobody is free.

    `ahead` counts the callers who were there before; `wait_s` is how long the last ones have
    waited, None while the queue knows of none.
    """

    ahead: int
    wait_s: int | None

    def spoken(self) -> dict[str, str]:
        """The playbook variables that can be told; the wait only where it is known."""
        told = {PLACE: _place(self.ahead)}
        if self.wait_s is not None:
            told[WAIT] = _duration(self.wait_s)
        return told


def _place(ahead: int) -> str:
    if ahead == 0:
        return "you would be next"
    if ahead == 1:
        return "there is one caller before you"
    return f"there are {_number(ahead)} callers before you"


def _duration(seconds: int) -> str:
    if seconds < _MINUTE_S:
        return "less than a minute"
    minutes = -(-seconds // _MINUTE_S)
    exact = "about " if minutes < len(_NUMBERS) else ""
    return f"{exact}{_number(minutes)} minute" + ("s" if minutes > 1 else "")


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"more than {_NUMBERS[-1]}"
