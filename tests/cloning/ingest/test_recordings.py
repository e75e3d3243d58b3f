from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.cloning.ingest.recordings import Recordings, understand
from agent.cloning.ingest.sound_file import UnreadableSound, look_at, read_channels, read_legs
from tests.cloning.ingest.sounds import write_sound


def understood(folder: Path) -> Recordings:
    return understand(sorted(folder.iterdir()), customer_channel=0)


@pytest.mark.parametrize(
    ("customer", "agent"),
    [("in", "out"), ("rx", "tx"), ("r", "t"), ("caller", "callee"), ("customer", "agent")],
)
def test_the_legs_that_a_pbx_records_apart_are_one_call(
    tmp_path: Path, customer: str, agent: str
) -> None:
    for seed, leg in enumerate((agent, customer)):
        write_sound(tmp_path / f"1741084500.17-{leg}.wav", channels=1, seed=seed)
    (recording,) = understood(tmp_path).found
    assert recording.name == "1741084500.17"
    assert recording.audio.layout == "separate"
    assert [path.stem.split("-")[1] for path in recording.audio.files] == [customer, agent]


def test_a_name_that_only_ends_like_a_leg_is_a_call(tmp_path: Path) -> None:
    write_sound(tmp_path / "check-in.wav")
    (recording,) = understood(tmp_path).found
    assert (recording.name, recording.audio.layout) == ("check-in", "stereo")


def test_legs_that_are_stereo_or_of_other_lengths_are_told(tmp_path: Path) -> None:
    write_sound(tmp_path / "c1-in.wav", channels=1)
    write_sound(tmp_path / "c1-out.wav", channels=1, seconds=60)
    found = understood(tmp_path)
    assert not found.found
    assert "look like the two legs" in found.problems[0].why


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100, 48000])
def test_formats_and_rates(tmp_path: Path, suffix: str, rate_hz: int) -> None:
    path = write_sound(tmp_path / f"c1.{suffix}", rate_hz=rate_hz, seconds=1.0)
    assert look_at(path).duration_s == pytest.approx(1.0, abs=0.1)
    channels, rate = read_channels(path)
    assert rate == (16000 if rate_hz == 16000 else 8000)
    assert [len(channel) / rate for channel in channels] == pytest.approx([1.0, 1.0], abs=0.1)


def test_resampling_keeps_the_sound(tmp_path: Path) -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", tone, 44100)
    (heard,), rate = read_channels(tmp_path / "a.wav")
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum.argmax() * rate / len(heard) == pytest.approx(440, abs=2)


def test_asterisks_headerless_gsm(tmp_path: Path) -> None:
    path = tmp_path / "c1.gsm"
    with soundfile.SoundFile(
        path, "w", samplerate=8000, channels=1, format="RAW", subtype="GSM610"
    ) as file:
        file.write(np.zeros(8000 * 5, np.int16))
    assert look_at(path).duration_s == pytest.approx(5.0, abs=0.1)
    assert understood(tmp_path).found[0].audio.layout == "mono"


def test_a_cut_off_wav_is_used_and_told(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "c1.wav", seconds=10.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = understood(tmp_path)
    assert found.found[0].audio.duration_s == pytest.approx(5.0, abs=0.1)
    assert "cut off: about 5 s" in found.problems[0].why


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", r"empty \(0 bytes\)"), (b"hello" * 100, "can't be decoded"), (b"RIFF", "can't be")],
)
def test_what_is_no_sound_is_told_and_the_rest_goes_on(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "bad.wav").write_bytes(content)
    write_sound(tmp_path / "good.wav")
    with pytest.raises(UnreadableSound, match=told):
        look_at(tmp_path / "bad.wav")
    found = understood(tmp_path)
    assert [recording.name for recording in found.found] == ["good"]
    assert [problem.what for problem in found.problems] == ["bad.wav"]


def test_the_same_recording_twice_counts_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sound(tmp_path / f"{name}.wav")
    found = understood(tmp_path)
    assert [recording.name for recording in found.found] == ["a"]
    assert found.problems[0].why == "it is the same recording as a.wav"


def test_mono_where_the_others_are_stereo_is_told(tmp_path: Path) -> None:
    write_sound(tmp_path / "c1.wav", channels=1)
    assert not understood(tmp_path).problems
    for seed in (1, 2):
        write_sound(tmp_path / f"s{seed}.wav", seed=seed)
    (problem,) = understood(tmp_path).problems
    assert (problem.what, "mono, where most" in problem.why) == ("c1.wav", True)


def test_too_short_and_too_many_channels_are_left_out(tmp_path: Path) -> None:
    write_sound(tmp_path / "short.wav", seconds=1.0)
    write_sound(tmp_path / "wide.wav", channels=4)
    found = understood(tmp_path)
    assert not found.found
    short, wide = found.problems
    assert "only 1.0 s long" in short.why
    assert "4 channels" in wide.why


def test_legs_recorded_at_two_rates_are_read_at_one(tmp_path: Path) -> None:
    write_sound(tmp_path / "c1-in.wav", channels=1, rate_hz=16000)
    write_sound(tmp_path / "c1-out.wav", channels=1, rate_hz=8000, seed=1)
    (recording,) = understood(tmp_path).found
    legs, rate_hz = read_legs(recording.audio)
    assert rate_hz == 8000
    assert len(legs["customer"]) == len(legs["agent"]) == 4 * rate_hz
