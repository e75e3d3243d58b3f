"""What a supervisor has the agent say: whispered from the wings, spoken as a turn of its own.

LISTENING, caller silent     at once
SPEAKING                     when the agent's turn is over, before what was to follow it
THINKING, caller speaking    before the reply, which is put off until it was said
"""

from dataclasses import replace

from agent.dialogue.reply import Reply, SpokenLine

# The line id by which a turn in the record is known for a supervisor's.
SUPERVISOR = "supervisor"
_MOST_WAITING = 5


class Prompter:
    """One call's; the guard has no say in what a person answers for."""

    def __init__(self) -> None:
        self._waiting: list[SpokenLine] = []
        self._put_off: Reply | None = None
        self._speaks = False

    @property
    def full(self) -> bool:
        """Whether too much is waiting already."""
        return len(self._waiting) >= _MOST_WAITING

    def add(self, text: str) -> None:
        """Have this said next."""
        self._waiting.append(SpokenLine(SUPERVISOR, text))

    def instead_of(self, reply: Reply) -> Reply:
        """What is spoken now in the place of a reply: what is waiting, or else the reply itself."""
        self._put_off = None
        self._speaks = bool(self._waiting)
        if not self._waiting:
            return reply
        # What the reply answers has been written down when it was decided.
        reply = replace(reply, understanding=None)
        if reply.lines:
            self._put_off = reply
        lines, self._waiting = tuple(self._waiting), []
        return replace(reply, lines=lines)

    def after(self, reply: Reply) -> Reply | None:
        """What follows a turn that was spoken to its end, before its action; None: nothing."""
        if self._put_off is not None:
            return self._put_off
        return without_words(reply) if self._waiting else None

    def broke_off(self, heard_text: str) -> str | None:
        """The agent's turn broke off: what the caller heard of the dialogue's own lines.

        None: the dialogue's own turn was over before.
        """
        if not self._speaks:
            return heard_text
        put_off, self._put_off = self._put_off, None
        return None if put_off is None else ""


def without_words(reply: Reply) -> Reply:
    """The end of a turn whose words have been said: what it expects and does."""
    return replace(reply, lines=(), understanding=None)
