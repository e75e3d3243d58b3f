import numpy as np
import pytest

from agent.speech.protocols import Pcm
from agent.speech.webrtc_vad import WebRtcVad
from tests.speech.wav import read_wav


def noise(rate_hz: int, level: float, seed: int) -> Pcm:
    return np.random.default_rng(seed).normal(0, level, rate_hz // 50).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [8000, 16000])
@pytest.mark.parametrize("level", [5, 30, 300])
def test_the_first_verdicts_are_ignored_and_steady_noise_is_no_speech(
    rate_hz: int, level: float
) -> None:
    vad = WebRtcVad(rate_hz)
    confidences = [vad.confidence(noise(rate_hz, level, seed)) for seed in range(50)]
    assert confidences[:4] == [0.0] * 4
    assert max(confidences[8:]) < 0.5


def test_speech_is_found_soon_and_gets_surer() -> None:
    vad = WebRtcVad(8000)
    pcm = np.concatenate([np.zeros(1600, dtype=np.int16), read_wav("syn_unseen_0015.wav")])
    frames = pcm[: len(pcm) // 160 * 160].reshape(-1, 160)
    confidences = np.array([vad.confidence(frame) for frame in frames])
    levels = np.abs(frames).max(axis=1)
    onset = int(np.argmax(levels > 2000))
    first = int(np.argmax(confidences >= 0.5))
    assert abs(first - onset) <= 3
    assert confidences.max() == 1.0
    assert confidences[levels > 2000].mean() > 0.8
    assert confidences.min() == 0.0


def test_a_whisper_of_line_noise_stays_below_half() -> None:
    vad = WebRtcVad(8000, mode=0)
    frames = read_wav("syn_unseen_0015.wav")[:12800].reshape(-1, 160) // 256
    assert max(vad.confidence(frame.astype(np.int16)) for frame in frames) < 0.5


def test_only_20_ms_frames_are_taken() -> None:
    with pytest.raises(ValueError, match="160 samples is not 20 ms at 16000 Hz"):
        WebRtcVad(16000).confidence(np.zeros(160, dtype=np.int16))
