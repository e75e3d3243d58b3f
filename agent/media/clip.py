"""What the playout plays: clips of PCM, and how much of each was heard."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from agent.media.codecs import Pcm


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A line to be spoken: int16 mono at the call's rate, not changed by anyone afterwards."""

    clip_id: str
    pcm: Pcm


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a clip came on the wire. `total_samples` is what was known of it by then."""

    clip_id: str
    played_samples: int
    total_samples: int


class ClipReader:
    """A clip's parts read as one run of samples.

    `position` is the next sample to hand out; `heard` the furthest ever handed out, which a rewind
    does not lower.
    """

    def __init__(self, clip: Clip, *, last: bool) -> None:
        self.clip_id = clip.clip_id
        self.position = 0
        self.heard = 0
        self.total = 0
        self.complete = False
        self.started = False
        self._parts: list[Pcm] = []
        self._starts: list[int] = []
        self.append(clip.pcm, last=last)

    @property
    def ended(self) -> bool:
        return self.complete and self.position == self.total

    def append(self, pcm: Pcm, *, last: bool) -> None:
        if len(pcm):
            # Frames are views of it, and a cached line is shared between calls.
            pcm = pcm.view()
            pcm.setflags(write=False)
            self._parts.append(pcm)
            self._starts.append(self.total)
            self.total += len(pcm)
        self.complete = last

    def ahead(self, samples: int) -> Pcm:
        """Up to `samples` from the position on, without moving; a view if one part holds them."""
        end = min(self.position + samples, self.total)
        index = bisect_right(self._starts, self.position) - 1
        if end <= self.position:
            return np.empty(0, np.int16)
        offset = self.position - self._starts[index]
        first = self._parts[index][offset : offset + end - self.position]
        if len(first) == end - self.position:
            return first
        pieces, taken = [first], len(first)
        while taken < end - self.position:
            index += 1
            pieces.append(self._parts[index][: end - self.position - taken])
            taken += len(pieces[-1])
        return np.concatenate(pieces)

    def read(self, samples: int) -> Pcm:
        """As `ahead`, and move past what is returned."""
        pcm = self.ahead(samples)
        self.position += len(pcm)
        self.heard = max(self.heard, self.position)
        return pcm

    def rewind(self, samples: int) -> None:
        self.position = max(0, self.position - samples)

    def as_heard(self) -> Heard:
        return Heard(self.clip_id, self.heard, self.total)
