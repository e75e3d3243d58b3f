"""The bench's mixing rules, checked on signals whose answer is known."""

import numpy as np
import pytest

from agent.evaluation.sound.channel import (
    FRAME,
    FRAME_S,
    Condition,
    EchoPath,
    active_level_dbfs,
    arrivals_s,
    at_level,
    at_rms,
    band_pass,
    frame_levels_dbfs,
    lost_frames,
    onset_and_end_s,
)
from agent.evaluation.sound.voices import RATE_HZ, VOICES, Samples
from tests.bench.turns.corpus import longest_pause_s
from tests.bench.turns.plan import specs


def frames(pattern: str) -> Samples:
    """A track, a letter a frame: # loud tone, + the same 40 dB weaker, . nothing."""
    tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(FRAME) / RATE_HZ)
    gains = {"#": 1.0, "+": 0.01, ".": 0.0}
    return np.concatenate([tone * gains[letter] for letter in pattern])


@pytest.mark.parametrize(
    ("pattern", "onset", "end"),
    [
        ("..######..", 2, 8),
        # a click of one frame before the speech is not its onset
        ("#.....######..", 6, 12),
        # weak sound more than 25 dB below is not speech yet, nor still
        ("..+++######+++", 5, 11),
        # four of the next six are enough
        ("..#.##.##...", 2, 9),
        # a sound too short for the rule starts with its first frame
        ("...#...", 3, 4),
    ],
)
def test_onset_and_end(pattern: str, onset: int, end: int) -> None:
    assert onset_and_end_s(frames(pattern)) == pytest.approx((onset * FRAME_S, end * FRAME_S))


def test_gaps_do_not_lower_the_level_of_speech() -> None:
    assert active_level_dbfs(frames("####....####")) == pytest.approx(-23.0, abs=0.1)
    assert active_level_dbfs(at_level(frames("##.#"), -30.0)) == pytest.approx(-30.0, abs=0.1)


def test_noise_lies_where_the_ratio_says() -> None:
    rng = np.random.default_rng(1)
    noise = at_rms(band_pass(rng.standard_normal(RATE_HZ * 4)), -26.0 - 10.0)
    assert 10 * np.log10(np.mean(noise**2)) == pytest.approx(-36.0, abs=0.01)


def test_loss_comes_in_bursts_of_100_ms() -> None:
    lost = lost_frames(400_000, 0.03, np.random.default_rng(1))
    starts = int((np.diff(lost.astype(int)) == 1).sum())
    assert lost.mean() == pytest.approx(0.03, rel=0.1)
    assert lost.sum() / starts * FRAME_S == pytest.approx(0.1, rel=0.1)


def test_jitter_delays_and_only_reordered_frames_are_overtaken() -> None:
    rng = np.random.default_rng(1)
    arrived = arrivals_s(20_000, Condition(jitter_ms=40), 0.005, rng)
    delay = arrived - (np.arange(20_000) + 1) * FRAME_S - 0.005
    assert delay.min() >= 0
    assert 0 < (np.diff(arrived) < 0).mean() < 0.01


@pytest.mark.parametrize("loss_db", [6.0, 12.0, 20.0])
def test_echo_is_weaker_by_the_return_loss_and_late_by_the_delay(loss_db: float) -> None:
    rng = np.random.default_rng(1)
    path = EchoPath.make(80.0, loss_db, rng)
    sent = band_pass(np.concatenate([np.zeros(RATE_HZ), rng.standard_normal(RATE_HZ * 4)]))
    echo = np.concatenate([path.frame(sent, i) for i in range(len(sent) // FRAME)])
    first = int(np.argmax(frame_levels_dbfs(echo) > -80)) * FRAME_S
    heard, spoken = echo[RATE_HZ * 2 :], sent[RATE_HZ * 2 :]
    assert 10 * np.log10(np.mean(spoken**2) / np.mean(heard**2)) == pytest.approx(loss_db, abs=0.5)
    assert first == pytest.approx(1.08, abs=FRAME_S)


def test_echo_frame_by_frame_is_the_echo_of_the_whole() -> None:
    rng = np.random.default_rng(2)
    path, sent = EchoPath.make(20.0, 12.0, rng), rng.standard_normal(FRAME * 30)
    whole = np.convolve(sent, path.response)
    late = np.concatenate([np.zeros(path.delay_samples), whole])[: len(sent)]
    pieces = [path.frame(sent[: (i + 1) * FRAME], i) for i in range(30)]
    assert np.concatenate(pieces) == pytest.approx(late)


@pytest.mark.parametrize(
    ("silence_ms", "cut_off"), [(300.0, 0.556), (600.0, 0.217), (1600.0, 0.05), (2500.0, 0.0)]
)
def test_pauses_cut_off_a_silence_timer_as_often_as_published(
    silence_ms: float, cut_off: float
) -> None:
    quantiles = (np.arange(20_000) + 0.5) / 20_000
    # A timer meets 130 ms more than the silence itself: words fade out and in.
    met_ms = np.array([130 + 1000 * longest_pause_s(q) for q in quantiles[::10]])
    assert (met_ms > silence_ms).mean() == pytest.approx(cut_off, abs=0.002)


def test_no_speaker_is_in_both_halves_and_every_item_has_its_own_name() -> None:
    halves = [{spec.voice for spec in specs(split)} for split in ("tune", "test")]
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == {voice.name for voice in VOICES}
    names = [spec.item_id for split in ("tune", "test") for spec in specs(split)]
    assert len(names) == len(set(names))


def test_every_text_is_said_by_several_voices() -> None:
    said = {(s.detail, s.voice) for s in specs("test") if s.kind == "backchannel"}
    texts = {text for text, _ in said}
    assert len(texts) >= 12
    assert min(sum(text == t for t, _ in said) for text in texts) >= 3
