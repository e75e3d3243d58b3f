"""The base of every error that a user may see as one line."""


class UnderstudyError(Exception):
    """An error whose text names the thing, the place and the remedy in one line.

    The command line prints it as it is and exits with status 1; no traceback reaches a user.
    """
