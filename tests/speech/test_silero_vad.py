"""Silero's detector on flite's speech and on what isn't speech."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.caller_voice import read_wav
from agent.media.codecs import open_codec
from agent.speech.errors import CorruptModel
from agent.speech.protocols import Pcm
from agent.speech.silero_vad import SileroModel, SileroVad
from agent.speech.store import ModelStore
from agent.turns.levels import level_dbfs

pytestmark = pytest.mark.models

STORE = ModelStore(Path("/nowhere"))
TEXT = "No, I am not interested, but you could call me back on Tuesday afternoon."
RATES_HZ = [8000, 16000]
CODECS = {8000: "ulaw", 16000: "g722"}


@pytest.fixture(scope="module")
def model() -> SileroModel:
    return SileroModel(STORE.locate("vad"))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    flite = shutil.which("flite")
    if flite is None:
        pytest.skip("apt-get install flite")
    path = tmp_path_factory.mktemp("flite") / "line.wav"
    subprocess.run([flite, "-voice", "slt", "-t", TEXT, "-o", path], check=True)
    return path


def framed(pcm: Pcm, rate_hz: int) -> Pcm:
    length = rate_hz // 50
    return pcm[: len(pcm) // length * length].reshape(-1, length)


def over_the_line(pcm: Pcm, rate_hz: int) -> Pcm:
    """The frames a call gets: (n, samples), encoded and decoded."""
    codec = open_codec(CODECS[rate_hz])
    return np.stack([codec.decode(codec.encode(frame)) for frame in framed(pcm, rate_hz)])


def noise(length: int, dbfs: float) -> Pcm:
    deviation = 32768 * 10 ** (dbfs / 20)
    return np.random.default_rng(7).normal(0, deviation, length).astype(np.int16)


def tones(rate_hz: int, *tones_hz: float) -> Pcm:
    times_s = np.arange(2 * rate_hz) / rate_hz
    waves = [np.sin(2 * np.pi * tone_hz * times_s) for tone_hz in tones_hz]
    return np.asarray(4000 * np.sum(waves, axis=0), dtype=np.int16)


def confidences(vad: SileroVad, frames: Pcm) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([vad.confidence(frame) for frame in frames])


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("snr_db", [None, 10.0])
def test_speech_is_told_from_the_line_before_it(
    model: SileroModel, spoken: Path, rate_hz: int, snr_db: float | None
) -> None:
    speech = read_wav(spoken, rate_hz)  # at -20 dBFS
    lead = np.zeros(rate_hz, dtype=np.int16)
    quiet = np.concatenate([lead, speech, lead])
    noisy = quiet + noise(len(quiet), -60.0 if snr_db is None else -20.0 - snr_db)
    heard = confidences(model.open(rate_hz), over_the_line(noisy.astype(np.int16), rate_hz))
    loud = np.array([level_dbfs(frame) > -30 for frame in framed(quiet, rate_hz)])
    assert heard[:50].max() < 0.4
    assert heard[-20:].max() < 0.4
    assert (heard[loud] > 0.5).mean() > 0.9
    assert 50 <= np.argmax(heard > 0.5) <= 50 + 6  # within 120 ms of the first sound


NOT_SPEECH: dict[str, Callable[[int], Pcm]] = {
    "digital silence": lambda rate_hz: np.zeros(2 * rate_hz, dtype=np.int16),
    "quiet line": lambda rate_hz: noise(2 * rate_hz, -60),
    "loud noise": lambda rate_hz: noise(2 * rate_hz, -25),
    "dial tone": lambda rate_hz: tones(rate_hz, 350, 440),
    "key": lambda rate_hz: tones(rate_hz, 770, 1336),
    "fax": lambda rate_hz: tones(rate_hz, 1100),
}


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("name", NOT_SPEECH)
def test_what_is_no_speech(model: SileroModel, rate_hz: int, name: str) -> None:
    frames = over_the_line(NOT_SPEECH[name](rate_hz), rate_hz)
    heard = confidences(model.open(rate_hz), frames)
    assert (heard < 0.5).all()


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_calls_do_not_hear_each_other(model: SileroModel, spoken: Path, rate_hz: int) -> None:
    speech = over_the_line(read_wav(spoken, rate_hz), rate_hz)
    alone = confidences(model.open(rate_hz), speech)
    one, other = model.open(rate_hz), model.open(rate_hz)
    for frame, noisy, expected in zip(
        speech, framed(noise(4 * rate_hz, -20), rate_hz), alone, strict=False
    ):
        assert other.confidence(noisy) < 0.5
        assert one.confidence(frame) == expected


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_confidence_is_that_of_the_newest_whole_window(
    model: SileroModel, spoken: Path, rate_hz: int
) -> None:
    heard = confidences(model.open(rate_hz), over_the_line(read_wav(spoken, rate_hz), rate_hz))
    assert heard[0] == 0.0  # 20 ms are no window yet
    ends_ms = 20 * np.arange(1, len(heard) + 1)
    windows = ends_ms // 32
    changed = np.flatnonzero(np.diff(heard)) + 1
    assert set(changed) == set(np.flatnonzero(np.diff(windows)) + 1)


def test_only_20_ms_frames_of_its_rate_are_taken(model: SileroModel) -> None:
    with pytest.raises(ValueError, match="160 samples is not 20 ms at 16000 Hz"):
        model.open(16000).confidence(np.zeros(160, dtype=np.int16))
    with pytest.raises(ValueError, match="8000 and 16000 Hz, not 48000"):
        model.open(48000)


def test_another_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "v.onnx").write_bytes(b"broken")
    with pytest.raises(CorruptModel, match="can't be loaded: fetch it again"):
        SileroModel(tmp_path / "v.onnx")
    with pytest.raises(CorruptModel, match="is not Silero's speech detector"):
        SileroModel(STORE.locate("tts"))
