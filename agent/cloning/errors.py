"""What goes wrong in cloning, in words for the person at the keyboard."""

from agent.errors import UnderstudyError


class CloneError(UnderstudyError):
    """A clone project, its recordings or its tables can't be used as they are."""
