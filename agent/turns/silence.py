"""Prompts to a caller who says nothing."""


class SilenceLadder:
    """Counts silence from the end of the agent's speech; each step is due once."""

    def __init__(self, prompts_s: tuple[float, ...]) -> None:
        self._prompts_s = prompts_s
        self._since_s: float | None = None
        self._step = 0

    def start(self, now_s: float) -> None:
        """The agent has finished speaking; time already waited in earlier steps counts on."""
        waited = self._prompts_s[self._step - 1] if self._step else 0.0
        self._since_s = now_s - waited

    def hold(self) -> None:
        """Someone speaks or thinks: no prompt is due."""
        self._since_s = None

    def reset(self) -> None:
        """The caller was heard: the next silence starts at the first step."""
        self._since_s = None
        self._step = 0

    def due(self, now_s: float) -> int | None:
        """The number of the prompt that is due now (1, 2, ...), or None."""
        if self._since_s is None or self._step >= len(self._prompts_s):
            return None
        if now_s - self._since_s < self._prompts_s[self._step]:
            return None
        self._step += 1
        self._since_s = None
        return self._step
