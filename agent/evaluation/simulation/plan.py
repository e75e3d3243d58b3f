"""Who calls in a simulation: the same customers for every version that is compared."""

import itertools
from collections import Counter
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
    """As many calls, by the personas' weights; every persona at least once where there is room."""
    if not personas:
        raise UnderstudyError("No persona was chosen: name some, or leave --personas out.")
    random = Random(seed)  # noqa: S311 a simulation has to be repeatable
    least = max(1, round(calls * _LEAST_PROBES)) if calls >= len(personas) else 0
    chosen = list(itertools.chain.from_iterable([one] * least for one in personas))[:calls]
    chosen += random.choices(personas, [one.weight for one in personas], k=calls - len(chosen))
    random.shuffle(chosen)
    met: Counter[str] = Counter()
    appointments = []
    for persona in chosen:
        met[persona.id] += 1
        appointments.append(Appointment(persona, f"{seed}:{persona.id}:{met[persona.id]}"))
    return tuple(appointments)


def select(personas: Sequence[Persona], names: Sequence[str]) -> tuple[Persona, ...]:
    """The personas of these names, all of them for none. Raises UnderstudyError for others."""
    known = {persona.id: persona for persona in personas}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnderstudyError(
            f"There is no persona {', '.join(unknown)}; they are {', '.join(sorted(known))}."
        )
    return tuple(known[name] for name in names) if names else tuple(personas)
