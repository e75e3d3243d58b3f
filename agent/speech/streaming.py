"""A blocking recogniser as an asyncio stream that never holds up the event loop."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import structlog

from agent.errors import UnderstudyError
from agent.speech.errors import RecognitionFailed
from agent.speech.protocols import Pcm, Recognizer, Transcript, Word

_BYTES_PER_SAMPLE = 2
# A job takes at most this many batches, so that calls behind share the executor fairly.
_MAX_BATCHES_A_JOB = 5
# How far back audio can be heard again.
_KEPT_MS = 16_000
# One batch is being collected and one decoded: less than this is no lag.
_CAUGHT_UP_BATCHES = 2

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _TurnEnd:
    at_byte: int
    answer: asyncio.Future[Transcript]


class StreamingRecognizer:
    """One call's recognition; all methods belong to the event loop's thread.

    Audio is batched and decoded in order by one job at a time in the executor. More backlog than
    `max_backlog_ms` drops the oldest audio (counted in `dropped_ms`) and word times step over the
    gap, so that they stay seconds of audio *fed*.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        executor: Executor,
        sample_rate_hz: int,
        *,
        on_partial: Callable[[Transcript], None],
        on_error: Callable[[UnderstudyError], None],
        reopen: Callable[[], Recognizer] | None = None,
        on_behind: Callable[[float], None] = lambda lag_ms: None,
        batch_ms: int = 80,
        max_backlog_ms: int = 10_000,
        max_dropped_ms: float = math.inf,
    ) -> None:
        """Start working; call inside a running loop and `aclose` at the end.

        `reopen` makes another recogniser when one fails or hangs; it hears the turn again. The
        second failure in a turn ends the stream, and so does more than `max_dropped_ms` of audio
        that was never decoded. `on_behind` is told the lag when audio is dropped for the first time
        since the stream was last up to date.
        """
        self._recognizer = recognizer
        self._executor = executor
        self._bytes_per_ms = sample_rate_hz * _BYTES_PER_SAMPLE / 1000
        self._batch_bytes = self._aligned(batch_ms)
        self._max_pending_bytes = self._aligned(max_backlog_ms)
        self._on_partial = on_partial
        self._on_error = on_error
        self._reopen = reopen
        self._on_behind = on_behind
        self._max_dropped_ms = max_dropped_ms
        self._behind = False
        self._turn_began_byte = 0
        self._second_attempt = False
        self._caught_up_s = asyncio.get_running_loop().time()
        self.longest_lag_ms = 0.0
        self.reopened = 0
        self._kept_bytes = self._aligned(_KEPT_MS)
        self._kept = bytearray()
        self._pending = bytearray()
        self._fed_bytes = 0
        self._taken_bytes = 0
        self._done_bytes = 0
        self._dropped_bytes = 0
        self._repeated_bytes = 0
        self._starts_afresh = False
        # (seconds given to the engine, seconds fed by then less these), rising
        self._gaps: list[tuple[float, float]] = []
        self._turn_ends: deque[_TurnEnd] = deque()
        self._failure: UnderstudyError | None = None
        self._closed = False
        self._wake = asyncio.Event()
        self._worker = asyncio.create_task(self._work())

    @property
    def backlog_ms(self) -> float:
        """Audio that was fed and isn't decoded yet."""
        return (self._fed_bytes - self._done_bytes) / self._bytes_per_ms

    @property
    def lag_ms(self) -> float:
        """How far decoding is behind the caller: the backlog, less what has only just piled up.

        A turn that is heard again is a backlog of seconds, and decoded in a moment.
        """
        behind_s = asyncio.get_running_loop().time() - self._caught_up_s
        return min(self.backlog_ms, 1000.0 * behind_s)

    @property
    def dropped_ms(self) -> float:
        """Audio that was never decoded because the backlog was full."""
        return self._dropped_bytes / self._bytes_per_ms

    def feed(self, pcm: Pcm) -> None:
        """Queue mono int16 audio; returns at once. Nothing happens after a failure or a close."""
        if self._closed or self._failure:
            return
        data = pcm.astype("<i2", copy=False).tobytes()
        self._kept += data
        del self._kept[: -self._kept_bytes]
        self._pending += data
        self._note_lag()
        self._fed_bytes += len(data)
        self._drop_oldest(len(self._pending) - self._max_pending_bytes)
        if len(self._pending) >= self._batch_bytes:
            self._wake.set()

    async def finish(self) -> Transcript:
        """End the turn here: the final transcript of all that was fed so far.

        Audio fed later belongs to the next turn. Raises RecognitionFailed when the engine has
        failed or the stream was closed.
        """
        if self._failure or self._closed:
            raise self._failure or _closed_error()
        answer: asyncio.Future[Transcript] = asyncio.get_running_loop().create_future()
        self._turn_ends.append(_TurnEnd(self._fed_bytes, answer))
        self._wake.set()
        return await answer

    async def hear(self, seconds: float, vocabulary: Sequence[str] = ()) -> Transcript:
        """What the last so many seconds say by themselves, as if nothing were before or after them.

        The stream goes on beside it. At most 16 s; word times are seconds of audio fed. With a
        `vocabulary` nothing but its words is heard. Raises RecognitionFailed as `finish` does.
        """
        if self._failure or self._closed:
            raise self._failure or _closed_error()
        clip = self._last(seconds)
        starts_s = (self._fed_bytes - len(clip)) / self._bytes_per_ms / 1000
        heard = await self._heard(clip, vocabulary)
        return Transcript(heard.text, tuple(_later(word, starts_s) for word in heard.words))

    def restart(self, seconds: float) -> None:
        """Forget what was recognised of this turn; it begins so many seconds ago (at most 16)."""
        if self._turn_ends:
            return  # the turn is being ended: what is fed now belongs to the next one anyway
        again = self._last(seconds)
        self._repeated_bytes += len(again) - len(self._pending)
        self._pending[:] = again
        self._taken_bytes = self._fed_bytes - len(again)
        self._done_bytes = min(self._done_bytes, self._taken_bytes)
        self._turn_began_byte = self._taken_bytes
        self._second_attempt = False
        self._starts_afresh = True
        self._note_gap()
        self._wake.set()

    async def aclose(self) -> None:
        """Stop; a running job is waited for, queued audio is forgotten. Idempotent."""
        self._closed = True
        self._pending.clear()
        self._wake.set()
        await asyncio.shield(self._worker)
        # An engine holds megabytes, and the garbage collector is in no hurry with a call's objects,
        # which refer to each other.
        if hasattr(self, "_recognizer"):
            del self._recognizer

    async def _work(self) -> None:
        while not self._closed and not self._failure:
            await self._wake.wait()
            self._wake.clear()
            try:
                while not self._closed and await self._next_job():
                    pass
            except Exception as error:
                if not self._start_over(error):
                    self._fail(error)
        self._refuse_turn_ends(self._failure or _closed_error())

    async def _next_job(self) -> bool:
        """Run one job in the executor; False when there is nothing worth running."""
        if self._starts_afresh:
            self._starts_afresh = False
            await self._run(self._finish_turn, b"")
        if self._turn_ends:
            turn_end = self._turn_ends[0]
            data = self._take(turn_end.at_byte - self._taken_bytes)
            transcript = await self._run(self._finish_turn, data)
            self._done_bytes = self._taken_bytes
            self._turn_ends.popleft()
            self._turn_began_byte = turn_end.at_byte
            self._second_attempt = False
            if not turn_end.answer.done():  # its waiter may have been cancelled
                turn_end.answer.set_result(self._over_gaps(transcript))
            # Later words start later than every gap so far: only the last one still counts.
            self._gaps = self._gaps[-1:]
            return True
        if len(self._pending) < self._batch_bytes:
            return False
        data = self._take(self._batch_bytes * _MAX_BATCHES_A_JOB)
        partial = await self._run(self._recognizer.accept, data)
        self._done_bytes = self._taken_bytes
        self._behind = self._behind and len(self._pending) >= self._batch_bytes
        if partial is not None and not self._closed and not self._starts_afresh:
            self._on_partial(self._over_gaps(partial))
        return True

    async def _heard(self, clip: bytes, vocabulary: Sequence[str]) -> Transcript:
        """A clip is heard by an engine of its own: a second attempt is with another one."""
        job = partial(self._recognizer.hear, vocabulary=vocabulary)
        try:
            return await self._run(job, clip)
        except Exception as error:
            if self._reopen is None or self._closed:
                raise
            structlog.get_logger().warning("asr_clip_heard_again", reason=str(error))
            return await self._run(job, clip)

    def _start_over(self, error: Exception) -> bool:
        """Let another engine hear the present turn, as far as it is kept; once in a turn."""
        if self._reopen is None or self._second_attempt or self._closed or self._failure:
            return False
        structlog.get_logger().warning("asr_reopened", reason=str(error))
        self._second_attempt = True
        self.reopened += 1
        self._recognizer = self._reopen()
        count = min(self._fed_bytes - self._turn_began_byte, len(self._kept))
        self._pending[:] = self._kept[len(self._kept) - count :]
        self._taken_bytes = self._done_bytes = self._fed_bytes - count
        self._starts_afresh = False
        # The new engine's clock begins here.
        self._repeated_bytes = self._dropped_bytes - self._taken_bytes
        self._gaps.clear()
        self._note_gap()
        self._wake.set()
        return True

    async def _run(self, job: Callable[[bytes], _Result], data: bytes) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, job, data)

    def _finish_turn(self, rest: bytes) -> Transcript:
        if rest:
            self._recognizer.accept(rest)
        return self._recognizer.finish()

    def _take(self, limit: int) -> bytes:
        data = bytes(self._pending[: max(limit, 0)])
        del self._pending[: len(data)]
        self._taken_bytes += len(data)
        return data

    def _note_lag(self) -> None:
        if self._fed_bytes - self._done_bytes <= _CAUGHT_UP_BATCHES * self._batch_bytes:
            self._caught_up_s = asyncio.get_running_loop().time()
        self.longest_lag_ms = max(self.longest_lag_ms, self.lag_ms)

    def _drop_oldest(self, excess: int) -> None:
        if excess <= 0:
            return
        if not self._behind:
            self._behind = True
            self._on_behind(self.backlog_ms)
        del self._pending[:excess]
        self._taken_bytes += excess
        self._dropped_bytes += excess
        self._note_gap()
        if self.dropped_ms > self._max_dropped_ms:
            self._fail(
                RecognitionFailed(
                    f"Recognition can't keep up: {self.dropped_ms / 1000:.1f} s of this call were "
                    "never heard. The machine has too many calls: set admission.max_calls."
                )
            )

    def _note_gap(self) -> None:
        """From here on the engine's clock is behind or ahead of the audio that was fed."""
        behind_bytes = self._dropped_bytes - self._repeated_bytes
        given_s = (self._taken_bytes - behind_bytes) / self._bytes_per_ms / 1000
        if self._gaps and self._gaps[-1][0] == given_s:
            self._gaps.pop()
        self._gaps.append((given_s, behind_bytes / self._bytes_per_ms / 1000))

    def _last(self, seconds: float) -> bytes:
        count = min(self._aligned(round(seconds * 1000)), len(self._kept))
        return bytes(self._kept[len(self._kept) - count :])

    def _over_gaps(self, transcript: Transcript) -> Transcript:
        if not self._gaps:
            return transcript
        words = []
        for word in transcript.words:
            shifts_s = [gap for at, gap in self._gaps if at <= word.start_s]
            words.append(_later(word, shifts_s[-1]) if shifts_s else word)
        return Transcript(transcript.text, tuple(words))

    def _fail(self, error: Exception) -> None:
        self._failure = (
            error
            if isinstance(error, UnderstudyError)
            else RecognitionFailed(f"Speech recognition stopped in this call: {error!r}.")
        )
        self._pending.clear()
        self._wake.set()  # whoever waits for the end of a turn is told, too
        self._on_error(self._failure)

    def _refuse_turn_ends(self, error: UnderstudyError) -> None:
        for turn_end in self._turn_ends:
            if not turn_end.answer.done():
                turn_end.answer.set_exception(error)
        self._turn_ends.clear()

    def _aligned(self, duration_ms: int) -> int:
        return round(duration_ms * self._bytes_per_ms) // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE


def _later(word: Word, seconds: float) -> Word:
    return replace(word, start_s=word.start_s + seconds, end_s=word.end_s + seconds)


def _closed_error() -> RecognitionFailed:
    return RecognitionFailed("Speech recognition of this call is closed: its media has ended.")
