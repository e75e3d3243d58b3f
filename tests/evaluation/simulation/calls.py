"""Simulated calls as they might have come out, without simulating any."""

from dataclasses import replace

from agent.evaluation.comparison.findings import Side
from agent.evaluation.simulation.gates import Breach, Gate
from agent.evaluation.simulation.text_call import SimulatedCall, Taken
from tests.evaluation.talk import talk

_CALL = SimulatedCall(
    persona="busy",
    seed="1:busy:1",
    can_be_won=True,
    outcome="sale",
    bought=True,
    done=True,
    left=False,
    asked_removal=False,
    raised=("price",),
    settled=("price",),
    stages=("opening", "pitch", "close"),
    not_understood=0,
    rubric={"introduction": 1.0, "objections": 0.5},
    breaches=(),
    conversation=talk("a: hello, this is a machine", "c: yes", call="1:busy:1"),
    taken=(Taken(lines=("open.hello",)), Taken("affirm", intent="affirm")),
)


def won(number: int) -> SimulatedCall:
    """A busy customer who ordered."""
    return replace(_CALL, seed=f"1:busy:{number}")


def lost(number: int) -> SimulatedCall:
    """The same customer, who hung up in the pitch with a reason unsettled."""
    return replace(
        won(number),
        outcome="hung up",
        bought=False,
        done=False,
        left=True,
        settled=(),
        stages=("opening", "pitch"),
    )


def breaking(gate: Gate, call: SimulatedCall) -> SimulatedCall:
    """The call, with a gate broken in it."""
    return replace(call, breaches=(Breach(gate, "it is <b>one</b> pound", "nobody said so"),))


def side(label: str, *calls: SimulatedCall) -> Side:
    """A version that had these calls."""
    return Side(label, f"{label}'s title", ("opening", "pitch", "close", "never"), calls)
