from pathlib import Path

import numpy as np
import pytest
import soundfile

from agent.cloning.recorded import Audio, Conversation, SpokenWord, Turn
from agent.cloning.redact.sound import Cut, SoundTask, UntimedSpeech, cuts, silence
from agent.cloning.redact.spans import Span

RATE_HZ = 8000
LOUD = 9000


def noise(seconds: float) -> np.ndarray:
    """Something that the tone can't be taken for."""
    return np.full(int(seconds * RATE_HZ), LOUD, np.int16)


def recording(path: Path, *channels: np.ndarray) -> Audio:
    soundfile.write(path, np.stack(channels, axis=1), RATE_HZ)
    layout = "stereo" if len(channels) == 2 else "mono"
    return Audio(layout=layout, files=(path,), sha256="x", duration_s=len(channels[0]) / RATE_HZ)


def call(*turns: Turn, source: str = "given") -> Conversation:
    return Conversation(call="T-1", source=source, turns=turns)


def test_words_give_the_times_and_a_margin() -> None:
    words = [
        SpokenWord(text=text, start=n, end=n + 0.5) for n, text in enumerate(["it's", "helen", "m"])
    ]
    turn = Turn(speaker="agent", start=0, end=3, text="it's helen m", words=tuple(words))
    (cut,) = cuts(call(turn), [[Span(5, 10, "PERSON", "helen")]])
    assert 0.5 < cut.start < 1.0 and 1.5 < cut.end < 2.0


def test_without_words_letters_are_counted_with_a_wider_margin() -> None:
    turn = Turn(speaker="agent", start=10, end=20, text="x" * 100)
    (cut,) = cuts(call(turn), [[Span(50, 60, "PERSON", "x")]])
    assert cut.start < 14.5 and cut.end > 16.5
    assert cut.start > 12 and cut.end < 18


def test_a_misheard_answer_is_cut_whole() -> None:
    text = "it's oh seven you see"
    words = [SpokenWord(text=text, start=n, end=n + 0.5) for n, text in enumerate(text.split())]
    turn = Turn(speaker="customer", start=0, end=4.5, text=text, words=tuple(words))
    (cut,) = cuts(call(turn, source="recognised"), [[Span(5, 13, "PHONE", "07")]])
    assert cut.start <= 0 and cut.end >= 4.5


def test_a_turn_without_times_is_told_without_its_words() -> None:
    turn = Turn(speaker="customer", start=0, end=0, text="Helen Marsh")
    with pytest.raises(UntimedSpeech) as told:
        list(cuts(call(turn), [[Span(0, 11, "PERSON", "helen")]]))
    assert "Helen" not in str(told.value)


def test_a_cut_is_gone_on_both_legs_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    audio = recording(tmp_path / "in.wav", noise(4), noise(4))
    task = SoundTask("T-1", audio, (Cut("agent", 1.0, 2.0),), tmp_path / "out.flac")
    seconds = silence(task)
    samples, rate = soundfile.read(task.to, dtype="int16")
    assert rate == RATE_HZ and samples.shape == (4 * RATE_HZ, 2)
    cut = samples[RATE_HZ : 2 * RATE_HZ]
    assert not cut[:, 0].any() and np.abs(cut[:, 1]).max() < LOUD // 2
    assert (samples[: RATE_HZ - 1] == LOUD).all() and (samples[3 * RATE_HZ :] == LOUD).all()
    assert 1.0 <= seconds < 1.5


def test_the_customers_leg_is_left_whichever_channel_it_was(tmp_path: Path) -> None:
    audio = recording(tmp_path / "in.wav", noise(1), np.zeros(RATE_HZ, np.int16))
    swapped = audio.model_copy(update={"customer_channel": 1})
    silence(SoundTask("T-1", swapped, (), tmp_path / "out.flac"))
    samples, _ = soundfile.read(tmp_path / "out.flac", dtype="int16")
    assert not samples[:, 0].any() and (samples[:, 1] == LOUD).all()


def test_separate_and_mixed_recordings_become_stereo(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "c.wav", noise(2), RATE_HZ)
    soundfile.write(tmp_path / "a.wav", noise(1), RATE_HZ)
    files = (tmp_path / "c.wav", tmp_path / "a.wav")
    separate = Audio(layout="separate", files=files, sha256="x", duration_s=2)
    mixed = Audio(layout="mono", files=files[:1], sha256="x", duration_s=2)
    for audio, seconds in ((separate, 1), (mixed, 2)):
        silence(SoundTask("T-1", audio, (), tmp_path / "out.flac"))
        assert soundfile.info(tmp_path / "out.flac").frames == seconds * RATE_HZ
        assert soundfile.info(tmp_path / "out.flac").channels == 2


def test_a_transcript_of_another_recording_writes_no_sound(tmp_path: Path) -> None:
    audio = recording(tmp_path / "in.wav", noise(1), noise(1))
    task = SoundTask("T-1", audio, (Cut("agent", 30.0, 31.0),), tmp_path / "out.flac")
    with pytest.raises(UntimedSpeech):
        silence(task)
    assert not task.to.exists()
