"""One caller's way in: let in, told to wait and looked at again, or sent on to the queue."""

from collections.abc import Callable
from dataclasses import replace

from agent.calls.admission import Verdict
from agent.calls.gatekeeper import Gatekeeper
from agent.calls.journal import CallJournal
from agent.dialogue.reply import Continue, Reply, SpokenLine

# The outcome of a call for which there was no room.
NOT_ADMITTED = "not_admitted"


class Entry:
    """Asks the gatekeeper when it is made, and once more after the caller has heard the line."""

    def __init__(
        self,
        gatekeeper: Gatekeeper,
        figures: Callable[[], tuple[int, float]],
        journal: CallJournal,
    ) -> None:
        """`figures` are the live calls and the worst recognition lag in ms."""
        self._gatekeeper = gatekeeper
        self._figures = figures
        self._journal = journal
        self._opening: Reply | None = None
        self._admission = gatekeeper.ask(*figures())
        self.waits = gatekeeper.enforces and self._admission.verdict is Verdict.WAITS

    @property
    def refused(self) -> bool:
        """Whether the caller has to go to the queue."""
        return self._gatekeeper.enforces and self._admission.verdict is Verdict.QUEUED

    def first(self, opening: Reply) -> Reply:
        """What the caller hears first: the opening, or while it waits the line that says so."""
        if not self.waits:
            return opening
        self._opening = opening
        line = SpokenLine("busy", self._gatekeeper.busy_line, interruptible=False)
        return replace(opening, lines=(line,), action=Continue())

    def after_line(self, now_s: float) -> Reply | None:
        """The opening, if there is room by now; `now_s` is the call's audio time."""
        self.leave()
        self._admission = self._gatekeeper.ask_again(*self._figures())
        self.note(now_s)
        return None if self.refused else self._opening

    def leave(self) -> None:
        """The caller waits no more."""
        if self.waits:
            self.waits = False
            self._gatekeeper.waited()

    def note(self, now_s: float) -> None:
        """Write down what was decided, and by what."""
        told = self._admission
        self._journal.event(
            "admission",
            now_s,
            verdict=told.verdict.value,
            load=round(told.load, 2),
            tightest=told.tightest,
            enforced=self._gatekeeper.enforces,
        )
