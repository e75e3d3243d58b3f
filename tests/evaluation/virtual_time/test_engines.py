from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from agent.evaluation.virtual_time.engines import ChargedRecognizers, ChargedVoice
from agent.speech.protocols import Pcm
from tests.calls.fakes import RATE_HZ, ScriptedRecognizers


class OtherEachTime:
    """As Piper: no two renderings of a text are as long."""

    voice_id = "other"
    sample_rate_hz = RATE_HZ

    def __init__(self) -> None:
        self.spoken = 0

    def synthesize(self, text: str) -> Iterator[Pcm]:
        self.spoken += 1
        for sentence in text.split("."):
            yield np.full(len(sentence) * 100 + self.spoken, 7, np.int16)


def test_a_text_is_spoken_once_and_sounds_the_same_again(tmp_path: Path) -> None:
    voice, charged = OtherEachTime(), list[float]()
    first = list(ChargedVoice(voice, charged.append, tmp_path).synthesize("one.and two"))
    again = list(ChargedVoice(voice, charged.append, tmp_path).synthesize("one.and two"))
    assert voice.spoken == 1
    assert [len(sentence) for sentence in again] == [301, 701]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert charged[:2] == charged[2:]
    assert charged[0] == pytest.approx(0.056 * 301 / RATE_HZ)


def test_hearing_a_clip_costs_more_than_the_stream_of_it() -> None:
    charged: list[float] = []
    recognizer = ChargedRecognizers(ScriptedRecognizers(), charged.append).open(RATE_HZ)
    second = bytes(2 * RATE_HZ)
    recognizer.accept(second)
    recognizer.hear(second)
    recognizer.finish()
    assert charged == [pytest.approx(0.022), pytest.approx(0.053), pytest.approx(0.015)]
