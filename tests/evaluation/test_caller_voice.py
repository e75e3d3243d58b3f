import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.caller_voice import CallerVoice, CallerVoiceError, read_wav
from agent.turns.levels import level_dbfs

needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="apt-get install flite")


def files(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


@needs_flite
async def test_a_line_is_spoken_once_and_kept(tmp_path: Path) -> None:
    voice = CallerVoice(cache_dir=tmp_path)
    narrow = await voice.speak("How much is it?", 8000)
    before = files(tmp_path)
    wide = await voice.speak("How much is it?", 16000)
    assert files(tmp_path) == before
    assert len(before) == 1
    assert 0.5 < len(narrow) / 8000 < 3
    assert len(wide) == pytest.approx(2 * len(narrow), rel=0.02)


@needs_flite
async def test_a_single_word_is_a_text_and_no_file_name(tmp_path: Path) -> None:
    assert len(await CallerVoice(cache_dir=tmp_path).speak("Yes", 8000)) > 1600


async def test_a_missing_flite_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CallerVoiceError, match=r"^flite, .*: apt-get install flite$"):
        await CallerVoice(cache_dir=tmp_path).speak("Yes", 8000)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("amplitude", [1000, 30000])
def test_a_wav_file_becomes_mono_at_the_calls_rate_and_level(
    tmp_path: Path, channels: int, amplitude: int
) -> None:
    path = tmp_path / "line.wav"
    tone = (amplitude * np.sin(np.arange(44100) * 0.06)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(np.repeat(tone, channels).tobytes())
    pcm = read_wav(path, 8000)
    assert len(pcm) == pytest.approx(8000, abs=10)
    assert level_dbfs(pcm) == pytest.approx(-20, abs=0.7)


def test_the_silence_around_a_line_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "line.wav"
    tone = 5000 * np.sin(np.arange(8000) * 0.3)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.pad(tone, (4000, 3000)).astype("<i2").tobytes())
    assert len(read_wav(path, 8000)) == pytest.approx(8000, abs=10)


def test_what_is_no_wav_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "line.wav"
    path.write_bytes(b"mp3?")
    with pytest.raises(CallerVoiceError, match=r"line\.wav"):
        read_wav(path, 8000)
