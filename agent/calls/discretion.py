"""What of a call must not be kept: payment digits, and everything once recording is refused."""

from agent.calls.journal import CallJournal
from agent.calls.memory import Memory
from agent.dialogue.reply import Reply
from agent.dialogue.rules import NO_RECORDING
from agent.media.session import MediaSession

# Before the onset that was found of a turn, or the first key, there may be more of it.
_MARGIN_S = 0.6


class Discretion:
    """One call's; told of each reply before the turn that it answers is written down.

    caller   "my card is four five..."      refusal being spoken       "three nine ..."
    muted    |<- from the turn's start, on the disk too ------->|<- joined, if it goes on ->|
    """

    def __init__(self, journal: CallJournal, memory: Memory | None) -> None:
        self._journal = journal
        self._memory = memory
        self._media: MediaSession | None = None
        self._keys_since_s: float | None = None
        self._muted_since_s: float | None = None
        self._muted_until_s: float | None = None
        self._turn_since_s: float | None = None
        self._goes_on = False
        self.unrecorded = False

    def attach(self, media: MediaSession) -> None:
        """The media whose recording it is."""
        self._media = media

    def key_pressed(self, now_s: float) -> None:
        """The first key of an entry may be that of a card's number."""
        if self._keys_since_s is None:
            self._keys_since_s = now_s

    def keys_entered(self, reply: Reply, now_s: float) -> None:
        """What an entry of keys was is known."""
        since_s = now_s if self._keys_since_s is None else self._keys_since_s
        self._keys_since_s = None
        self.answered(reply, since_s, now_s)

    def turn_goes_on(self) -> None:
        """The caller's last turn was not over: what comes next belongs to it."""
        self._goes_on = True

    def suspected(self, reply: Reply | None, since_s: float | None, now_s: float) -> None:
        """What the caller's turn seems to be, while it is still under way.

        Muting begins with the suspicion: should this process die now, the disk has little of it.
        """
        if reply is not None and reply.secret and self._muted_since_s is None:
            self._mute(now_s if since_s is None else since_s, now_s)

    def answered(self, reply: Reply, since_s: float, now_s: float) -> None:
        """What the caller's turn was is known; it began at `since_s`."""
        if self._goes_on and self._turn_since_s is not None:
            since_s = min(since_s, self._turn_since_s)
        self._goes_on, self._turn_since_s = False, since_s
        if reply.secret:
            self._mute(since_s, now_s)
        else:
            self.agent_finished(now_s)
            self._muted_until_s = None
        if reply.understanding is not None and reply.understanding.intent == NO_RECORDING:
            self.refuse_recording(now_s)

    def agent_finished(self, now_s: float) -> None:
        """The agent's turn is over; if it was the refusal of a card, the caller is recorded again.

        Should the caller's next turn go on with the card, that joins what was muted.
        """
        if self._muted_since_s is None:
            return
        if self._media is not None:
            self._media.unmute_recording()
        self._journal.event("recording_unmuted", now_s)
        self._muted_since_s, self._muted_until_s = None, now_s

    def refuse_recording(self, now_s: float) -> None:
        """The recording stops and goes, once; the call goes on."""
        if self.unrecorded:
            return
        self.unrecorded = True
        if self._memory is not None:
            self._memory.unrecorded = True
        if self._media is not None:
            self._media.discard_recording()
        self._journal.recording_refused(now_s)

    def _mute(self, since_s: float, now_s: float) -> None:
        since_s = max(0.0, since_s - _MARGIN_S)
        if self._muted_until_s is not None:
            since_s = min(since_s, self._muted_until_s)
        if self._media is not None:
            self._media.mute_recording(since_s)
        if self._muted_since_s is None:
            self._muted_since_s = since_s
            self._journal.event("recording_muted", now_s, since_s=round(since_s, 2))
