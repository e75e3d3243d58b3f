import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
import pytest_asyncio

from agent.errors import UnderstudyError
from agent.speech.errors import RecognitionFailed
from agent.speech.protocols import Pcm, Transcript
from agent.speech.streaming import StreamingRecognizer
from agent.watchdog.pool import EngineHung
from tests.speech.fakes import CountingRecognizer, HandExecutor


def audio(duration_ms: int) -> Pcm:
    return np.zeros(8 * duration_ms, dtype=np.int16)


@dataclass
class Setup:
    engine: CountingRecognizer
    executor: HandExecutor
    stream: StreamingRecognizer
    partials: list[Transcript] = field(default_factory=list)
    errors: list[UnderstudyError] = field(default_factory=list)


@pytest_asyncio.fixture
async def setup() -> AsyncIterator[Setup]:
    engine = CountingRecognizer()
    partials: list[Transcript] = []
    errors: list[UnderstudyError] = []
    executor = HandExecutor()
    stream = StreamingRecognizer(
        engine,
        executor,
        8000,
        on_partial=partials.append,
        on_error=errors.append,
        batch_ms=80,
        max_backlog_ms=1000,
    )
    yield Setup(engine, executor, stream, partials, errors)
    executor.release()
    await stream.aclose()


async def settle() -> None:
    """Let everything run that can: a job's way to the executor and back is a few loop turns."""
    for _ in range(10):
        await asyncio.sleep(0)


class Failing(CountingRecognizer):
    """Raises once it has heard so much, as an engine that hangs is made to do by its pool."""

    def __init__(self, after_bytes: int) -> None:
        super().__init__()
        self._after_bytes = after_bytes

    def accept(self, pcm: bytes) -> Transcript | None:
        if self.bytes_heard + len(pcm) > self._after_bytes:
            raise EngineHung("nothing for 5 s")
        return super().accept(pcm)


class FailingClips(CountingRecognizer):
    """Hears no clip the first so many times."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self._failures = failures

    def hear(self, clip: bytes, vocabulary: Sequence[str] = ()) -> Transcript:
        self._failures -= 1
        if self._failures >= 0:
            raise EngineHung("nothing for 5 s")
        return super().hear(clip, vocabulary)


@dataclass
class Replaceable:
    """A stream whose engines come one after the other."""

    engines: list[CountingRecognizer]
    errors: list[UnderstudyError] = field(default_factory=list)
    behind: list[float] = field(default_factory=list)
    executor: HandExecutor = field(default_factory=HandExecutor)

    def open(self, **limits: float) -> StreamingRecognizer:
        return StreamingRecognizer(
            self.engines.pop(0),
            self.executor,
            8000,
            on_partial=lambda _: None,
            on_error=self.errors.append,
            reopen=lambda: self.engines.pop(0),
            on_behind=self.behind.append,
            batch_ms=80,
            **limits,  # type: ignore[arg-type]
        )


async def test_another_engine_hears_the_turn_again_and_its_times_are_right() -> None:
    second = CountingRecognizer()
    parts = Replaceable([Failing(after_bytes=1600 * 8), second])
    stream = parts.open()
    stream.feed(audio(500))
    assert (await stream.finish()).text == "w0 w1 w2 w3 w4"
    stream.feed(audio(400))  # the first engine fails in the middle of it
    await settle()
    heard = await stream.finish()
    assert second.bytes_heard == 1600 * 4  # not what belongs to the turn before
    assert [(word.text, word.start_s) for word in heard.words] == [
        ("w0", pytest.approx(0.5)),
        ("w1", pytest.approx(0.6)),
        ("w2", pytest.approx(0.7)),
        ("w3", pytest.approx(0.8)),
    ]
    assert (stream.reopened, parts.errors) == (1, [])
    stream.feed(audio(200))
    assert (await stream.finish()).words[0].start_s == pytest.approx(0.9)
    await stream.aclose()


async def test_another_engine_hears_nothing_of_what_was_let_go() -> None:
    second = CountingRecognizer()
    parts = Replaceable([Failing(after_bytes=1600 * 5), second])
    stream = parts.open()
    stream.feed(audio(500))
    await settle()
    stream.restart(0.2)
    stream.feed(audio(200))
    await settle()
    heard = await stream.finish()
    assert second.bytes_heard == 1600 * 4
    assert [word.start_s for word in heard.words] == pytest.approx([0.3, 0.4, 0.5, 0.6])
    await stream.aclose()


async def test_the_second_failure_in_a_turn_ends_the_stream() -> None:
    parts = Replaceable([Failing(0), Failing(0), CountingRecognizer()])
    stream = parts.open()
    stream.feed(audio(200))
    await settle()
    assert [type(error) for error in parts.errors] == [EngineHung]
    assert len(parts.engines) == 1
    await stream.aclose()


@pytest.mark.parametrize(("failures", "heard"), [(1, "w0 w1"), (2, None)])
async def test_a_clip_that_fails_is_heard_once_more(failures: int, heard: str | None) -> None:
    engine = FailingClips(failures)
    stream = Replaceable([engine]).open()
    stream.feed(audio(200))
    if heard is None:
        with pytest.raises(EngineHung):
            await stream.hear(0.2)
    else:
        assert (await stream.hear(0.2)).text == heard
    assert (await stream.finish()).text == "w0 w1"  # the stream itself is not concerned
    await stream.aclose()


async def test_a_stream_that_falls_behind_says_so_once_and_gives_up_in_the_end() -> None:
    parts = Replaceable([CountingRecognizer()])
    stream = parts.open(max_backlog_ms=1000, max_dropped_ms=600)
    parts.executor.hold()
    for _ in range(70):
        stream.feed(audio(20))
        await asyncio.sleep(0)
    assert len(parts.behind) == 1
    assert parts.behind[0] >= 1000
    assert parts.errors == []
    for _ in range(50):
        stream.feed(audio(20))
    with pytest.raises(RecognitionFailed, match="keep up"):
        await stream.finish()
    (error,) = parts.errors
    assert "can't keep up" in str(error)
    assert "admission.max_calls" in str(error)
    parts.executor.release()
    await stream.aclose()


async def test_lag_is_a_backlog_that_lasts(setup: Setup) -> None:
    setup.stream.feed(audio(800))
    await settle()
    setup.stream.restart(0.8)
    assert setup.stream.backlog_ms == 800
    assert setup.stream.lag_ms < 50  # it is decoded in a moment
    setup.executor.hold()
    await settle()
    for _ in range(30):
        setup.stream.feed(audio(20))
        await asyncio.sleep(0.005)
    assert 150 <= setup.stream.lag_ms <= setup.stream.backlog_ms
    assert setup.stream.longest_lag_ms >= 140


async def test_frames_are_decoded_in_batches(setup: Setup) -> None:
    for _ in range(4):
        setup.stream.feed(audio(20))
    await settle()
    assert setup.engine.accepted == [1280]  # one job of 80 ms, not four


async def test_partials_come_while_the_turn_goes_on(setup: Setup) -> None:
    for _ in range(3):
        setup.stream.feed(audio(80))
        await settle()
    assert [partial.text for partial in setup.partials] == ["w0", "w0 w1"]


async def test_finish_decodes_everything_fed_before_it_and_nothing_fed_after(setup: Setup) -> None:
    setup.executor.hold()
    setup.stream.feed(audio(310))
    finished = asyncio.create_task(setup.stream.finish())
    await asyncio.sleep(0)
    setup.stream.feed(audio(200))
    assert setup.stream.backlog_ms == 510
    setup.executor.release()
    assert (await finished).text == "w0 w1 w2"
    second = await setup.stream.finish()
    assert second.text == "w3 w4"
    assert second.words[0].start_s == pytest.approx(0.3)


async def test_feeding_does_not_wait_for_a_stuck_engine(setup: Setup) -> None:
    setup.executor.hold()
    for _ in range(10):
        setup.stream.feed(audio(20))
        await asyncio.sleep(0)
    assert setup.stream.backlog_ms == 200


async def test_a_full_backlog_drops_the_oldest_and_word_times_step_over_the_gap(
    setup: Setup,
) -> None:
    setup.executor.hold()
    setup.stream.feed(audio(100))
    await settle()  # the first 100 ms are with the engine
    setup.stream.feed(audio(1000))
    setup.stream.feed(audio(500))
    setup.executor.release()
    final = await setup.stream.finish()
    assert setup.stream.dropped_ms == 500
    starts = [word.start_s for word in final.words]
    assert starts == pytest.approx([0.0, *(0.6 + i / 10 for i in range(10))])


async def test_an_engine_error_surfaces_once_and_finish_says_so(setup: Setup) -> None:
    setup.engine.error = RuntimeError("decoder gone")
    setup.stream.feed(audio(100))
    with pytest.raises(RecognitionFailed, match="decoder gone"):
        await setup.stream.finish()
    setup.stream.feed(audio(100))
    with pytest.raises(RecognitionFailed, match="decoder gone"):
        await setup.stream.finish()
    assert [type(error) for error in setup.errors] == [RecognitionFailed]


async def test_a_cancelled_finish_does_not_disturb_the_next_turn(setup: Setup) -> None:
    setup.executor.hold()
    setup.stream.feed(audio(100))
    finished = asyncio.create_task(setup.stream.finish())
    await asyncio.sleep(0)
    finished.cancel()
    setup.executor.release()
    setup.stream.feed(audio(200))
    assert (await setup.stream.finish()).text == "w1 w2"


async def test_closing_is_final_and_may_be_repeated(setup: Setup) -> None:
    setup.executor.hold()
    setup.stream.feed(audio(100))
    waiting = asyncio.create_task(setup.stream.finish())
    await asyncio.sleep(0)
    closing = asyncio.create_task(setup.stream.aclose())
    await asyncio.sleep(0)
    setup.executor.release()
    await closing
    await setup.stream.aclose()
    assert (await asyncio.gather(waiting, return_exceptions=True))[0] is not None
    setup.stream.feed(audio(100))
    with pytest.raises(RecognitionFailed, match="closed"):
        await setup.stream.finish()


async def test_the_last_of_the_audio_is_heard_by_itself_while_the_stream_goes_on(
    setup: Setup,
) -> None:
    setup.stream.feed(audio(1000))
    heard = await setup.stream.hear(0.3)
    assert heard.text == "w0 w1 w2"
    assert [word.start_s for word in heard.words] == pytest.approx([0.7, 0.8, 0.9])
    assert len((await setup.stream.finish()).words) == 10


async def test_a_restart_forgets_the_turn_but_for_its_last_audio(setup: Setup) -> None:
    setup.stream.feed(audio(1000))
    await settle()
    setup.stream.restart(0.3)
    setup.stream.feed(audio(200))
    final = await setup.stream.finish()
    assert [word.start_s for word in final.words] == pytest.approx([0.7, 0.8, 0.9, 1.0, 1.1])
    setup.stream.feed(audio(100))
    (later,) = (await setup.stream.finish()).words
    assert later.start_s == pytest.approx(1.2)


async def test_a_restart_while_the_engine_works_tells_no_partial_of_the_past(setup: Setup) -> None:
    setup.executor.hold()
    setup.stream.feed(audio(800))
    await settle()
    setup.stream.restart(0.0)
    setup.executor.release()
    await settle()
    assert setup.partials == []
    assert (await setup.stream.finish()).text == ""


async def test_a_closed_stream_hears_nothing(setup: Setup) -> None:
    await setup.stream.aclose()
    with pytest.raises(RecognitionFailed, match="closed"):
        await setup.stream.hear(1.0)
