import numpy as np
import pytest

from agent.speech.conditioning import at_rate, condition
from agent.speech.protocols import Pcm


def speech_like(silence_ms: int, level: float) -> Pcm:
    noise = np.random.default_rng(1).normal(0, level, 22050).clip(-32767, 32767)
    return np.concatenate([np.zeros(22050 * silence_ms // 1000), noise]).astype(np.int16)


@pytest.mark.parametrize("level", [100, 1000, 12000])
def test_speech_ends_at_minus_18_dbfs(level: int) -> None:
    samples = condition(speech_like(0, level), 22050, trim_start=False)
    level_dbfs = 20 * np.log10(np.sqrt(np.mean(samples.astype(float) ** 2)) / 32768)
    assert level_dbfs == pytest.approx(-18, abs=0.5)


def test_a_peaky_sound_is_left_quieter_rather_than_clipped() -> None:
    chunk = np.zeros(22050, dtype=np.int16)
    chunk[::441] = 30000
    assert np.abs(condition(chunk, 22050, trim_start=False)).max() <= 32000.1


@pytest.mark.parametrize(("trim_start", "silence_ms"), [(True, 0), (False, 300)])
def test_silence_before_the_first_sound(trim_start: bool, silence_ms: int) -> None:
    samples = condition(speech_like(300, 3000), 22050, trim_start=trim_start)
    first_ms = np.argmax(np.abs(samples) > 500) / 22.05
    assert first_ms == pytest.approx(silence_ms, abs=20)


def test_silence_alone_stays_as_it_is() -> None:
    assert len(condition(np.zeros(2205, dtype=np.int16), 22050, trim_start=True)) == 2205
    assert len(condition(np.zeros(0, dtype=np.int16), 22050, trim_start=True)) == 0


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050])
def test_gaps_get_noise_of_at_most_16_lsb_at_every_rate(rate_hz: int) -> None:
    pcm = at_rate(np.zeros(22050, dtype=np.float32), 22050, rate_hz)
    assert len(pcm) == rate_hz
    assert np.abs(pcm).max() == 16
    assert np.count_nonzero(pcm) > 0.9 * rate_hz
