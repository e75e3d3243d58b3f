"""How the parts are that calls depend on, in a line at the top of the board."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.calls.gatekeeper import AdmissionStats
from agent.web.readiness import Component, State


@dataclass(frozen=True, slots=True)
class Vital:
    """One part; `text` says more where it is not well or where there is a figure."""

    name: str
    state: State = "ok"
    text: str = ""


def vitals_of(
    components: Mapping[str, Callable[[], Component]], admission: AdmissionStats
) -> Sequence[Vital]:
    """What readiness knows of the parts, and whether there is room for more calls."""
    parts = [(name, look()) for name, look in components.items()]
    return (*(Vital(name, part.state, part.why) for name, part in parts), _room(admission))


def _room(admission: AdmissionStats) -> Vital:
    load = f"load {admission.load:.0%} when the latest call came"
    refused = sum(admission.refused.values())
    sent_on = f"; sent on to the queue so far: {refused}" if refused else ""
    full = admission.load >= 1.0
    return Vital("room for calls", "impaired" if full else "ok", load + sent_on)
