"""What can go wrong between the records and their database, in one line each."""

from agent.errors import UnderstudyError


class DatabaseUnavailable(UnderstudyError):
    """The database can't be reached, opened or used as configured."""


class SchemaMismatch(UnderstudyError):
    """The database's tables are not those of this version."""


class CallNotFound(UnderstudyError):
    """No call, or more than one, has the id or the beginning of an id that was asked for."""


class ErasureRefused(UnderstudyError):
    """Something of what is to be erased can't be erased now."""


class BadCursor(UnderstudyError):
    """The place to go on from, in a list of calls, is none."""
