"""Whoever leads a simulated call."""

from collections.abc import Mapping
from typing import Protocol

from agent.dialogue.reply import CallerTurn, Reply


class Agent(Protocol):
    """As a `Conversation` leads it."""

    @property
    def disposition(self) -> str: ...
    @property
    def slots(self) -> Mapping[str, str]: ...
    def open(self) -> Reply: ...
    def respond(self, turn: CallerTurn) -> Reply: ...
    def silence(self, count: int) -> Reply: ...
