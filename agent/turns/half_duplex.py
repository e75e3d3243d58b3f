"""Speaking by turns, for lines on which interruptions can't be told from echo and noise."""

from collections import deque

from agent.turns.settings import HalfDuplexSettings


class HalfDuplex:
    """Whether one call goes by turns at present: only keys and words of its own interrupt.

    What a supervisor has ordered stands to the end of the call, whatever the line is like.
    """

    def __init__(self, settings: HalfDuplexSettings) -> None:
        self._settings = settings
        self._verdicts: deque[bool] = deque(maxlen=settings.judged_pauses)
        self._since_s: float | None = None
        self._trouble_s = float("-inf")
        self._hinted = False
        self._ordered: bool | None = None
        self._total_s = 0.0

    @property
    def active(self) -> bool:
        """Whether pauses on mere sound are off."""
        return self._since_s is not None

    @property
    def accuracy(self) -> float:
        """The share of the last pauses that the caller meant; 1 while too few were judged."""
        if len(self._verdicts) < self._settings.judged_pauses:
            return 1.0
        return sum(self._verdicts) / len(self._verdicts)

    def seconds(self, now_s: float) -> float:
        """How long the call has gone by turns."""
        return self._total_s + (now_s - self._since_s if self._since_s is not None else 0.0)

    def judged(self, now_s: float, *, meant: bool) -> None:
        """A pause was committed (the caller meant it) or taken back."""
        self._verdicts.append(meant)
        if self.accuracy < self._settings.min_accuracy:
            self._enter(now_s)

    def echo(self, now_s: float, return_loss_db: float | None) -> None:
        """The echo path as it is known now; None where there is none."""
        if return_loss_db is not None and return_loss_db < self._settings.min_return_loss_db:
            self._enter(now_s)

    def check(self, now_s: float) -> None:
        """Go back to interrupting once it has been quiet for long enough."""
        if self._ordered is None and now_s - self._trouble_s >= self._settings.quiet_s:
            self._leave(now_s)

    def order(self, now_s: float, *, on: bool) -> None:
        """Go by turns from now on, or don't, and no longer decide it by the line."""
        self._ordered = on
        if not on:
            self._leave(now_s)
        elif self._since_s is None:
            self._since_s = now_s

    def take_hint(self) -> bool:
        """Whether the caller is to be told now that a key interrupts; true once a call."""
        due = self.active and not self._hinted
        self._hinted = self._hinted or due
        return due

    def _enter(self, now_s: float) -> None:
        self._trouble_s = now_s
        if self._settings.enabled and self._ordered is None and self._since_s is None:
            self._since_s = now_s

    def _leave(self, now_s: float) -> None:
        if self._since_s is not None:
            self._total_s += now_s - self._since_s
            self._since_s = None
            self._verdicts.clear()
