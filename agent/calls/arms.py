"""What a call is led with; in an experiment that depends on who calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agent.asterisk.events import Channel
from agent.calls.journal import CallJournal
from agent.calls.services import CallServices
from agent.dialogue.in_use import PlaybookInUse
from agent.dialogue.snapshot import PlaybookIdentity
from agent.experiments.design import Design, design
from agent.experiments.settings import ExperimentSettings
from agent.records.models import Direction
from agent.records.records import Assignment
from agent.turns.settings import TurnSettings

OpenJournal = Callable[[str, Channel, Path | None, Direction], CallJournal]


@dataclass(frozen=True, slots=True)
class Arm:
    """Engines and records of one call; chosen before anything of it is said."""

    services: CallServices
    open_journal: OpenJournal


@dataclass(frozen=True, slots=True)
class Lead:
    """Calls that are led by one playbook, with one set of turn-taking settings."""

    services: CallServices
    playbook: PlaybookInUse


class Arms:
    """Gives each call its arm. Without an experiment that is the same for all."""

    def __init__(
        self,
        outside: Lead,
        variants: Mapping[str, Lead],
        experiment: ExperimentSettings,
        turns: TurnSettings,
        open_journal: Callable[..., CallJournal],
    ) -> None:
        """`outside` leads who is in no experiment; `turns` are its settings.

        `open_journal` opens a journal by a playbook's identity and a call's assignment.
        """
        self._outside = outside
        self._variants = variants
        self._experiment = experiment
        self._turns = turns
        self._open_journal = open_journal
        self._designed: tuple[tuple[PlaybookIdentity, ...], Design] | None = None

    def of(self, channel: Channel) -> Arm:
        """The arm of who is at the other end of this channel."""
        if not self._variants:
            return self.outside
        assignment = self.design.assign(channel.caller_number, channel.channel_id)
        return self._arm(self._variants.get(assignment.variant, self._outside), assignment)

    @property
    def outside(self) -> Arm:
        """The arm of a call that is in no experiment."""
        return self._arm(self._outside, None)

    @property
    def design(self) -> Design:
        """The experiment with the playbooks that new calls get; a reloaded one makes another."""
        leads = (self._outside, *self._variants.values())
        identities = tuple(lead.playbook.identity for lead in leads)
        if self._designed is None or self._designed[0] != identities:
            books = {name: lead.playbook.identity for name, lead in self._variants.items()}
            done = frozenset(lead.playbook.playbook.objective.definition_of_done for lead in leads)
            made = design(self._experiment, self._turns, books, identities[0], done)
            self._designed = identities, made
        return self._designed[1]

    def _arm(self, lead: Lead, assignment: Assignment | None) -> Arm:
        identity = lead.playbook.identity
        return Arm(
            lead.services, partial(self._open_journal, playbook=identity, assignment=assignment)
        )
