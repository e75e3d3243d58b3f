"""What is measured of simulated calls, call by call; None where there was no opportunity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agent.evaluation.rubric.criteria import Group
from agent.evaluation.simulation.text_call import SimulatedCall


@dataclass(frozen=True, slots=True)
class Measure:
    """`better` is 1 where more is better, -1 where less is, 0 where neither can be said."""

    name: str
    of: Callable[[SimulatedCall], float | None]
    better: int = 1
    share: bool = True


def _won(call: SimulatedCall) -> float | None:
    return float(call.done) if call.can_be_won else None


def _settled(call: SimulatedCall) -> float | None:
    return len(call.settled) / len(call.raised) if call.raised else None


def _understood(call: SimulatedCall) -> float | None:
    said = sum(turn.speaker == "customer" for turn in call.conversation.turns)
    return 1 - call.not_understood / said if said else None


def _rubric(group: Group) -> Callable[[SimulatedCall], float | None]:
    return lambda call: call.rubric.get(group)


DONE = "reached its goal"
OF_GROUP: Mapping[Group, str] = MappingProxyType(
    {
        "introduction": "rubric A: introduction",
        "product": "rubric B: product",
        "drive": "rubric C: drive",
        "objections": "rubric D: objections",
        "closing": "rubric E: closing",
    }
)
MEASURES: tuple[Measure, ...] = (
    Measure("reached its goal, of who can be won", _won),
    Measure(DONE, lambda call: float(call.done)),
    Measure("hung up on", lambda call: float(call.left), better=-1),
    Measure("objections settled", _settled),
    Measure("turns understood", _understood),
    *(Measure(name, _rubric(group)) for group, name in OF_GROUP.items()),
    Measure("turns a call", lambda call: len(call.conversation.turns), better=0, share=False),
)


def measured(calls: Sequence[SimulatedCall]) -> dict[str, list[float | None]]:
    """Every measure of every call, in the calls' order."""
    return {measure.name: [measure.of(call) for call in calls] for measure in MEASURES}
