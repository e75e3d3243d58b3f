"""What a caller hears while an engine is being replaced: a prepared line, once a turn."""

from agent.calls.speaker import Speaker
from agent.dialogue.reply import SpokenLine

STAND_IN = "stand_in"


class Patience:
    """Asks the caller to wait a moment; the second time in a turn there is no moment left."""

    def __init__(self, text: str) -> None:
        """`text` is a prepared line."""
        self._line = SpokenLine(STAND_IN, text, interruptible=False)
        self.spent = False

    def renew(self) -> None:
        """Another turn begins."""
        self.spent = False

    def ask_for(self, speaker: Speaker) -> bool:
        """Say the line; False where it can't be said now. Either way it was the only time."""
        self.spent = True
        return speaker.stand_in(self._line)
