"""What the dialogue asks of a language model: to choose, and to reword. Never to author."""

from collections.abc import Sequence
from typing import Protocol


class LanguageModel(Protocol):
    """A small model on this machine's CPUs; every call blocks."""

    def choose(self, prompt: str, options: Sequence[str]) -> tuple[int, float]:
        """The index of the option that answers the prompt, and its probability (0 to 1)."""

    def reword(self, line: str, context: str, grammar: str | None = None) -> str | None:
        """A line said in other words, given the part of the call and what the caller said.

        None when the model ran out of its time or of words before the sentence ended; the line is
        then spoken as it is. `grammar` is GBNF that the words must follow.
        """
