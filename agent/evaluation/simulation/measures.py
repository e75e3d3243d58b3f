"""What is measured of simulated calls, call by call; None where there was no opportunity."""

from collections.abc import Callable, Mapping, Sequence

from agent.evaluation.simulation.text_call import SimulatedCall

Measure = Callable[[SimulatedCall], float | None]


def _settled(call: SimulatedCall) -> float | None:
    return len(call.settled) / len(call.raised) if call.raised else None


def _understood(call: SimulatedCall) -> float | None:
    said = sum(turn.speaker == "customer" for turn in call.conversation.turns)
    return 1 - call.not_understood / said if said else None


MEASURES: Mapping[str, Measure] = {
    "bought": lambda call: float(call.bought),
    "hung up on": lambda call: float(call.left),
    "objections settled": _settled,
    "turns understood": _understood,
    "turns": lambda call: float(len(call.conversation.turns)),
}


def measured(calls: Sequence[SimulatedCall]) -> dict[str, list[float | None]]:
    """Every measure of every call, in the calls' order."""
    return {name: [measure(call) for call in calls] for name, measure in MEASURES.items()}
