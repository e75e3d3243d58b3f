"""What all calls of one version share."""

from dataclasses import dataclass

from agent.dialogue.playbook import Playbook
from agent.dialogue.understanding import Understander
from agent.evaluation.customers.mind import Dials
from agent.evaluation.customers.persona import Reason
from agent.evaluation.customers.wording import Phrases


@dataclass(frozen=True, slots=True)
class World:
    """The agent's dialogue, and what customers are made of.

    `approved` is the playbook whose facts are true.
    """

    playbook: Playbook
    approved: Playbook
    understander: Understander
    phrases: Phrases
    meant: dict[Reason, str]
    dials: Dials
