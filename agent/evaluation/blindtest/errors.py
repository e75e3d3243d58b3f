"""What goes wrong with a blind test, in words for the person at the keyboard."""

from agent.errors import UnderstudyError


class BlindTestError(UnderstudyError):
    """A blind test can't be made or read as it is."""
