import numpy as np
import pytest
from numpy.typing import NDArray

from agent.outbound.tones import Tone, ToneDetector

Samples = NDArray[np.float64]


def sine(hz: float, lasts_s: float, rate: int = 8000, amplitude: float = 8000) -> Samples:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(int(lasts_s * rate)) / rate)


def tones(samples: Samples, rate: int = 8000) -> list[Tone]:
    rng = np.random.default_rng(1)
    line = (samples + rng.normal(0, 20, len(samples))).astype(np.int16)
    detector, size, found = ToneDetector(rate), rate // 50, []
    for index in range(len(line) // size):
        tone = detector.on_frame(line[index * size : (index + 1) * size], (index + 1) * 0.02)
        found += [tone] if tone else []
    return found


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("hz", [400, 440, 612, 850, 1000, 1387, 2100])
def test_a_beep_of_any_pitch_is_found_where_it_is(hz: float, rate: int) -> None:
    quiet = np.zeros(rate // 2)
    (tone,) = tones(np.concatenate([quiet, sine(hz, 0.3, rate), quiet]), rate)
    assert abs(tone.pitch_hz - hz) <= 25
    assert tone.start_s == pytest.approx(0.5, abs=0.021)
    assert tone.end_s == pytest.approx(0.8, abs=0.021)


def test_a_short_click_of_a_tone_is_none() -> None:
    quiet = np.zeros(4000)
    assert tones(np.concatenate([quiet, sine(1000, 0.08), quiet])) == []


def test_keys_and_ringing_are_two_pitches_and_no_beep() -> None:
    quiet = np.zeros(4000)
    for low, high in ((697, 1209), (941, 1477), (400, 450)):
        both = sine(low, 0.5, amplitude=4000) + sine(high, 0.5, amplitude=4000)
        assert tones(np.concatenate([quiet, both, quiet])) == []


def test_noise_and_a_gliding_whistle_are_none() -> None:
    rng = np.random.default_rng(2)
    assert tones(rng.normal(0, 3000, 16000)) == []
    t = np.arange(16000) / 8000
    assert tones(6000 * np.sin(2 * np.pi * (400 + 450 * t) * t)) == []


def test_a_lost_packet_does_not_end_a_beep() -> None:
    beep = sine(1000, 0.4)
    beep[1600:1760] = 0
    (tone,) = tones(np.concatenate([np.zeros(4000), beep, np.zeros(4000)]))
    assert tone.length_s == pytest.approx(0.4, abs=0.021)


def test_steps_of_pitch_are_tones_of_their_own() -> None:
    steps = np.concatenate([sine(hz, 0.33) for hz in (950, 1400, 1800)])
    found = tones(np.concatenate([np.zeros(4000), steps, np.zeros(4000)]))
    assert [tone.pitch_hz for tone in found] == [950, 1400, 1800]
