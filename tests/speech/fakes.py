"""Engines made of arithmetic, behind the Protocols of agent/speech/protocols.py."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np

from agent.speech.protocols import Pcm, Transcript, Word


class HandExecutor(Executor):
    """Runs jobs at once, or, while `hold` was called, when `release` is."""

    def __init__(self) -> None:
        self._held: list[Callable[[], None]] | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)

        if self._held is None:
            run()
        else:
            self._held.append(run)
        return future

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        jobs, self._held = self._held or [], None
        for job in jobs:
            job()


class CountingRecognizer:
    """Hears one word per 100 ms of 8 kHz audio: w0, w1, ..."""

    def __init__(self) -> None:
        self.bytes_heard = 0
        self.turn_start = 0
        self.accepted: list[int] = []
        self.error: Exception | None = None

    def accept(self, pcm: bytes) -> Transcript | None:
        if self.error:
            raise self.error
        before = self._words()
        self.accepted.append(len(pcm))
        self.bytes_heard += len(pcm)
        words = self._words()
        return Transcript(" ".join(w.text for w in words), words) if words != before else None

    def finish(self) -> Transcript:
        words = self._words()
        self.turn_start = self.bytes_heard
        return Transcript(" ".join(w.text for w in words), words)

    def hear(self, clip: bytes, vocabulary: Sequence[str] = ()) -> Transcript:
        apart = CountingRecognizer()
        apart.accept(clip)
        return apart.finish()

    def _words(self) -> tuple[Word, ...]:
        first, last = self.turn_start // 1600, self.bytes_heard // 1600
        return tuple(Word(f"w{i}", i / 10, (i + 1) / 10, 0.9) for i in range(first, last))


class ToneVoice:
    """Says each sentence as 100 ms of silence and 300 ms of a tone, at full scale."""

    voice_id = "tone-1"
    sample_rate_hz = 16000

    def __init__(self) -> None:
        self.said: list[str] = []

    def synthesize(self, text: str) -> Iterator[Pcm]:
        self.said.append(text)
        for _ in filter(str.strip, text.split(".")):
            t = np.arange(4800) / self.sample_rate_hz
            tone = (32767 * np.sin(2 * np.pi * 400 * t)).astype(np.int16)
            yield np.concatenate([np.zeros(1600, dtype=np.int16), tone])
