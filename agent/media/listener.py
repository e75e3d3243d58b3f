"""What a call learns from its media."""

from typing import Protocol

from agent.media.codecs import Pcm
from agent.media.playout import PlayoutEvent


class MediaListener(Protocol):
    """Called on the event loop, in the middle of the 20 ms cadence: return at once, never block.

    Times are the call's audio time: seconds since its first tick, as in its recording.
    """

    def on_arrival(self, pcm: Pcm, arrival_s: float) -> None:
        """A caller's frame just arrived, in network order and before the jitter buffer."""
        ...

    def on_frame(self, pcm: Pcm, audio_time_s: float, concealed: bool) -> None:
        """The caller's next 20 ms, gapless; `audio_time_s` is where it begins."""
        ...

    def on_sent(self, pcm: Pcm) -> None:
        """The frame that went to the caller at this tick, comfort noise included."""
        ...

    def on_playout(self, event: PlayoutEvent) -> None:
        """The packet that `event` is true of has left, at `event.sent_s`."""
        ...

    def on_media_lost(self, seconds: float) -> None:
        """Nothing came for so many seconds; said once an outage.

        Also said when an error in a tick has closed the session.
        """
        ...

    def on_media_back(self, seconds: float) -> None:
        """Packets come again, after so many seconds; only said after `on_media_lost`."""
        ...
