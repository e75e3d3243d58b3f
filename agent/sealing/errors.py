"""What can go wrong with sealed data, in one line each."""

from agent.errors import UnderstudyError


class KeyFileError(UnderstudyError):
    """A key file that can't be read, written or used."""


class KeyMissing(UnderstudyError):
    """Something is sealed with a key that is not at hand."""


class SealBroken(UnderstudyError):
    """Sealed data that was changed or cut off after it had been sealed."""
