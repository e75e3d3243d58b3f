import numpy as np
import pytest

from agent.speech.protocols import Pcm
from agent.speech.webrtc_vad import WebRtcVad
from tests.speech.wav import read_wav


def noise(rate_hz: int, level: float, seed: int) -> Pcm:
    return np.random.default_rng(seed).normal(0, level, rate_hz // 50).astype(np.int16)


@pytest.mark.parametrize("rate_hz", [8000, 16000])
@pytest.mark.parametrize("level", [5, 30, 300, 1000])
def test_the_first_verdicts_are_ignored_and_steady_noise_is_no_speech(
    rate_hz: int, level: float
) -> None:
    vad = WebRtcVad(rate_hz)
    confidences = [vad.confidence(noise(rate_hz, level, seed)) for seed in range(50)]
    assert confidences[:5] == [0.0] * 5
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
    vad = WebRtcVad(8000)
    frames = read_wav("syn_unseen_0015.wav")[:12800].reshape(-1, 160) // 256
    assert max(vad.confidence(frame.astype(np.int16)) for frame in frames) < 0.5


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_a_steady_tone_is_let_go_after_two_seconds(rate_hz: int) -> None:
    vad = WebRtcVad(rate_hz)
    pcm = 8000 * np.sin(2 * np.pi * 440 * np.arange(4 * rate_hz) / rate_hz)
    frames = pcm.astype(np.int16).reshape(-1, rate_hz // 50)
    confidences = [vad.confidence(frame) for frame in frames]
    assert max(confidences[10:90]) > 0.5  # WebRTC's own verdict
    assert max(confidences[120:]) < 0.1


def test_speech_stands_out_of_noise_that_webrtc_takes_for_speech() -> None:
    vad = WebRtcVad(8000)
    for seed in range(150):
        vad.confidence(noise(8000, 1000, seed))
    speech = read_wav("syn_unseen_0015.wav")
    frames = speech[: len(speech) // 160 * 160].reshape(-1, 160)
    noisy = [frame // 2 + noise(8000, 1000, seed) for seed, frame in enumerate(frames)]
    confidences = np.array([vad.confidence(frame.astype(np.int16)) for frame in noisy])
    levels = np.abs(frames).max(axis=1)
    assert confidences[levels > 12000].mean() > 0.7
    assert confidences[levels < 300].mean() < 0.2


def test_only_20_ms_frames_are_taken() -> None:
    with pytest.raises(ValueError, match="160 samples is not 20 ms at 16000 Hz"):
        WebRtcVad(16000).confidence(np.zeros(160, dtype=np.int16))
