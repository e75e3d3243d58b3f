"""A call's frames and words, a letter a 20 ms frame: s speech, . silence. Time is the test's."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from agent.calls.events import (
    AgentFinished,
    AgentInterrupted,
    AgentPaused,
    AgentResumed,
    CallerFinished,
    CallerSilent,
    CallEvent,
    KeysEntered,
    MediaLost,
)
from agent.calls.floor import Floor
from agent.calls.speaker import Speaker
from agent.dialogue.conversation import SpokenLine
from agent.media.comfort_noise import ComfortNoise
from agent.media.playout import Playout
from agent.media.session import MediaSession
from agent.speech.line_cache import LineCache
from agent.speech.paired_vad import PairedVad
from agent.speech.streaming import StreamingRecognizer
from agent.turns.endpointing import Expected
from agent.turns.evidence import Evidence
from agent.turns.settings import SilenceSettings, TurnSettings
from tests.calls.fakes import LOUD, QUIET, RATE_HZ, LoudnessVad, ScriptedRecognizer
from tests.speech.fakes import HandExecutor, ToneVoice

SETTINGS = TurnSettings(line_echo="none", silence=SilenceSettings(prompts_s=(1.0, 3.0)))
TEXT = "First part. Second part. Third part. Fourth part. Fifth part."  # 1.9 s, 95 frames
BEGUN = "." * 30  # past the first half second of a call, in which nothing pauses the agent


_WHO_SPEAKS = (
    AgentFinished,
    AgentInterrupted,
    AgentPaused,
    AgentResumed,
    CallerFinished,
    CallerSilent,
    KeysEntered,
)


class HandMedia:
    """What the floor uses of a media session: playout, and audio time, which the test counts."""

    def __init__(self, playout: Playout) -> None:
        self.playout = playout
        self.now_s = 0.0

    def audio_time_at(self, monotonic_s: float) -> float:
        return self.now_s


class Rig:
    """A floor between a caller made of letters and an agent made of tones."""

    def __init__(self, directory: Path, script: Sequence[str], lag_s: float) -> None:
        self.events: list[CallEvent] = []
        self.floor = Floor(SETTINGS, PairedVad(LoudnessVad()), self.events.append)
        playout = Playout(160, ComfortNoise(160, 1), self.floor.on_playout)
        self.media = HandMedia(playout)
        self.speaker = Speaker(
            playout,
            LineCache(ToneVoice(), directory, HandExecutor()),
            RATE_HZ,
            on_finished=self.floor.agent_finished,
            on_failed=pytest.fail,
        )
        self.recognizer = StreamingRecognizer(
            ScriptedRecognizer(deque(script), lag_s),
            HandExecutor(),
            RATE_HZ,
            on_partial=self.floor.on_words,
            on_error=lambda error: pytest.fail(str(error)),
        )
        self.floor.attach(cast(MediaSession, self.media), self.speaker, self.recognizer)

    async def say(self, *, interruptible: bool = True) -> None:
        self.floor.agent_speaks()
        self.speaker.say([SpokenLine("line", TEXT, interruptible)], self.media.now_s)
        await self._settle()

    async def run(self, timeline: str) -> None:
        for letter in timeline:
            frame = LOUD if letter == "s" else QUIET
            self.media.playout.next_frame()
            self.floor.on_arrival(frame, self.media.now_s)
            self.floor.on_frame(frame, self.media.now_s, False)
            self.media.now_s += 0.02
            await self._settle()

    async def silence(self, seconds: float) -> None:
        await self.run("." * round(seconds * 50))

    async def aclose(self) -> None:
        await self.speaker.aclose()
        await self.floor.aclose()
        await self.recognizer.aclose()

    @property
    def kinds(self) -> list[str]:
        """The names of the events that say who has the floor."""
        return [type(event).__name__ for event in self.events if isinstance(event, _WHO_SPEAKS)]

    def last(self, kind: type[CallEvent]) -> Any:
        return [event for event in self.events if isinstance(event, kind)][-1]

    async def _settle(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)


Open = Callable[..., Rig]


@pytest.fixture
async def open_rig(tmp_path: Path) -> Any:
    opened: list[Rig] = []

    def open_rig(*script: str, lag_s: float = 0.2) -> Rig:
        opened.append(Rig(tmp_path, script, lag_s))
        return opened[-1]

    yield open_rig
    for rig in opened:
        await rig.aclose()


@pytest.mark.parametrize(
    ("timeline", "script", "expected"),
    [
        ("." * 100, (), ["AgentFinished"]),
        # a click
        (BEGUN + "ss" + "." * 80, (), ["AgentFinished"]),
        # a cough, and a word that only says "go on"
        (BEGUN + "s" * 8 + "." * 100, (), ["AgentPaused", "AgentResumed", "AgentFinished"]),
        (
            BEGUN + "s" * 8 + "." * 100,
            ("yeah okay",),
            ["AgentPaused", "AgentResumed", "AgentFinished"],
        ),
        # words while the agent is paused, and sound without any
        (
            BEGUN + "s" * 25 + "." * 60,
            ("how much is it",),
            ["AgentPaused", "AgentInterrupted", "CallerFinished"],
        ),
        (
            BEGUN + "s" * 45 + "." * 100,
            (),
            ["AgentPaused", "AgentResumed", "AgentFinished"],
        ),
        # the end of a line is not paused
        ("." * 82 + "s" * 10 + "." * 10, (), ["AgentFinished"]),
    ],
)
async def test_who_gets_the_floor(
    open_rig: Open, timeline: str, script: tuple[str, ...], expected: list[str]
) -> None:
    rig = open_rig(*script)
    await rig.say()
    await rig.run(timeline)
    assert rig.kinds == expected


async def test_a_pause_follows_its_frame_and_a_resume_loses_nothing(open_rig: Open) -> None:
    rig = open_rig("mm yeah")
    await rig.say()
    await rig.run(BEGUN + "ss")
    assert rig.events == []
    await rig.run("s")
    assert rig.kinds == ["AgentPaused"]
    assert rig.last(AgentPaused).latency_ms == pytest.approx(40)
    await rig.run("..")  # the fade
    held = rig.media.playout.position
    await rig.run("...")
    assert rig.media.playout.position == held
    await rig.silence(3)
    assert rig.last(AgentResumed).heard == "mm yeah"
    assert rig.speaker.utterance.heard_text == TEXT


async def test_an_interruption_drops_the_rest_and_keeps_the_words(open_rig: Open) -> None:
    rig = open_rig("how much is it")
    await rig.say()
    await rig.run(BEGUN + "s" * 25)
    assert rig.last(AgentInterrupted).evidence is Evidence.WORDS
    assert rig.speaker.utterance.heard_text == "First part. Second"
    assert not rig.speaker.active
    await rig.silence(1)
    end = rig.last(CallerFinished).end
    assert (end.started_s, end.ended_s) == pytest.approx((0.6, 1.08))
    assert [piece.text for piece in rig.last(CallerFinished).carried] == ["how much is it"]
    assert (await rig.recognizer.finish()).text == ""


async def test_a_short_interruption_is_judged_by_what_the_recogniser_held_back(
    open_rig: Open,
) -> None:
    rig = open_rig("stop there please", "how much is it", lag_s=9)
    await rig.say()
    await rig.run(BEGUN + "s" * 9 + "." * 40 + "s" * 15 + "." * 60)
    assert rig.kinds == ["AgentPaused", "AgentInterrupted", "CallerFinished"]
    assert [piece.text for piece in rig.last(CallerFinished).carried] == ["stop there please"]


async def test_a_long_turn_is_not_heard_again_from_its_start(open_rig: Open) -> None:
    rig = open_rig("first", "second")
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    await rig.run("." * 5 + "s" * 420 + "." * 15 + "s" * 20 + "." * 80)
    texts = [piece.text for piece in rig.last(CallerFinished).carried]
    assert texts == ["first", "second"]


async def test_a_turn_that_is_ended_in_the_middle_keeps_its_last_words(open_rig: Open) -> None:
    """Nobody speaks for 40 s without a pause; what is said after the last one is in the stream."""
    rig = open_rig("first", "second")
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    await rig.run("." * 5 + "s" * 30 + "." * 12 + "s" * 1990)
    assert rig.last(CallerFinished).carried == ()
    assert (await rig.recognizer.finish()).text != ""


async def test_a_notice_is_played_to_its_end(open_rig: Open) -> None:
    rig = open_rig("stop stop")
    await rig.say(interruptible=False)
    rig.floor.key_pressed("1")
    await rig.run(BEGUN + "s" * 30 + "." * 40)
    assert rig.kinds == ["AgentFinished", "KeysEntered"]  # the key counts once the notice is over
    assert rig.speaker.utterance.heard_text == TEXT


async def test_a_turn_that_starts_while_the_agent_ends(open_rig: Open) -> None:
    rig = open_rig("how much is it")
    await rig.say()
    await rig.run("." * 85 + "s" * 15)
    assert rig.kinds == ["AgentFinished"]
    rig.floor.listen(Expected())
    await rig.run("s" * 10 + "." * 60)
    assert rig.kinds == ["AgentFinished", "CallerFinished"]
    end = rig.last(CallerFinished).end
    assert (end.started_s, end.ended_s) == pytest.approx((1.7, 2.18))


async def test_words_said_over_the_last_of_the_agent_are_a_turn(open_rig: Open) -> None:
    rig = open_rig("tomorrow")
    await rig.say()
    await rig.run("." * 81 + "s" * 12 + "." * 7 + "." * 50)  # then quiet before the agent ended
    rig.floor.listen(Expected())
    await rig.silence(1)
    assert rig.kinds == ["AgentFinished", "CallerFinished"]


async def test_a_back_channel_over_the_last_of_the_agent_is_none(open_rig: Open) -> None:
    rig = open_rig("yeah")
    await rig.say()
    await rig.run("." * 81 + "s" * 12 + "." * 57)
    rig.floor.listen(Expected())
    await rig.silence(0.9)
    assert rig.kinds == ["AgentFinished"]


async def test_a_turn_waits_for_more_after_a_conjunction(open_rig: Open) -> None:
    rig = open_rig("i would like it but")
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    await rig.run("." * 5 + "s" * 20)
    await rig.silence(1.2)
    assert rig.kinds == []
    await rig.silence(0.4)
    assert rig.kinds == ["CallerFinished"]


async def test_the_silence_ladder(open_rig: Open) -> None:
    rig = open_rig()
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    await rig.silence(0.96)
    assert rig.events == []
    await rig.silence(0.1)
    assert rig.events == [CallerSilent(1)]
    await rig.silence(3)
    assert rig.events == [CallerSilent(1)]  # the prompt is the agent's to say first
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    await rig.silence(2.1)
    assert rig.events == [CallerSilent(1), CallerSilent(2)]
    rig.floor.caller_was_heard()
    rig.floor.listen(Expected())
    await rig.silence(1.1)
    assert rig.events[2:] == [CallerSilent(1)]


async def test_no_prompt_while_the_caller_speaks_or_the_agent_thinks(open_rig: Open) -> None:
    rig = open_rig("one two three")
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    await rig.run("." * 40 + "s" * 70)
    assert rig.events == []
    rig.floor.hold()
    await rig.silence(2)
    assert rig.events == []


@pytest.mark.parametrize(
    ("keys", "then_s", "entered"),
    [
        ("0", 1.4, []),
        ("0", 1.6, ["0"]),
        ("12*", 1.6, ["12*"]),
        ("12#", 0, ["12"]),
        ("1#2#", 0, ["1", "2"]),
        ("#", 0.9, []),
    ],
)
async def test_keys_of_one_entry_are_collected(
    open_rig: Open, keys: str, then_s: float, entered: list[str]
) -> None:
    rig = open_rig()
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    for key in keys:
        rig.floor.key_pressed(key)
    await rig.silence(then_s)
    assert rig.events == [KeysEntered(digits) for digits in entered]


async def test_a_hash_alone_does_not_end_the_silence_ladder(open_rig: Open) -> None:
    rig = open_rig()
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    rig.floor.key_pressed("#")
    await rig.silence(1.1)
    assert rig.events == [CallerSilent(1)]


async def test_a_key_takes_the_floor(open_rig: Open) -> None:
    rig = open_rig()
    await rig.say()
    await rig.run(BEGUN)
    rig.floor.key_pressed("0")
    assert rig.last(AgentInterrupted).evidence is Evidence.DTMF
    await rig.run("...")
    assert rig.media.playout.state == "idle"
    assert rig.kinds == ["AgentInterrupted"]
    await rig.silence(1.6)
    assert rig.kinds == ["AgentInterrupted", "CallerFinished", "KeysEntered"]
    end = rig.last(CallerFinished).end  # of a caller who never made a sound
    assert (end.started_s, end.ended_s, end.speech_ms) == pytest.approx((0.6, 0.6, 0.0))


async def test_nothing_counts_while_the_caller_is_elsewhere(open_rig: Open) -> None:
    rig = open_rig("music on hold")
    rig.floor.agent_speaks()
    rig.floor.listen(Expected())
    rig.floor.suspend()
    rig.floor.key_pressed("0")
    rig.floor.on_media_lost(5.0)
    await rig.run("s" * 50 + "." * 100)
    assert rig.events == []


async def test_lost_media_is_reported(open_rig: Open) -> None:
    rig = open_rig()
    rig.floor.agent_speaks()
    rig.floor.on_media_lost(5.0)
    assert rig.events == [MediaLost(5.0)]


async def test_the_end_of_speech_is_reported_once(open_rig: Open) -> None:
    rig = open_rig()
    await rig.say()
    await rig.silence(4)
    assert rig.events == [AgentFinished()]
