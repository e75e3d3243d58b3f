"""The agent's side of the line: what is sent in each 20 ms frame.

Pure: no clock, no asyncio. Whoever paces the call asks for the next frame; so nothing is queued
beyond it, a pause is on the wire with the next packet, and the position is what was really sent.

    frames     noise | A A A A . . | noise noise | A' A A | B B B | noise
                       ^       ^                   ^        ^     `- finished B, drained
                       |       pause(): 40 ms      |        `- finished A, started B
                       |       of fade-out         `- resume(): 40 ms repeated, 20 ms of fade-in
                       `- queue(A): started, first_audio

The faded 40 ms are not counted as heard: after a pause the position is where the fade began.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agent.media.clip import Clip, ClipReader, Heard
from agent.media.codecs import Pcm
from agent.media.comfort_noise import ComfortNoise

__all__ = ["Clip", "Heard", "Playout", "PlayoutEvent", "PlayoutEventKind", "PlayoutState"]

PlayoutState = Literal["idle", "playing", "paused"]
PlayoutEventKind = Literal[
    "started", "first_audio", "paused", "resumed", "finished", "stopped", "drained"
]

_FADE_OUT_FRAMES = 2
_DUCKED_GAIN = 0.25  # -12 dB


@dataclass(frozen=True, slots=True)
class PlayoutEvent:
    """Something that the frame just handed out made true.

    `paused` and `stopped` come with the last frame of the fade: from the next one on the line is
    silent. `position_samples` counts from the start of the clip. `sent_s` is the monotonic time at
    which the packet left; the session fills it in, since the playout knows no clock.
    """

    kind: PlayoutEventKind
    clip_id: str
    position_samples: int
    sent_s: float | None = None


class Playout:
    """A queue of clips, played one after the other without a gap.

    Events go to `on_event` after the frame that they belong to is complete, so that the callback
    may call any method here.
    """

    def __init__(
        self,
        samples_per_frame: int,
        noise: ComfortNoise,
        on_event: Callable[[PlayoutEvent], None],
    ) -> None:
        self._samples_per_frame = samples_per_frame
        self._noise = noise
        self._on_event = on_event
        self._clips: deque[ClipReader] = deque()
        self._paused = False
        self._fade_in = False
        self._fade_out: deque[Pcm] = deque()
        # Events that wait for the end of the fade.
        self._held: list[PlayoutEvent] = []
        self._events: list[PlayoutEvent] = []
        self._gain = self._wanted_gain = 1.0
        self.audible = False

    @property
    def state(self) -> PlayoutState:
        if self._paused:
            return "paused"
        return "playing" if self._clips else "idle"

    @property
    def position(self) -> int:
        """Samples of the current clip before the next one to be sent; 0 when idle."""
        return self._clips[0].position if self._clips else 0

    @property
    def remaining_samples(self) -> int | None:
        """Samples still to be sent of all clips; None when a clip's end isn't known yet."""
        if not all(clip.complete for clip in self._clips):
            return None
        return sum(clip.total - clip.position for clip in self._clips)

    def queue(self, clip: Clip, *, last: bool = True) -> None:
        """Play a clip after those queued before.

        With `last` False it is the first part of a line, as streamed synthesis yields it: more
        follows by `extend`.
        """
        self._clips.append(ClipReader(clip, last=last))

    def extend(self, clip_id: str, pcm: Pcm, *, last: bool) -> bool:
        """Add the next part of a clip queued with `last=False`.

        Until it comes the line carries comfort noise, and the clip is not finished.

        Returns:
            False when that clip is no longer queued: it was stopped, so synthesis can stop too.
        """
        for clip in self._clips:
            if clip.clip_id == clip_id and not clip.complete:
                clip.append(pcm, last=last)
                return True
        return False

    def pause(self) -> None:
        """Fade out over the next 40 ms and hold the position. Nothing happens unless playing."""
        if self.state != "playing":
            return
        self._start_fade_out()
        self._paused = True
        self._fade_in = False
        self._hold_event("paused", self._clips[0])

    def duck(self) -> None:
        """Go on 12 dB quieter until `resume` or `stop`; the change takes one frame."""
        self._wanted_gain = _DUCKED_GAIN

    def resume(self, rewind_frames: int | None = 2) -> None:
        """Go on from `rewind_frames` before the pause, or from the clip's start (None).

        After `duck` the full voice comes back where it is.
        """
        self._wanted_gain = 1.0
        if not self._paused:
            return
        self._paused = False
        self._fade_in = True
        clip = self._clips[0]
        frames = (
            rewind_frames * self._samples_per_frame if rewind_frames is not None else clip.total
        )
        clip.rewind(frames)

    def stop(self) -> list[Heard]:
        """Fade out and forget all clips.

        Returns:
            One entry a clip, in order, those never started included.
        """
        if self.state == "playing":
            self._start_fade_out()
        heard = [clip.as_heard() for clip in self._clips]
        if self._clips and self._clips[0].started:
            self._hold_event("stopped", self._clips[0])
        self._clips.clear()
        self._gain = self._wanted_gain = 1.0
        self._paused = False
        self._fade_in = False
        return heard

    def next_frame(self) -> Pcm:
        """The 20 ms to send now; read-only. Never digital zero of our own making."""
        if self._fade_out:
            frame = self._fade_out.popleft()
        elif self._paused or not self._clips:
            self.audible = False
            frame = self._noise.next_frame()
        else:
            frame = self._clip_frame()
        if self._held and not self._fade_out:
            self._events[:0] = self._held
            self._held = []
        if self._events:
            events, self._events = self._events, []
            for event in events:
                self._on_event(event)
        return frame

    def _clip_frame(self) -> Pcm:
        """A frame from the current clip and, where that ends, from those after it."""
        pieces: list[Pcm] = []
        missing = self._samples_per_frame
        while missing and self._clips:
            clip = self._clips[0]
            piece = self._read(clip, missing)
            pieces.append(piece)
            missing -= len(piece)
            if not clip.ended:
                break
            self._finish(clip)
        self.audible = missing < self._samples_per_frame
        if missing:
            pieces.append(self._noise.next_frame()[:missing])
        frame = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        if self._gain != 1.0 or self._wanted_gain != 1.0:
            frame = self._attenuated(frame)
        return self._faded_in(frame) if self._fade_in and self.audible else frame

    def _read(self, clip: ClipReader, samples: int) -> Pcm:
        if not clip.started:
            clip.started = True
            self._add_event("started", clip)
        if self._fade_in and clip.position < clip.total:
            self._add_event("resumed", clip)
        if clip.heard == 0 and clip.total:
            self._add_event("first_audio", clip)
        return clip.read(samples)

    def _finish(self, clip: ClipReader) -> None:
        self._clips.popleft()
        self._add_event("finished", clip)
        if not self._clips:
            self._add_event("drained", clip)

    def _start_fade_out(self) -> None:
        """Prepare the fade from the audio that would have followed; no fade if none was heard."""
        if not self.audible or self._fade_out:
            return
        size = self._samples_per_frame
        fading = np.zeros(_FADE_OUT_FRAMES * size, np.float32)
        following = self._clips[0].ahead(len(fading))
        fading[: len(following)] = following
        noise = np.concatenate([self._noise.next_frame() for _ in range(_FADE_OUT_FRAMES)])
        self._fade_out.extend(_mixed(fading, noise, 1, 0).reshape(_FADE_OUT_FRAMES, size))

    def _faded_in(self, frame: Pcm) -> Pcm:
        self._fade_in = False
        return _mixed(frame, self._noise.next_frame(), 0, 1)

    def _attenuated(self, frame: Pcm) -> Pcm:
        gain = np.linspace(self._gain, self._wanted_gain, len(frame), dtype=np.float32)
        self._gain = self._wanted_gain
        return (frame * gain).astype(np.int16)

    def _add_event(self, kind: PlayoutEventKind, clip: ClipReader) -> None:
        self._events.append(PlayoutEvent(kind, clip.clip_id, clip.position))

    def _hold_event(self, kind: PlayoutEventKind, clip: ClipReader) -> None:
        self._held.append(PlayoutEvent(kind, clip.clip_id, clip.position))


def _mixed(audio: NDArray[Any], noise: Pcm, gain_from: float, gain_to: float) -> Pcm:
    """Audio under a linear gain, noise under its complement: the sum can't overflow."""
    gain = np.linspace(gain_from, gain_to, len(audio), dtype=np.float32)
    return (audio * gain + noise * (1 - gain)).astype(np.int16)
