"""What came of a simulated call, at whichever level it was simulated."""

from dataclasses import dataclass

from agent.cloning.recorded import Conversation as Recorded
from agent.evaluation.customers.persona import Reason
from agent.evaluation.rubric.criteria import Group
from agent.evaluation.simulation.gates import Breach
from agent.evaluation.simulation.heard import Heard

TRANSFERRED, HUNG_UP = "transferred", "hung up"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a customer did in its turn and what the agent took it for, or an agent's turn's lines.

    `reason` is the one that a customer gives, `objection` the one that was understood.
    """

    does: str = ""
    reason: Reason | None = None
    intent: str = ""
    objection: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """What came of one call.

    `outcome` is the playbook's disposition, or TRANSFERRED, HUNG_UP. `done`: the customer said yes,
    and the call ended as the playbook's objective wants. `left`: the customer hung up before the
    agent had ended it. `rubric` has the groups that came up, from 0 to 1; `taken` is of each turn
    of the conversation. `heard` is None for a call in text.
    """

    persona: str
    seed: str
    can_be_won: bool
    outcome: str
    bought: bool
    done: bool
    left: bool
    asked_removal: bool
    raised: tuple[Reason, ...]
    settled: tuple[Reason, ...]
    stages: tuple[str, ...]
    not_understood: int
    rubric: dict[Group, float]
    breaches: tuple[Breach, ...]
    conversation: Recorded
    taken: tuple[Taken, ...]
    heard: Heard | None = None
