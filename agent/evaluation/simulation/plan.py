"""Who calls in a simulation: the same customers for every version that is compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from agent.errors import UnderstudyError
from agent.evaluation.customers.persona import Persona

# A probe that comes too rarely proves nothing: each gets at least this share of the calls.
_LEAST_PROBES = 0.01


@dataclass(frozen=True, slots=True)
class Appointment:
    """One call to be simulated: its seed makes the same customer of the same persona again."""

    persona: Persona
    seed: str


def plan(personas: Sequence[Persona], calls: int, seed: int) -> tuple[Appointment, ...]:
    """As many calls, by the personas' weights; every persona at least once where there is room.

    Shares are kept as exactly as whole calls allow, so that chance is in the customers alone.
    """
    if not personas:
        raise UnderstudyError("No persona was chosen: name some, or leave --personas out.")
    appointments = [
        Appointment(persona, f"{seed}:{persona.id}:{number}")
        for persona, count in zip(personas, _counts(personas, calls), strict=True)
        for number in range(1, count + 1)
    ]
    Random(seed).shuffle(appointments)  # noqa: S311 a simulation has to be repeatable
    return tuple(appointments)


def _counts(personas: Sequence[Persona], calls: int) -> list[int]:
    """Calls of each persona: the least, and what is left by weight, by largest remainders."""
    least = max(1, round(calls * _LEAST_PROBES)) if calls >= len(personas) else 0
    least = min(least, calls // len(personas))
    left, weights = calls - least * len(personas), sum(one.weight for one in personas)
    exact = [left * one.weight / weights for one in personas]
    counts = [least + int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: int(exact[at]) - exact[at])
    for at in by_remainder[: calls - sum(counts)]:
        counts[at] += 1
    return counts


def select(personas: Sequence[Persona], names: Sequence[str]) -> tuple[Persona, ...]:
    """The personas of these names, all of them for none. Raises UnderstudyError for others."""
    known = {persona.id: persona for persona in personas}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnderstudyError(
            f"There is no persona {', '.join(unknown)}; they are {', '.join(sorted(known))}."
        )
    return tuple(known[name] for name in names) if names else tuple(personas)
