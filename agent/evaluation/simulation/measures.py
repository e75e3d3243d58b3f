"""What is measured of simulated calls, call by call; None where there was no opportunity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agent.evaluation.rubric.criteria import Group
from agent.evaluation.simulation.heard import IN_TIME_MS, ROOM_WITHIN_MS, Heard
from agent.evaluation.simulation.simulated_call import SimulatedCall


@dataclass(frozen=True, slots=True)
class Measure:
    """`better` is 1 where more is better, -1 where less is, 0 where neither can be said.

    `with_sound`: it means something in calls with sound only.
    """

    name: str
    of: Callable[[SimulatedCall], float | None]
    better: int = 1
    share: bool = True
    with_sound: bool = False


def _won(call: SimulatedCall) -> float | None:
    return float(call.done) if call.can_be_won else None


def _settled(call: SimulatedCall) -> float | None:
    return len(call.settled) / len(call.raised) if call.raised else None


def _understood(call: SimulatedCall) -> float | None:
    said = sum(turn.speaker == "customer" for turn in call.conversation.turns)
    return 1 - call.not_understood / said if said else None


def _rubric(group: Group) -> Callable[[SimulatedCall], float | None]:
    return lambda call: call.rubric.get(group)


def _in_sound(of: Callable[[Heard], float | None]) -> Callable[[SimulatedCall], float | None]:
    return lambda call: of(call.heard) if call.heard is not None else None


def _in_time(heard: Heard) -> float | None:
    return _share([wait <= IN_TIME_MS for wait in heard.answers_ms])


def _made_room(heard: Heard) -> float | None:
    return _share([wait is not None and wait <= ROOM_WITHIN_MS for wait in heard.yields_ms])


def _kept_on(heard: Heard) -> float | None:
    return _share(heard.kept_on)


def _misheard(heard: Heard) -> float | None:
    return heard.words_wrong / heard.words if heard.words else None


def _share(of: Sequence[bool]) -> float | None:
    return sum(of) / len(of) if of else None


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
    Measure("answers within 0.9 s", _in_sound(_in_time), with_sound=True),
    Measure("cut in, silent within 1 s", _in_sound(_made_room), with_sound=True),
    Measure("cough or hum, went on", _in_sound(_kept_on), with_sound=True),
    Measure("words misheard", _in_sound(_misheard), better=-1, with_sound=True),
)


def measured(calls: Sequence[SimulatedCall]) -> dict[str, list[float | None]]:
    """Every measure of every call, in the calls' order."""
    return {measure.name: [measure.of(call) for call in calls] for measure in MEASURES}
