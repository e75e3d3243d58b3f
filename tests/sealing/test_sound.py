"""Encrypted recordings read as the WAV they stand for, after a crash too, with the key alone."""

import os
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.media.recording import StereoRecorder
from agent.media.sound_file import Block, SoundFormat, WavFormat
from agent.sealing.errors import KeyMissing, SealBroken
from agent.sealing.keys import KeyRing
from agent.sealing.sound import SealedFormat, open_sealed

KEYS = KeyRing([b"k" * 32])
RATE = 100  # a chunk is 100 samples


def noise(samples: int, seed: int = 1) -> Block:
    return np.random.default_rng(seed).integers(-30000, 30000, (samples, 2)).astype("<i2")


def written(form: SoundFormat, path: Path, steps: list[tuple[int, int, int]]) -> Path:
    """Each step appends samples and silences a range, if it has one."""
    file = form.create(path, RATE)
    for number, (samples, begins, ends) in enumerate(steps):
        file.append(noise(samples, number))
        if ends > begins:
            file.silence_caller(begins, ends)
    file.close()
    return path


def plain(path: Path, keys: KeyRing = KEYS) -> bytes:
    with open_sealed(path, keys) as file:
        return file.read()


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 250), st.integers(0, 400), st.integers(0, 400)), max_size=6
    )
)
@settings(max_examples=60, deadline=None)
def test_it_reads_as_the_wav_file_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("sound")
    wav = written(WavFormat(), folder / "a.wav", steps)
    assert plain(written(SealedFormat(KEYS), folder / "a.sealed", steps)) == wav.read_bytes()


def test_any_program_that_reads_wav_reads_it_and_seeks(tmp_path: Path) -> None:
    path = written(SealedFormat(KEYS), tmp_path / "a.sealed", [(1050, 0, 0)])
    expected = noise(1050, 0)
    with open_sealed(path, KEYS) as file, wave.open(file) as wav:
        assert (wav.getnframes(), wav.getframerate(), wav.getnchannels()) == (1050, RATE, 2)
        wav.setpos(777)
        assert wav.readframes(300) == expected[777:].tobytes()
    with open_sealed(path, KEYS) as file, soundfile.SoundFile(file) as sound:
        sound.seek(930)
        assert np.array_equal(sound.read(50, dtype="int16"), expected[930:980])


@pytest.mark.parametrize("left", [10, 40, 60, 467, 468, 469, 800, 1000])
def test_what_a_crash_leaves_can_be_read_up_to_there(tmp_path: Path, left: int) -> None:
    path = written(SealedFormat(KEYS), tmp_path / "a.sealed", [(250, 0, 0)])
    os.truncate(path, left)
    if left < 36:
        with pytest.raises(SealBroken, match="not an encrypted recording"):
            plain(path)
        return
    whole = (left - 36) // 428  # header, chunks of 400 bytes
    assert plain(path)[44:] == noise(250, 0)[: whole * 100].tobytes()


def test_a_changed_or_exchanged_chunk_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(SealedFormat(KEYS), tmp_path / "a.sealed", [(300, 0, 0)])
    data = bytearray(path.read_bytes())
    first, second = data[36:464], data[464:892]
    for other in (bytes(first), bytes(second[:50] + b"x" + second[51:])):
        path.write_bytes(data[:464] + other + data[892:])
        with pytest.raises(SealBroken, match=r"a\.sealed is damaged at 1 s"):
            plain(path)


def test_without_the_key_there_is_one_clear_line(tmp_path: Path) -> None:
    path = written(SealedFormat(KEYS), tmp_path / "a.sealed", [(300, 0, 0)])
    assert noise(300, 0).tobytes()[:64] not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    for keys in (KeyRing(), KeyRing([b"n" * 32])):
        with pytest.raises(KeyMissing, match=r"not at hand: .* records\.encryption_key_file"):
            plain(path, keys)
    assert len(plain(path, KeyRing([b"n" * 32, b"k" * 32]))) == 44 + 1200


async def test_a_recorder_writes_and_silences_it_as_it_does_a_wav_file(tmp_path: Path) -> None:
    frame = np.full(160, 1000, np.int16)
    for form in (WavFormat(), SealedFormat(KEYS)):
        recorder = StereoRecorder(tmp_path / f"a{form.suffix}", 8000, form)
        for _ in range(130):
            recorder.add(frame, frame)
        recorder.mute_caller(0.5)
        recorder.add(frame, frame)
        await recorder.aclose()
        assert recorder.error is None
    assert plain(tmp_path / "a.sealed") == (tmp_path / "a.wav").read_bytes()


async def test_a_disk_that_takes_no_recording_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told: list[str] = []
    recorder = StereoRecorder(tmp_path / "file" / "a.wav", 8000, on_failure=told.append)
    recorder.add(np.zeros(160, np.int16), np.zeros(160, np.int16))
    await recorder.aclose()
    assert len(told) == 1
    assert "directory" in told[0] or "exists" in told[0]
