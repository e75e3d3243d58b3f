"""Whoever leads a simulated call."""

from collections.abc import Mapping
from typing import Protocol

from agent.dialogue.reply import CallerTurn, Reply


class Dialogue(Protocol):
    """What is known of a call's dialogue from outside."""

    @property
    def disposition(self) -> str: ...
    @property
    def slots(self) -> Mapping[str, str]: ...


class Agent(Dialogue, Protocol):
    """As a `Conversation` leads it."""

    def open(self) -> Reply: ...
    def respond(self, turn: CallerTurn) -> Reply: ...
    def silence(self, count: int) -> Reply: ...
