"""A language model that may fail: the dialogue does without its help."""

import math
from collections.abc import Callable, Sequence

from agent.dialogue.language_model import LanguageModel
from agent.watchdog.faults import Faults
from agent.watchdog.renewable import Renewable

_ENGINE = "llm"


class SteadyLanguageModel:
    """Implements `LanguageModel`; `renew` replaces the model.

    Where it fails the first option stands, which is the nearest examples' choice, and a line is
    spoken as it is written.
    """

    def __init__(self, load: Callable[[], LanguageModel], faults: Faults) -> None:
        """Load the model; blocks. Raises what `load` raises."""
        self._model = Renewable(load)
        self._faults = faults
        self.renew = self._model.renew

    def choose(self, prompt: str, options: Sequence[str]) -> tuple[int, float]:
        """As the model's; (0, 0.0) where it fails."""
        try:
            index, probability = self._model.engine.choose(prompt, options)
        except Exception as error:  # an engine may raise anything
            self._faults.note(_ENGINE, "raised", error)
            return 0, 0.0
        if not 0 <= index < len(options) or not math.isfinite(probability):
            self._faults.note(_ENGINE, "nonsense", (index, probability))
            return 0, 0.0
        return index, min(max(probability, 0.0), 1.0)

    def reword(self, line: str, context: str, grammar: str | None = None) -> str | None:
        """As the model's; None where it fails."""
        try:
            return self._model.engine.reword(line, context, grammar)
        except Exception as error:  # an engine may raise anything
            self._faults.note(_ENGINE, "raised", error)
            return None
