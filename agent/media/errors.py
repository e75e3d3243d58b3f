"""What can go wrong in the media room before a call has audio."""

from agent.errors import UnderstudyError


class UnknownCodec(UnderstudyError):
    """A codec name that the media room has no coder for."""


class NoFreePort(UnderstudyError):
    """Every RTP port of the configured range is taken, or the address isn't this host's."""
