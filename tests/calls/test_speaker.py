"""Lines through a real playout and a real line cache; a frame is asked for by the test."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.calls.speaker import Speaker, text_heard
from agent.dialogue.conversation import SpokenLine
from agent.media.comfort_noise import ComfortNoise
from agent.media.playout import Playout, PlayoutEvent
from agent.speech.line_cache import LineCache
from tests.calls.fakes import RATE_HZ
from tests.speech.fakes import HandExecutor, ToneVoice

FRAME_S = 0.02
HELLO = SpokenLine("hello", "Hello there caller")  # 300 ms
OFFER = SpokenLine("offer", "We have a new offer")  # 300 ms
LONG = SpokenLine("long", "One here. Two here. Three here.")  # 300 + 400 + 400 ms


class BrokenVoice(ToneVoice):
    def synthesize(self, text: str):  # type: ignore[no-untyped-def]
        raise RuntimeError("no more memory")


class Rig:
    """A speaker, its playout, and the hand that turns it."""

    def __init__(self, directory: Path, voice: ToneVoice) -> None:
        self.executor = HandExecutor()
        self.cache = LineCache(voice, directory, self.executor)
        self.finished_s: list[float] = []
        self.failures: list[str] = []
        self.now_s = 0.0
        self.playout = Playout(160, ComfortNoise(160, 1), self._on_event)
        self.speaker = Speaker(
            self.playout,
            self.cache,
            RATE_HZ,
            on_finished=lambda: self.finished_s.append(round(self.now_s, 2)),
            on_failed=self.failures.append,
        )

    def _on_event(self, event: PlayoutEvent) -> None:
        self.speaker.on_playout(event, self.now_s)

    async def say(self, *lines: SpokenLine) -> None:
        self.speaker.say(lines, self.now_s)
        await self.rendered()

    async def rendered(self) -> None:
        """Let synthesis go as far as its executor lets it."""
        for _ in range(30):
            await asyncio.sleep(0)

    def play(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            self.playout.next_frame()
            self.now_s += FRAME_S


@pytest.fixture
def open_rig(tmp_path: Path) -> Callable[..., Rig]:
    return lambda voice=None: Rig(tmp_path, voice or ToneVoice())


@pytest.mark.parametrize(
    ("share", "heard"),
    [
        (0.0, ""),
        (0.2, ""),  # "On": half a word is not claimed
        (0.3, "One"),
        (0.5, "One"),
        (0.7, "One here."),
        (0.99, "One here."),
        (1.0, "One here. Now"),
        (1.2, "One here. Now"),
    ],
)
def test_heard_text_is_rounded_down_to_words(share: float, heard: str) -> None:
    assert text_heard("One here. Now", share) == heard


async def test_lines_follow_each_other_with_a_breath(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    await rig.say(HELLO, OFFER)
    assert rig.speaker.active
    rig.play(1.0)
    first, second = rig.speaker.utterance.clips
    assert (first.started_s, second.started_s) == pytest.approx((0.0, 0.44))  # 300 + 150 ms
    assert second.ended_s == pytest.approx(0.74)
    assert rig.finished_s == [0.74]
    assert not rig.speaker.active
    assert rig.speaker.utterance.heard_text == "Hello there caller We have a new offer"


async def test_a_line_may_ask_for_more_than_a_breath(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    await rig.say(replace(HELLO, pause_s=0.4), OFFER)
    rig.play(1.5)
    first, second = rig.speaker.utterance.clips
    assert (first.started_s, second.started_s) == pytest.approx((0.0, 0.7), abs=0.02)


@pytest.mark.parametrize("prepared", [True, False])
async def test_prepared_and_streamed_lines_sound_for_the_same_time(
    open_rig: Callable[..., Rig], prepared: bool
) -> None:
    rig = open_rig()
    if prepared:
        await rig.cache.prepare([HELLO.text, OFFER.text])
    await rig.say(HELLO, OFFER)
    rig.play(1.0)
    assert rig.finished_s == [0.74]


@pytest.mark.parametrize(
    ("played_s", "heard", "ended_s"),
    [
        (0.02, "", 0.02),
        (0.2, "Hello there", 0.2),
        (0.3, "Hello there caller", 0.3),  # the breath after it is no part of the line
        (0.6, "Hello there caller We have a", 0.6),
    ],
)
async def test_what_an_interruption_leaves_heard(
    open_rig: Callable[..., Rig], played_s: float, heard: str, ended_s: float
) -> None:
    rig = open_rig()
    await rig.say(HELLO, OFFER)
    rig.play(played_s)
    rig.speaker.stop()
    assert rig.speaker.utterance.heard_text == heard
    begun = [clip for clip in rig.speaker.utterance.clips if clip.started_s is not None]
    assert begun[-1].ended_s == pytest.approx(ended_s, abs=0.011)
    rig.play(1.0)
    assert rig.finished_s == []
    assert not rig.speaker.active
    assert rig.speaker.utterance.full_text == "Hello there caller We have a new offer"


async def test_of_a_line_that_is_not_rendered_yet_nothing_is_claimed(
    open_rig: Callable[..., Rig],
) -> None:
    rig = open_rig()
    rig.speaker.say([LONG], 0.0)
    await asyncio.sleep(0)
    rig.executor.hold()  # the first sentence is there, the others are not
    await rig.rendered()
    rig.play(0.5)
    assert rig.speaker.utterance.first_audio_s == 0.0
    assert rig.speaker.speech().remaining_ms == float("inf")
    rig.speaker.stop()
    assert rig.speaker.utterance.heard_text == ""


async def test_a_new_utterance_drops_the_old_one(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    await rig.say(LONG)
    rig.play(0.2)
    await rig.say(HELLO)
    rig.play(0.5)
    assert rig.finished_s == [0.52]  # 200 ms, 40 ms of fade, 300 ms
    assert rig.speaker.utterance.full_text == HELLO.text


async def test_times_are_those_of_the_first_sound(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    rig.executor.hold()
    await rig.say(HELLO)
    rig.play(0.4)
    assert rig.speaker.utterance.first_audio_s is None
    rig.executor.release()
    await rig.rendered()
    rig.play(0.4)
    assert rig.speaker.utterance.requested_s == 0.0
    assert rig.speaker.utterance.first_audio_s == pytest.approx(0.4)


async def test_speech_as_turn_taking_sees_it(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    await rig.say(SpokenLine("notice", "Recorded", interruptible=False), HELLO)
    rig.play(0.1)
    speech = rig.speaker.speech()
    assert (speech.interruptible, speech.first_of_call) == (False, True)
    assert speech.played_ms == pytest.approx(100)
    assert speech.remaining_ms == pytest.approx(650)
    rig.play(0.4)
    speech = rig.speaker.speech()
    # clicks come at the start of a call: from the second line on there is no protection
    assert (speech.interruptible, speech.first_of_call) == (True, False)
    await rig.say(HELLO)
    assert not rig.speaker.speech().first_of_call


async def test_nothing_to_say_is_finished_at_once(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    await rig.say()
    assert rig.finished_s == [0.0]
    assert not rig.speaker.active


@pytest.mark.parametrize("prepared", [True, False])
async def test_a_line_without_sound_holds_nothing_up(
    open_rig: Callable[..., Rig], prepared: bool
) -> None:
    rig = open_rig()
    silent = SpokenLine("silent", "...")
    if prepared:
        await rig.cache.prepare([silent.text])
    await rig.say(HELLO, silent)
    rig.play(0.6)
    assert len(rig.finished_s) == 1


async def test_failed_synthesis_is_reported(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig(BrokenVoice())
    await rig.say(HELLO)
    assert rig.failures == ["speech synthesis failed: no more memory"]
    assert rig.finished_s == []


async def test_closing_ends_a_synthesis_in_progress(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    rig.executor.hold()
    await rig.say(LONG)
    await rig.speaker.aclose()
    assert rig.playout.state == "idle"
    assert rig.failures == []


async def test_a_line_stands_in_for_one_that_is_still_being_made(
    open_rig: Callable[..., Rig],
) -> None:
    rig = open_rig()
    await rig.cache.prepare([OFFER.text])
    rig.executor.hold()
    await rig.say(LONG)
    rig.speaker.stand_in(OFFER)
    rig.play(0.5)
    assert rig.speaker.utterance.heard_text == OFFER.text
    assert rig.speaker.active
    rig.executor.release()
    await rig.rendered()
    rig.play(1.5)
    assert rig.speaker.utterance.heard_text == f"{OFFER.text} {LONG.text}"
    assert len(rig.finished_s) == 1


async def test_a_line_that_stands_in_is_finished_before_what_comes_then(
    open_rig: Callable[..., Rig],
) -> None:
    rig = open_rig()
    await rig.cache.prepare([OFFER.text])
    rig.speaker.stand_in(OFFER)
    rig.play(0.1)
    await rig.say(LONG)
    rig.play(1.5)
    assert rig.speaker.utterance.heard_text == f"{OFFER.text} {LONG.text}"
    assert len(rig.finished_s) == 1


async def test_a_line_that_is_not_ready_can_not_stand_in(open_rig: Callable[..., Rig]) -> None:
    rig = open_rig()
    assert not rig.speaker.stand_in(OFFER)
    assert not rig.speaker.active
