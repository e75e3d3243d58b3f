import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.cloning.errors import CloneError
from agent.cloning.transcribe.single import transcribe_file
from agent.evaluation.caller_voice import CallerVoice
from agent.speech.store import ModelStore


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.wav", b"", "the file is empty"),
        ("notes.wav", b"these are notes", "can't be decoded"),
        ("gone.wav", None, "can't be decoded"),
    ],
)
def test_what_is_no_recording_is_one_line(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CloneError, match=said) as told:
        transcribe_file(tmp_path / name, tmp_path)
    assert "\n" not in str(told.value)


@pytest.mark.models
async def test_who_said_what_and_when(tmp_path: Path) -> None:
    rate = 8000
    voice = CallerVoice("slt")
    customer = await voice.speak("yes please", rate)
    agent = await voice.speak("how much is it", rate)
    begins = len(customer) + rate
    legs = np.zeros((begins + len(agent) + rate, 2), np.int16)
    legs[: len(customer), 0] = customer
    legs[begins : begins + len(agent), 1] = agent
    soundfile.write(tmp_path / "call.wav", legs, rate)
    heard = transcribe_file(tmp_path / "call.wav", ModelStore(Path("/nowhere")).locate("asr"))
    assert [turn.speaker for turn in heard.turns] == ["customer", "agent"]
    assert "yes" in heard.turns[0].text
    assert heard.turns[1].start == pytest.approx(begins / rate, abs=0.4)
    assert heard.turns[1].words[0].start >= begins / rate - 0.3


def test_only_a_mono_recording_needs_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_spec
    monkeypatch.setattr(
        "agent.cloning.extra.find_spec", lambda name: None if name == "sklearn" else found(name)
    )
    path = tmp_path / "mono.wav"
    soundfile.write(path, np.zeros(8000), 8000)
    with pytest.raises(CloneError, match=r"understudy\[clone\]"):
        transcribe_file(path, tmp_path)


def test_hearing_a_stereo_recording_loads_nothing_of_the_extra() -> None:
    code = "import sys, agent.cloning.transcribe.single; print('sklearn' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
