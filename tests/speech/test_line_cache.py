import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from agent.speech.line_cache import LineCache
from agent.speech.protocols import Pcm
from agent.watchdog.engines import EngineWatch
from agent.watchdog.pool import EngineHung
from tests.speech.fakes import ToneVoice

DAY_S = 86400.0


class Clock:
    def __init__(self) -> None:
        self.now_s = 1.0e9
        self.step_s = 0.0

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def voice() -> ToneVoice:
    return ToneVoice()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(
    tmp_path: Path, executor: ThreadPoolExecutor, voice: ToneVoice, clock: Clock
) -> LineCache:
    return LineCache(voice, tmp_path / "lines", executor, wall_clock=clock, clock=clock)


async def test_a_prepared_line_is_there_at_both_rates_without_its_leading_silence(
    cache: LineCache,
) -> None:
    await cache.prepare(["Hello."])
    for rate_hz in (8000, 16000):
        pcm = cache.get("Hello.", rate_hz)
        assert pcm is not None
        assert len(pcm) / rate_hz == pytest.approx(0.3, abs=0.001)
        assert np.abs(pcm[: rate_hz // 50]).max() > 3000
        assert not pcm.flags.writeable


async def test_a_second_process_reads_the_disk_instead_of_synthesising(
    cache: LineCache, tmp_path: Path, executor: ThreadPoolExecutor, clock: Clock
) -> None:
    await cache.prepare(["Hello.", "Bye."])
    later = ToneVoice()
    second = LineCache(later, tmp_path / "lines", executor, wall_clock=clock)
    await second.prepare(["Hello.", "Bye."])
    assert later.said == []
    np.testing.assert_array_equal(second.get("Bye.", 8000), cache.get("Bye.", 8000))


async def test_another_voice_file_is_another_line(
    cache: LineCache, tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    await cache.prepare(["Hello."])
    other = ToneVoice()
    other.voice_id = "tone-2"
    await LineCache(other, tmp_path / "lines", executor).prepare(["Hello."])
    assert other.said == ["Hello."]


@pytest.mark.parametrize("damage", [b"", b"short", bytes(20_000)])
async def test_a_damaged_file_is_made_again(
    cache: LineCache, tmp_path: Path, executor: ThreadPoolExecutor, damage: bytes
) -> None:
    await cache.prepare(["Hello."])
    for path in (tmp_path / "lines").iterdir():
        path.write_bytes(damage)
    again = ToneVoice()
    second = LineCache(again, tmp_path / "lines", executor)
    await second.prepare(["Hello."])
    assert again.said == ["Hello."]
    np.testing.assert_array_equal(second.get("Hello.", 8000), cache.get("Hello.", 8000))


async def test_lines_unused_for_30_days_are_dropped_and_used_ones_are_not(
    cache: LineCache, tmp_path: Path, executor: ThreadPoolExecutor, clock: Clock
) -> None:
    await cache.prepare(["Old.", "Kept."])
    clock.now_s += 20 * DAY_S
    second = LineCache(ToneVoice(), tmp_path / "lines", executor, wall_clock=clock)
    await second.prepare(["Old.", "Kept."])
    clock.now_s += 20 * DAY_S
    await second.prepare(["Kept."])
    assert len(list((tmp_path / "lines").iterdir())) == 4  # used 20 days ago
    clock.now_s += 11 * DAY_S
    third = LineCache(ToneVoice(), tmp_path / "lines", executor, wall_clock=clock)
    await third.prepare(["Kept."])
    assert len(list((tmp_path / "lines").iterdir())) == 2


async def test_a_miss_comes_sentence_by_sentence_and_leaves_nothing_behind(
    cache: LineCache, tmp_path: Path
) -> None:
    lengths = [len(pcm) async for pcm in cache.speak("Your name is Ann. Right.", 8000)]
    # only the first sentence loses its leading silence
    assert lengths == pytest.approx([2400, 3200], abs=10)
    assert cache.get("Your name is Ann. Right.", 8000) is None
    assert not (tmp_path / "lines").exists()


async def test_a_prepared_line_is_spoken_whole(cache: LineCache, voice: ToneVoice) -> None:
    await cache.prepare(["One. Two."])
    parts = [pcm async for pcm in cache.speak("One. Two.", 16000)]
    assert len(parts) == 1
    assert voice.said == ["One. Two."]


async def test_a_line_spoken_before_its_turn_in_the_preparation_is_kept(
    cache: LineCache, voice: ToneVoice
) -> None:
    preparing = asyncio.create_task(cache.prepare(["First.", "Last."]))
    await asyncio.sleep(0)
    spoken = [pcm async for pcm in cache.speak("Last.", 8000)]
    await preparing
    np.testing.assert_array_equal(np.concatenate(spoken), cache.get("Last.", 8000))


@pytest.mark.parametrize(
    ("seconds_a_look", "expected"), [(0.1, []), (1.5, [(2, 3), (3, 3)])], ids=["quick", "slow"]
)
async def test_progress_is_reported_once_it_takes_more_than_two_seconds(
    tmp_path: Path,
    executor: ThreadPoolExecutor,
    clock: Clock,
    seconds_a_look: float,
    expected: list[tuple[int, int]],
) -> None:
    calls: list[tuple[int, int]] = []
    clock.step_s = seconds_a_look
    cache = LineCache(ToneVoice(), tmp_path, executor, clock=clock)
    await cache.prepare(["A.", "B.", "C."], lambda done, total: calls.append((done, total)))
    assert calls == expected


async def test_a_disk_that_cannot_be_written_does_not_stop_the_agent(
    tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = LineCache(ToneVoice(), tmp_path / "file" / "lines", executor)
    await cache.prepare(["Hello."])
    assert cache.get("Hello.", 8000) is not None


class HangingVoice(ToneVoice):
    """Hangs at its second sentence the first so many times, until the test is over."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.over = threading.Event()
        self._times = times

    def synthesize(self, text: str) -> Iterator[Pcm]:
        for number, chunk in enumerate(super().synthesize(text)):
            if number == 1 and self._times:
                self._times -= 1
                self.over.wait(10)
            yield chunk


@pytest.mark.parametrize("times", [1, 2])
async def test_a_voice_that_hangs_is_tried_once_more_from_where_it_stopped(
    times: int, tmp_path: Path
) -> None:
    voice, watch = HangingVoice(times), EngineWatch(max_stuck=9)
    cache = LineCache(voice, tmp_path, watch.pool("tts", 1, 0.05))
    watch.start()
    heard: list[Pcm] = []

    async def listen() -> None:
        async for part in cache.speak("One. Two. Three.", 8000):
            heard.append(part)

    if times == 1:
        await listen()
        assert len(heard) == 3  # none of them twice
    else:
        with pytest.raises(EngineHung):
            await listen()
        assert len(heard) == 1
    voice.over.set()
    await watch.aclose()
