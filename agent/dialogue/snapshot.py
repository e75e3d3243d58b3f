"""A dialogue as it stood after a turn, in a form that outlives its process."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, field_serializer

from agent.dialogue.reply import Action, Continue, Exchange, HangUp, SpokenLine, Transfer
from agent.dialogue.rules import mask_digits
from agent.dialogue.state import State


class PlaybookIdentity(NamedTuple):
    """Which playbook, in which version, with which content; a changed one is another."""

    id: str
    version: str
    sha256: str


class DialogueSnapshot(BaseModel):
    """Everything a conversation needs to go on; checked when it is read back.

    `heard` tells whether the agent's last turn had its say: one that broke off is said again.
    `history` is written with every long run of digits masked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    playbook: PlaybookIdentity
    state: State
    used: frozenset[str] = frozenset()
    keys: dict[str, str] = {}
    owed: tuple[str, ...] = ()
    said: tuple[SpokenLine, ...] = ()
    expects: str | None = None
    hangs_up: bool = False
    transfer: Transfer | None = None
    history: tuple[Exchange, ...] = ()
    heard: bool = True

    @property
    def action(self) -> Action:
        """What was to follow the agent's last turn."""
        if self.hangs_up:
            return HangUp()
        return self.transfer or Continue()

    @field_serializer("history")
    def _masked(self, history: tuple[Exchange, ...]) -> list[dict[str, str]]:
        return [{"speaker": e.speaker, "text": mask_digits(e.text)} for e in history]
