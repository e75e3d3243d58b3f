"""Each codec through its Protocol: sizes, payload types, and that audio survives."""

import numpy as np
import pytest

from agent.media.codecs import Pcm, open_codec
from agent.media.errors import UnknownCodec


def tone(sample_rate_hz: int, seconds: float) -> Pcm:
    times = np.arange(int(sample_rate_hz * seconds)) / sample_rate_hz
    return (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)


@pytest.mark.parametrize(
    ("name", "payload_type", "sample_rate_hz", "samples_per_frame", "delay_samples"),
    [
        ("ulaw", 0, 8000, 160, 0),
        ("alaw", 8, 8000, 160, 0),
        ("g722", 9, 16000, 320, 22),  # two quadrature mirror filters of 24 taps
    ],
)
def test_codec(
    name: str, payload_type: int, sample_rate_hz: int, samples_per_frame: int, delay_samples: int
) -> None:
    codec = open_codec(name)
    assert (codec.name, codec.payload_type) == (name, payload_type)
    assert (codec.sample_rate_hz, codec.samples_per_frame) == (sample_rate_hz, samples_per_frame)
    assert codec.timestamp_step == 160

    pcm = tone(sample_rate_hz, 0.2)
    frames = pcm.reshape(-1, samples_per_frame)
    payloads = [codec.encode(frame) for frame in frames]
    assert {len(payload) for payload in payloads} == {160}

    heard = np.concatenate([codec.decode(payload) for payload in payloads])
    assert heard.dtype == np.int16
    assert len(heard) == len(pcm)
    sent = pcm[: len(pcm) - delay_samples].astype(float)
    error = heard[delay_samples:] - sent
    settled = slice(sample_rate_hz // 50, None)
    snr_db = 10 * np.log10(np.mean(sent[settled] ** 2) / np.mean(error[settled] ** 2))
    assert snr_db > 25


def test_two_calls_share_no_state() -> None:
    pcm = tone(16000, 0.02)
    first, second = open_codec("g722"), open_codec("g722")
    fresh = first.encode(pcm)
    assert first.encode(pcm) != fresh
    assert second.encode(pcm) == fresh


def test_unknown_codec_names_the_remedy() -> None:
    with pytest.raises(UnknownCodec) as raised:
        open_codec("opus")
    assert str(raised.value) == (
        "codec 'opus' can't carry a call: set the endpoint's `allow=` to ulaw, alaw or g722"
    )
