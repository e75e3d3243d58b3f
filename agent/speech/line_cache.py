"""Lines the agent says often, ready before they are needed; other texts sentence by sentence."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Executor
from itertools import islice
from pathlib import Path

import numpy as np
import structlog

from agent.speech.conditioning import Samples, at_rate, condition
from agent.speech.line_store import LineStore
from agent.speech.protocols import Pcm, Synthesizer

RATES_HZ = (8000, 16000)
_QUIET_PREPARATION_S = 2.0

Progress = Callable[[int, int], None]


class LineCache:
    """Speech as PCM at a call's rate: int16, read-only, level -18 dBFS, no leading silence.

    Only prepared texts are kept, in memory and on disk; anything else may name a caller and is
    forgotten once it was spoken.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        directory: Path,
        executor: Executor,
        *,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Synthesis and disk run in `executor`; `directory` is made when first written."""
        self._synthesizer = synthesizer
        self._store = LineStore(directory, synthesizer.voice_id, wall_clock=wall_clock)
        self._executor = executor
        self._clock = clock
        self._prepared: set[str] = set()
        self._lines: dict[tuple[str, int], Pcm] = {}

    async def prepare(self, texts: Iterable[str], progress: Progress | None = None) -> None:
        """Make these texts the prepared ones; those of an earlier call are let go.

        `progress(done, total)` is called once this has taken more than two seconds, and then
        after every line. Raises SynthesisFailed.
        """
        wanted = list(dict.fromkeys(texts))
        self._prepared = set(wanted)
        self._lines = {key: pcm for key, pcm in self._lines.items() if key[0] in self._prepared}
        loop = asyncio.get_running_loop()
        started_s = self._clock()
        for done, text in enumerate(wanted, start=1):
            if self.get(text, RATES_HZ[0]) is None:
                lines = await loop.run_in_executor(self._executor, self._stored, text)
                if lines is None:
                    spoken = [sentence async for sentence in self._spoken(text)]
                    lines = await loop.run_in_executor(self._executor, self._save, text, spoken)
                self._keep(text, lines)
            if progress and self._clock() - started_s > _QUIET_PREPARATION_S:
                progress(done, len(wanted))
        await loop.run_in_executor(self._executor, self._store.drop_unused)

    def get(self, text: str, sample_rate_hz: int) -> Pcm | None:
        """A prepared line at 8000 or 16000 Hz, from memory; None on a miss."""
        return self._lines.get((text, sample_rate_hz))

    async def speak(self, text: str, sample_rate_hz: int) -> AsyncIterator[Pcm]:
        """The whole line at once when it is ready, else each sentence as it is synthesised.

        A sentence that fails is tried once more. Raises SynthesisFailed, or EngineHung where the
        executor has deadlines.
        """
        ready = self.get(text, sample_rate_hz)
        if ready is not None:
            yield ready
            return
        spoken: list[Samples] = []
        async for sentence in self._spoken(text):
            spoken.append(sentence)
            yield self._at_rate(sentence, sample_rate_hz)
        if text in self._prepared and spoken:
            loop = asyncio.get_running_loop()
            self._keep(text, await loop.run_in_executor(self._executor, self._save, text, spoken))

    async def _spoken(self, text: str) -> AsyncIterator[Samples]:
        """Each sentence as it is synthesised, a job of the executor for each."""
        loop = asyncio.get_running_loop()
        sentences = self._sentences(text)
        count, again = 0, False
        while True:
            try:
                sentence = await loop.run_in_executor(self._executor, next, sentences, None)
            except Exception as error:
                if again:
                    raise
                again = True
                structlog.get_logger().warning("tts_second_attempt", reason=str(error))
                sentences = islice(self._sentences(text), count, None)
                continue
            if sentence is None:
                return
            count += 1
            yield sentence

    def _sentences(self, text: str) -> Iterator[Samples]:
        rate_hz = self._synthesizer.sample_rate_hz
        for index, chunk in enumerate(self._synthesizer.synthesize(text)):
            yield condition(chunk, rate_hz, trim_start=index == 0)

    def _stored(self, text: str) -> dict[int, Pcm] | None:
        stored = {rate_hz: self._store.read(text, rate_hz) for rate_hz in RATES_HZ}
        found = {rate_hz: pcm for rate_hz, pcm in stored.items() if pcm is not None}
        return found if len(found) == len(RATES_HZ) else None

    def _save(self, text: str, sentences: list[Samples]) -> dict[int, Pcm]:
        lines = {}
        for rate_hz in RATES_HZ:
            parts = [self._at_rate(sentence, rate_hz) for sentence in sentences]
            lines[rate_hz] = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)
            self._store.write(text, rate_hz, lines[rate_hz])
        return lines

    def _keep(self, text: str, lines: dict[int, Pcm]) -> None:
        if text not in self._prepared:  # a later `prepare` has let it go
            return
        for rate_hz, pcm in lines.items():
            pcm.setflags(write=False)
            self._lines[text, rate_hz] = pcm

    def _at_rate(self, sentence: Samples, sample_rate_hz: int) -> Pcm:
        return at_rate(sentence, self._synthesizer.sample_rate_hz, sample_rate_hz)
