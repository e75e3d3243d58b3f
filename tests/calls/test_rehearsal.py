import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.calls.rehearsal import read_caller, rehearse_wav
from agent.config import Settings
from agent.errors import UnderstudyError
from agent.evaluation.caller_voice import CallerVoice
from agent.media.codecs import Pcm
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.records.store import CallStore
from agent.records.writer import RecordWriter
from tests.records.calls import CALL, started

RATE_HZ = 8000
GREETING = "Hello, this is Joe."
GOODBYE = "I'll put you through."
# One question, and a way out of it.
PLAYBOOK = f"""
playbook: {{id: short, version: 1, title: One question}}
persona: {{name: Joe, company: Larkfield}}
objective:
  primary: none
  secondary: none
  definition_of_done: done
  give_up: {{transfer: default}}
compliance:
  ai_disclosure: hello
  recording_notice: hello
  do_not_call: bye
  no_payment_data: bye
  must_say: []
facts: {{}}
slots: {{}}
start: opening
stages:
  - id: opening
    goal: hear what it is about
    entry: [hello]
    fallback: {{to: "@stay"}}
intents:
  - id: human
    hard: true
    phrases: [a person, a human]
    then: {{say: [bye], transfer: default, disposition: handed over}}
  - {{id: price, examples: [how much is it, what does it cost]}}
objections: []
lines:
  hello: {{text: "{GREETING}"}}
  bye: {{text: "{GOODBYE}"}}
repair:
  no_input: [hello, hello]
  no_input_end: {{say: [bye], hang_up: true}}
  no_match: [hello]
  repeat: hello
  card_refused: hello
  returned: {{default: hello}}
  returned_to: opening
  cannot_say: hello
  by_turns: hello
queues: {{default: sales}}
reasons: {{default: asked for a person}}
"""


def wav(path: Path, *channels: Pcm, rate_hz: int = RATE_HZ) -> Path:
    soundfile.write(path, np.stack(channels, axis=1), rate_hz)
    return path


def test_a_recorded_caller_is_the_left_channel_at_8_khz(tmp_path: Path) -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)).astype(np.int16)
    pcm = read_caller(wav(tmp_path / "x.wav", tone, np.zeros_like(tone), rate_hz=44100))
    assert len(pcm) == pytest.approx(RATE_HZ, abs=2)
    assert np.abs(pcm[1000:7000]).max() == pytest.approx(8000, rel=0.02)
    assert len(read_caller(wav(tmp_path / "empty.wav", tone[:0]))) == 0


def test_what_is_no_audio_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_text("no audio")
    for path in (tmp_path / "x.wav", tmp_path / "missing.wav", tmp_path):
        with pytest.raises(UnderstudyError, match=f"^{path} can't be read as audio .*WAV file.$"):
            read_caller(path)


async def test_the_recording_must_go_somewhere_else_than_the_caller(tmp_path: Path) -> None:
    caller = wav(tmp_path / "x.wav", np.zeros(800, np.int16))
    before = caller.read_bytes()
    with pytest.raises(UnderstudyError, match="is the caller's recording: give another file"):
        await rehearse_wav(Settings(), caller, tmp_path / "." / "x.wav")
    assert caller.read_bytes() == before


@pytest.mark.parametrize("out", [".", "x.wav/y.wav"])
async def test_a_recording_that_can_not_be_written_is_told_before_the_call(
    tmp_path: Path, out: str
) -> None:
    caller = wav(tmp_path / "x.wav", np.zeros(800, np.int16))
    with pytest.raises(UnderstudyError, match="The recording can't be written to "):
        await rehearse_wav(Settings(), caller, tmp_path / out)


async def live_call(url: str) -> None:
    """A call that `understudy serve` has under way in the same database."""
    await upgrade(url)
    engine = create_engine(url)
    writer = RecordWriter(engine)
    writer.start()
    writer.call_started(started(CALL))
    await writer.aclose()
    await engine.dispose()


def level(pcm: Pcm, from_s: float, to_s: float) -> int:
    return int(np.abs(pcm[int(from_s * RATE_HZ) : int(to_s * RATE_HZ)].astype(int)).max())


def offset_s(leg: Pcm, part: Pcm, at_s: float) -> float:
    """How much later than `at_s` a part of the caller's recording is in the caller's leg."""
    found = np.argmax(np.correlate(leg.astype(float), part.astype(float), "valid"))
    return float(found) / RATE_HZ - at_s


@pytest.mark.models
@pytest.mark.skipif(shutil.which("flite") is None, reason="apt-get install flite")
async def test_a_recorded_caller_has_a_whole_call(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text(PLAYBOOK)
    said = await CallerVoice("slt").speak("can i speak to a person please", RATE_HZ)
    caller = np.concatenate([np.zeros(3 * RATE_HZ, np.int16), said])
    wav(tmp_path / "caller.wav", caller)
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    await live_call(url)
    settings = {
        "UNDERSTUDY_RECORDS__DATABASE_URL": url,
        "UNDERSTUDY_DIALOGUE__PLAYBOOK": "short.yaml",
        "UNDERSTUDY_SPEECH__CACHE_DIR": "lines",
        "COLUMNS": "40",
    }
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "agent.cli", "call", "--wav", "caller.wav", "--out", "out/call.wav"],
        cwd=tmp_path,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].endswith("from caller.wav to rehearsal")
    assert any(GREETING in line for line in lines)
    assert any("caller  can i speak to a person please" in line for line in lines)
    assert lines[-2].startswith("-> queue sales: ")
    assert lines[-1] == "Recording: out/call.wav (caller left, agent right)"

    stereo, rate_hz = soundfile.read(tmp_path / "out" / "call.wav", dtype="int16")
    assert rate_hz == RATE_HZ
    left, right = stereo[:, 0], stereo[:, 1]
    half = len(said) // 2
    offsets = [
        offset_s(left, said[:half], 3.0),
        offset_s(left, said[half:], 3.0 + half / RATE_HZ),
    ]
    assert 0.0 <= offsets[0] <= 0.12  # the jitter buffer's delay
    # The jitter buffer may grow or shrink by two frames on a busy machine.
    assert offsets[1] == pytest.approx(offsets[0], abs=0.041)

    engine = create_engine(url)
    store = CallStore(engine)
    newest, *_, other = await store.list_calls()
    report = await store.report(newest.id)
    await engine.dispose()
    assert other.outcome is None  # the live call is still one
    assert (report.call.outcome, report.call.instance) == ("transferred", "rehearsal")
    assert report.call.recording_path == str(tmp_path / "out" / "call.wav")
    hello, question, goodbye = report.turns
    assert (hello.text, goodbye.text) == (GREETING, GOODBYE)
    assert question.start_s == pytest.approx(3.0 + offsets[0], abs=0.15)
    for turn in (hello, goodbye):
        assert level(right, turn.start_s, turn.end_s) > 3000
    assert level(right, hello.end_s + 0.1, goodbye.start_s - 0.1) < 50
    assert 0 <= len(stereo) / RATE_HZ - goodbye.end_s < 1.0
