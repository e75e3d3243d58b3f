"""The agent's side of a turn: lines become clips, and what was heard becomes text again."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from agent.dialogue.conversation import SpokenLine
from agent.media.playout import Clip, Heard, Playout, PlayoutEvent
from agent.speech.line_cache import LineCache
from agent.turns.barge_in import AgentSpeech

# A breath between two lines; without it they run into each other.
_GAP_S = 0.15


@dataclass(slots=True)
class SpokenClip:
    """One line on its way to the caller."""

    clip_id: str
    line: SpokenLine
    started_s: float | None = None
    ended_s: float | None = None
    rendered: bool = False  # whether its whole sound, and so its length, is known
    queued: bool = False  # whether the playout has the beginning of it at least
    gap_samples: int = 0  # of silence at its end
    heard_text: str = ""


@dataclass(slots=True)
class Utterance:
    """One agent turn: its clips, and when its first sound was sent. Times are audio time."""

    clips: list[SpokenClip] = field(default_factory=list)
    requested_s: float = 0.0
    first_audio_s: float | None = None
    complete: bool = False
    noted: bool = False  # whether it is in the records already
    stands_in: bool = False  # whether it only fills the time until the agent's turn

    @property
    def heard_text(self) -> str:
        """What of this turn has reached the caller."""
        return " ".join(clip.heard_text for clip in self.clips if clip.heard_text)

    @property
    def full_text(self) -> str:
        """What this turn was meant to say."""
        return " ".join(clip.line.text for clip in self.clips)


class Speaker:
    """Plays one utterance at a time through a call's playout."""

    def __init__(
        self,
        playout: Playout,
        cache: LineCache,
        sample_rate_hz: int,
        *,
        on_finished: Callable[[], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._playout = playout
        self._cache = cache
        self._rate = sample_rate_hz
        self._on_finished = on_finished
        self._on_failed = on_failed
        self._task: asyncio.Task[None] | None = None
        self._serial = 0
        self._spoken_before = False
        self.utterance = Utterance(complete=True)

    def say(self, lines: Sequence[SpokenLine], now_s: float) -> Utterance:
        """Start a new utterance; whatever the last one had left is dropped."""
        clips = self._standing_in()
        if not clips:
            self.stop()
        self._spoken_before = self._spoken_before or bool(self.utterance.clips)
        for line in lines:
            self._serial += 1
            clips.append(SpokenClip(f"line-{self._serial}", line))
        self.utterance = Utterance(clips=clips, requested_s=now_s)
        self._task = asyncio.create_task(self._render(self.utterance))
        return self.utterance

    def stand_in(self, line: SpokenLine) -> bool:
        """Say a prepared line now, before what is still being thought of or made.

        False where the line is not prepared, or a line of the utterance is stuck in the middle.
        """
        pcm = self._cache.get(line.text, self._rate)
        clips = self.utterance.clips
        waits = next((clip for clip in clips if not clip.queued), None)
        stuck = waits is None or any(clip.queued and not clip.rendered for clip in clips)
        if pcm is None or (self.active and stuck):
            return False
        self._serial += 1
        clip = SpokenClip(f"line-{self._serial}", line, rendered=True, queued=True)
        if waits is not None and self.active:
            clips.insert(clips.index(waits), clip)
        else:
            self.utterance = Utterance(clips=[clip], stands_in=True)
        self._playout.queue(Clip(clip.clip_id, pcm))
        return True

    def stop(self) -> None:
        """Drop what has not been played; `heard_text` of the utterance then tells the rest."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for heard in self._playout.stop():
            self._note_heard(heard)
        self.utterance.complete = True

    @property
    def active(self) -> bool:
        """Whether the utterance still has something to say."""
        return not self.utterance.complete

    def speech(self) -> AgentSpeech:
        """The utterance as turn-taking sees it; the future is unbounded while it is rendered."""
        current = self._current()
        rendering = self._task is not None and not self._task.done()
        remaining = self._playout.remaining_samples
        return AgentSpeech(
            played_ms=1000.0 * self._playout.position / self._rate,
            remaining_ms=(
                float("inf") if rendering or remaining is None else 1000.0 * remaining / self._rate
            ),
            interruptible=current is None or current.line.interruptible,
            first_of_call=not self._spoken_before and current in self.utterance.clips[:1],
            said=" ".join(c.line.text for c in self.utterance.clips if c.started_s is not None),
        )

    def on_playout(self, event: PlayoutEvent, at_s: float) -> None:
        """Follow the clips through the playout."""
        clip = next((c for c in self.utterance.clips if c.clip_id == event.clip_id), None)
        if clip is None:
            return
        if event.kind == "first_audio":
            clip.started_s = at_s
            if self.utterance.first_audio_s is None:
                self.utterance.first_audio_s = at_s
        elif event.kind == "finished":
            clip.ended_s = at_s
            clip.heard_text = clip.line.text
            if clip is self.utterance.clips[-1]:
                self.utterance.complete = True
                self._on_finished()
        elif event.kind == "stopped":
            clip.ended_s = at_s

    async def aclose(self) -> None:
        """Stop, and wait for a rendering in progress to end."""
        task = self._task
        self.stop()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)

    def _current(self) -> SpokenClip | None:
        return next((c for c in self.utterance.clips if c.ended_s is None), None)

    def _standing_in(self) -> list[SpokenClip]:
        """The line that is being said for want of the utterance that comes now; it is finished."""
        return list(self.utterance.clips) if self.utterance.stands_in and self.active else []

    async def _render(self, utterance: Utterance) -> None:
        clips = [clip for clip in utterance.clips if not clip.queued]
        try:
            for number, clip in enumerate(clips):
                await self._queue(clip, last=number == len(clips) - 1)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # whatever the engine raises, the call goes on without it
            self._on_failed(f"speech synthesis failed: {error}")
        if not utterance.clips:
            utterance.complete = True
            self._on_finished()

    async def _queue(self, clip: SpokenClip, *, last: bool) -> None:
        gap_s = 0.0 if last else max(_GAP_S, clip.line.pause_s)
        gap = np.zeros(int(gap_s * self._rate), np.int16)
        clip.gap_samples = len(gap)
        cached = self._cache.get(clip.line.text, self._rate)
        if cached is not None:
            self._playout.queue(Clip(clip.clip_id, np.concatenate([cached, gap])))
            clip.queued = clip.rendered = True
            return
        opened = False
        async for part in self._cache.speak(clip.line.text, self._rate):
            if opened:
                self._playout.extend(clip.clip_id, part, last=False)
            else:
                self._playout.queue(Clip(clip.clip_id, part), last=False)
                clip.queued = opened = True
        if opened:
            self._playout.extend(clip.clip_id, gap, last=True)
        else:  # a text without sound; unqueued it would never be finished
            self._playout.queue(Clip(clip.clip_id, gap))
        clip.queued = clip.rendered = True

    def _note_heard(self, heard: Heard) -> None:
        clip = next((c for c in self.utterance.clips if c.clip_id == heard.clip_id), None)
        if clip is None or clip.started_s is None:
            return
        clip.ended_s = clip.started_s + heard.played_samples / self._rate
        if clip.rendered:  # else nobody knows how much of the line those samples were
            words = max(heard.total_samples - clip.gap_samples, 1)
            clip.heard_text = text_heard(clip.line.text, heard.played_samples / words)


def text_heard(text: str, share: float) -> str:
    """The whole words within the first `share` (0 to 1) of a spoken text.

    Piper gives no word times, so time is taken as proportional to characters and rounded down to a
    word: a word that may not have been heard is not claimed.
    """
    if share >= 1.0:
        return text
    cut = int(len(text) * share)
    if cut < len(text) and not text[cut].isspace():
        cut = text.rfind(" ", 0, cut)
    return text[: max(cut, 0)].strip()
