"""An engine that can be replaced by a new one of its kind."""

from collections.abc import Callable
from typing import Generic, TypeVar

_Engine = TypeVar("_Engine")


class Renewable(Generic[_Engine]):
    """Holds an engine; `renew` lets it go, and whoever needs it next loads another one.

    The old one may be inside a call that never returns, with its locks held.
    """

    def __init__(self, load: Callable[[], _Engine]) -> None:
        """Load the first one. Raises what `load` raises; it blocks."""
        self._load = load
        self._engine: _Engine | None = load()

    def renew(self) -> None:
        """Use the present one no more; from any thread, returns at once."""
        self._engine = None

    @property
    def engine(self) -> _Engine:
        """The present one; blocks while a new one is loaded."""
        engine = self._engine
        if engine is None:
            engine = self._engine = self._load()
        return engine
