"""What can go wrong with a model or an engine, each as one line for a user."""

from agent.errors import UnderstudyError


class MissingModel(UnderstudyError):
    """A model that isn't on this machine; the text says how to get it."""


class CorruptModel(UnderstudyError):
    """Files that are there but aren't the model they should be."""


class FetchFailed(UnderstudyError):
    """A download or an installation that did not arrive whole."""


class RecognitionFailed(UnderstudyError):
    """The recogniser stopped in the middle of a call; its transcript is incomplete."""


class SynthesisFailed(UnderstudyError):
    """A text that the voice could not be made to say."""
