"""Payment digits and refused recordings: what the WAV file and the records have of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from agent.asterisk.events import Channel
from agent.calls.actor import CallActor
from agent.calls.discretion import Discretion
from agent.calls.events import CallerGone, KeyPressed
from agent.calls.journal import CallJournal
from agent.calls.state import CallState
from agent.dialogue.reply import Continue, Reply
from agent.dialogue.understanding import Understanding
from agent.records.records import NOT_KEPT
from tests.calls.conftest import Engines, until
from tests.calls.line import FakeLine
from tests.calls.playbook import NO_CARDS, OFF

RATE_HZ = 8000
LOUD = 1000
CARD = "my card is four nine oh two um one two three four"


class RecordedCall:
    """One call under way, on a disk."""

    def __init__(self, engines: Engines, path: Path, *, keep_refused_text: bool = False) -> None:
        self.engines = engines
        self.notes = engines.notes
        self.path = path
        self.line = FakeLine()
        journal = CallJournal(
            "call-1",
            Channel("1.1", "PJSIP/201-1", "201", "", "8000"),
            path,
            playbook=("tiny", "1", ""),
            models={},
            observers=(engines.notes,),
            keep_refused_text=keep_refused_text,
        )
        self.actor = CallActor("call-1", self.line, engines.services(), journal, path)
        self.running = asyncio.create_task(self.actor.run())

    async def reach(self, state: CallState) -> None:
        await until(lambda: self.actor.state is state)

    async def says(self, text: str, until_said: str) -> None:
        """A turn of the caller, and the agent's answer to its end."""
        await self.reach(CallState.LISTENING)
        before = len(self.notes.turns)
        self.engines.recognizers.script.append(text)
        await self.line.caller.speak("s" * 15)
        while self.actor.state is CallState.LISTENING:
            await self.line.caller.speak(".")
        await until(
            lambda: (
                any(until_said in turn.text for turn in self.notes.turns[before:])
                and self.actor.state is CallState.LISTENING
            )
        )
        await self.line.caller.speak("." * 50)

    async def hang_up(self) -> None:
        self.actor.post(CallerGone(16))
        await self.running

    def spoken_s(self) -> list[float]:
        """When the caller is loud in the recording, to the tenth of a second."""
        samples, rate = soundfile.read(self.path, dtype="int16")
        assert rate == RATE_HZ
        loud: NDArray[np.intp] = np.flatnonzero(np.abs(samples[:, 0]) > LOUD)
        return sorted({round(float(at) / RATE_HZ, 1) for at in loud})


@pytest.fixture
async def call(engines: Engines, tmp_path: Path) -> AsyncIterator[RecordedCall]:
    call = RecordedCall(engines, tmp_path / "call.wav")
    yield call
    if not call.running.done():
        await call.hang_up()
    call.line.caller.socket.close()


async def test_the_recording_has_no_sound_of_a_card(call: RecordedCall) -> None:
    await call.says("maybe", "")
    plain = call.notes.turns[-2].start_s
    await call.says(CARD, NO_CARDS)
    await call.says("and more is five six seven eight", NO_CARDS)
    await call.says("maybe", "")
    last = call.notes.turns[-2].start_s
    await call.hang_up()
    spoken = call.spoken_s()
    # Both ordinary turns are there, and nothing between them.
    assert any(abs(at - plain) < 0.3 for at in spoken)
    assert any(abs(at - last) < 0.3 for at in spoken)
    assert not [at for at in spoken if plain + 0.6 < at < last - 0.3]


async def test_the_records_have_no_word_of_a_card(call: RecordedCall) -> None:
    await call.says(CARD, NO_CARDS)
    await call.says("five six seven eight", NO_CARDS)
    await call.hang_up()
    asked = [turn for turn in call.notes.turns if turn.speaker.value == "caller"]
    assert [turn.text for turn in asked] == ["my card is [digits] um [digits]", "[digits]"]
    assert [turn.words for turn in asked] == [[], []]
    kept = repr(call.notes.records)
    for digits in ("four nine", "one two", "five six"):
        assert digits not in kept


async def test_keys_are_muted_from_the_first_one(call: RecordedCall) -> None:
    await call.reach(CallState.LISTENING)
    await call.line.caller.speak("." * 60)
    for digit in "4902113062113061":
        call.actor.post(KeyPressed(digit))
        await call.line.caller.speak("ss")  # its tone, on a line that carries tones
    call.actor.post(KeyPressed("#"))
    await until(lambda: "recording_unmuted" in call.notes.kinds)
    await call.hang_up()
    assert call.spoken_s() == []
    assert "49021130" not in repr(call.notes.records)


async def test_who_refuses_is_not_recorded_and_not_written_down(call: RecordedCall) -> None:
    await call.says("maybe", "")
    assert call.path.exists()
    await call.says("no recording please", NOT_KEPT)
    await until(lambda: not call.path.exists())
    await call.says("maybe tomorrow", NOT_KEPT)
    await call.hang_up()
    assert not call.path.exists()
    assert call.notes.kinds.count("recording_refused") == 1
    said = [text for _, text in call.notes.said]
    assert said[1] == "maybe"
    assert set(said[3:]) == {NOT_KEPT}
    assert all(turn.line_ids for turn in call.notes.turns[3:] if turn.speaker.value == "agent")
    assert all(turn.words == () for turn in call.notes.turns[3:])


async def test_the_words_stay_where_only_the_sound_is_refused(
    engines: Engines, tmp_path: Path
) -> None:
    call = RecordedCall(engines, tmp_path / "call.wav", keep_refused_text=True)
    await call.says("no recording please", OFF)
    await call.hang_up()
    assert not call.path.exists()
    assert ("caller", "no recording please") in call.notes.said
    call.line.caller.socket.close()


class NotingMedia:
    """Notes since when the caller is muted."""

    def __init__(self) -> None:
        self.asked: list[float | str] = []

    def mute_recording(self, since_s: float) -> None:
        self.asked.append(round(since_s, 2))

    def unmute_recording(self) -> None:
        self.asked.append("unmuted")

    def discard_recording(self) -> None:
        self.asked.append("discarded")


def understood(intent: str) -> Reply:
    return Reply((), Continue(), None, Understanding(intent), "opening")


@pytest.fixture
def media() -> NotingMedia:
    return NotingMedia()


@pytest.fixture
def discretion(engines: Engines, media: NotingMedia) -> Discretion:
    journal = engines.open_journal("call-1", Channel("1.1", "PJSIP/1", "", "", ""), None)
    discretion = Discretion(journal, None)
    discretion.attach(media)  # type: ignore[arg-type]
    return discretion


def test_a_suspicion_mutes_at_once_and_the_verdict_says_since_when(
    discretion: Discretion, media: NotingMedia
) -> None:
    discretion.suspected(understood("give_card"), 7.0, 8.0)
    discretion.answered(understood("give_card"), 5.0, 9.0)
    discretion.agent_finished(12.0)
    assert media.asked == [6.4, 4.4, "unmuted"]


def test_a_suspicion_that_was_wrong_ends_with_the_turn(
    discretion: Discretion, media: NotingMedia
) -> None:
    discretion.suspected(understood("give_card"), 7.0, 8.0)
    discretion.suspected(understood("affirm"), 7.0, 8.5)
    discretion.answered(understood("affirm"), 5.0, 9.0)
    assert media.asked == [6.4, "unmuted"]


def test_a_card_that_goes_on_joins_what_was_muted(
    discretion: Discretion, media: NotingMedia
) -> None:
    discretion.answered(understood("give_card"), 5.0, 9.0)
    discretion.agent_finished(12.0)
    discretion.answered(understood("give_card"), 14.0, 16.0)
    discretion.agent_finished(18.0)
    discretion.answered(understood("affirm"), 20.0, 21.0)
    discretion.answered(understood("give_card"), 30.0, 31.0)
    assert media.asked == [4.4, "unmuted", 12.0, "unmuted", 29.4]


def test_a_turn_that_was_not_over_is_muted_from_its_first_part(
    discretion: Discretion, media: NotingMedia
) -> None:
    discretion.answered(understood("none"), 5.0, 6.0)
    discretion.turn_goes_on()
    discretion.answered(understood("give_card"), 7.0, 9.0)
    assert media.asked == [4.4]


def test_an_interrupted_refusal_stays_muted_until_the_next_turn_is_understood(
    discretion: Discretion, media: NotingMedia
) -> None:
    discretion.answered(understood("give_card"), 5.0, 6.0)
    discretion.answered(understood("affirm"), 8.0, 9.0)
    assert media.asked == [4.4, "unmuted"]
