"""What a human agent gets with a caller, from real summaries and a tone for a voice."""

import io
import json
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.calls.handoff import HandoffDesk
from agent.config import HandoffSettings
from agent.dialogue.conversation import HandoffSummary, Transfer
from agent.speech.errors import SynthesisFailed
from agent.speech.line_cache import LineCache
from agent.speech.protocols import Synthesizer
from tests.calls.fakes import BlipVoice
from tests.speech.fakes import HandExecutor

SUMMARY = HandoffSummary(
    reason="asked",
    why="asked for a person",
    queue="sales",
    whisper_text="Daniel asked for a person. Plan Fibre.",
    briefing_text="Daniel asked for a person. Plan Fibre. Press one.",
    summary_text="Daniel asked for a person. Plan Fibre; stage pitch.",
    slots={"plan": "fibre500"},
)
TO_SALES = Transfer("sales", "asked")
VARIABLES = {
    "UNDERSTUDY_CALL_ID",
    "UNDERSTUDY_REASON",
    "UNDERSTUDY_SUMMARY",
    "UNDERSTUDY_URL",
    "UNDERSTUDY_WHISPER",
    "UNDERSTUDY_WARM",
    "UNDERSTUDY_PRIORITY",
    "UNDERSTUDY_QUEUE_TIMEOUT",
}
Open = Callable[..., HandoffDesk]


@pytest.fixture
def open_desk(tmp_path: Path) -> Open:
    def open_desk(voice: Synthesizer | None = None, *, whisper: bool = True) -> HandoffDesk:
        lines = LineCache(voice or BlipVoice(), tmp_path, HandExecutor())
        settings = HandoffSettings(whisper=whisper, queue_timeout_s=12)
        return HandoffDesk(settings, lines, "http://127.0.0.1:9/")

    return open_desk


def token_of(url: str) -> str:
    return url.removeprefix("http://127.0.0.1:9/handoff/").removesuffix(".wav")


async def test_variables_tell_who_comes_and_why(open_desk: Open) -> None:
    handoff = await open_desk(whisper=False).prepare("call-1", TO_SALES, SUMMARY)
    assert handoff.queue == "sales"
    assert handoff.variables == {
        "UNDERSTUDY_CALL_ID": "call-1",
        "UNDERSTUDY_REASON": "asked for a person",
        "UNDERSTUDY_SUMMARY": "Daniel asked for a person. Plan Fibre, stage pitch.",
        "UNDERSTUDY_SLOTS": '{"plan":"fibre500"}',
        "UNDERSTUDY_URL": "",
        "UNDERSTUDY_WHISPER": "",
        "UNDERSTUDY_WARM": "",
        "UNDERSTUDY_PRIORITY": "0",
        "UNDERSTUDY_QUEUE_TIMEOUT": "12",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\r\nand\ttabs", "two lines and tabs"),
        ('said "no thanks"', "said 'no thanks'"),
        ("one; two", "one, two"),
        ("back\\slash", "back/slash"),
        ("bell\x07 and zero\x00 width\u200b", "bell and zero width"),
        ("x" * 500, "x" * 240),
    ],
)
async def test_text_from_a_call_can_not_break_a_dialplan_or_a_header(
    open_desk: Open, text: str, shown: str
) -> None:
    summary = replace(SUMMARY, why=text, summary_text=text)
    handoff = await open_desk().prepare("call-1", TO_SALES, summary)
    assert handoff.variables["UNDERSTUDY_REASON"] == shown
    assert handoff.variables["UNDERSTUDY_SUMMARY"] == shown
    assert open_desk().plain("call-1", "sales", text).variables["UNDERSTUDY_REASON"] == shown


async def test_slots_are_one_line_of_json(open_desk: Open) -> None:
    slots = {"usage": 'games;\n"films"', "name": "Zoë"}
    handoff = await open_desk().prepare("call-1", TO_SALES, replace(SUMMARY, slots=slots))
    value = handoff.variables["UNDERSTUDY_SLOTS"]
    assert json.loads(value) == slots
    assert value.isprintable()
    assert value.isascii()


async def test_a_whisper_is_a_wav_that_asterisk_can_play(open_desk: Open) -> None:
    desk = open_desk()
    handoff = await desk.prepare("call-1", TO_SALES, SUMMARY)
    wav = desk.whisper(token_of(handoff.variables["UNDERSTUDY_WHISPER"]))
    assert wav is not None
    with wave.open(io.BytesIO(wav)) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 160)  # mono, 16 bit, 8 kHz, 20 ms
        samples = np.frombuffer(file.readframes(-1), "<i2")
    assert np.abs(samples).max() > 3000


@pytest.mark.parametrize(("warm", "said"), [(False, "whisper_text"), (True, "briefing_text")])
async def test_a_warm_transfer_tells_it_all_and_asks_for_a_key(
    open_desk: Open, warm: bool, said: str
) -> None:
    transfer = Transfer("support", "complaint", priority=7, warm=warm)
    voice = BlipVoice()
    handoff = await open_desk(voice).prepare("call-1", transfer, SUMMARY)
    assert handoff.variables["UNDERSTUDY_WARM"] == ("1" if warm else "")
    assert handoff.variables["UNDERSTUDY_PRIORITY"] == "7"
    assert voice.spoken == [getattr(SUMMARY, said)]


async def test_without_a_briefing_there_is_no_key_to_press(open_desk: Open) -> None:
    transfer = Transfer("support", "complaint", warm=True)
    handoff = await open_desk(whisper=False).prepare("call-1", transfer, SUMMARY)
    assert handoff.variables["UNDERSTUDY_WARM"] == ""


async def test_only_its_token_opens_a_whisper_and_only_during_its_call(open_desk: Open) -> None:
    desk = open_desk()
    first = await desk.prepare("call-1", TO_SALES, SUMMARY)
    second = await desk.prepare("call-2", TO_SALES, SUMMARY)
    tokens = [token_of(handoff.variables["UNDERSTUDY_WHISPER"]) for handoff in (first, second)]
    assert len(set(tokens)) == 2
    assert all(len(token) >= 32 for token in tokens)
    for wrong in ("", "call-1", tokens[0][:-1], tokens[0] + "x"):
        assert desk.whisper(wrong) is None
    desk.forget("call-1")
    desk.forget("call-1")
    assert desk.whisper(tokens[0]) is None
    assert desk.whisper(tokens[1]) is not None


async def test_a_second_handoff_of_a_call_replaces_the_whisper(open_desk: Open) -> None:
    desk = open_desk()
    old = await desk.prepare("call-1", TO_SALES, SUMMARY)
    new = await desk.prepare("call-1", TO_SALES, SUMMARY)
    assert desk.whisper(token_of(old.variables["UNDERSTUDY_WHISPER"])) is None
    assert desk.whisper(token_of(new.variables["UNDERSTUDY_WHISPER"])) is not None


@pytest.mark.parametrize(
    "error", [SynthesisFailed("The voice can't say this."), RuntimeError("out of memory")]
)
async def test_without_a_voice_the_caller_goes_over_unannounced(
    open_desk: Open, error: Exception
) -> None:
    voice = BlipVoice()
    voice.error = error
    handoff = await open_desk(voice).prepare("call-1", TO_SALES, SUMMARY)
    assert handoff.variables["UNDERSTUDY_WHISPER"] == ""
    assert handoff.variables["UNDERSTUDY_SUMMARY"].startswith("Daniel")


def test_a_plain_handoff_has_no_whisper(open_desk: Open) -> None:
    handoff = open_desk().plain("call-1", "support", "the agent is shutting down")
    assert handoff.queue == "support"
    assert set(handoff.variables) == VARIABLES
    assert handoff.variables["UNDERSTUDY_WHISPER"] == ""
    assert handoff.variables["UNDERSTUDY_REASON"] == "the agent is shutting down"
