"""What the recogniser writes for a turn in somebody's voice over a telephone line; kept on disk."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from agent.dialogue.rules import normalise
from agent.evaluation.sound.channel import (
    LINE_NOISE_DBFS,
    Samples,
    at_level,
    at_rms,
    band_pass,
    coded,
    limited,
    to_pcm,
)
from agent.evaluation.sound.voices import RATE_HZ, Voice, speak
from agent.speech.hashing import tree_sha256
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel

_CACHE = user_cache_path("understudy") / "bench-understanding"
_SPEECH_DBFS = -22.0
_AROUND_S = 0.4
_BATCH = RATE_HZ // 1000 * 80 * 2
_SEED = 11
_VERSION = "1"


class Hearing:
    """The bundled recogniser at the end of a telephone channel, fed as a live call feeds it."""

    def __init__(self) -> None:
        self._path = ModelStore(Path("/nonexistent")).locate("asr")
        self._model: VoskModel | None = None
        self._model_id = tree_sha256(self._path)[:16]

    @property
    def model_name(self) -> str:
        """The model's folder."""
        return self._path.name

    def hear(
        self, text: str, voices: Iterable[Voice], snr_db: float | None = None
    ) -> Iterator[tuple[Voice, str]]:
        """The transcript in every voice; `snr_db` adds white noise to the line's own."""
        for voice in voices:
            key = f"{_VERSION}|{self._model_id}|{voice.engine}|{voice.argument}|{snr_db}|{text}"
            path = _CACHE / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
            if not path.exists():
                heard = self._recognise(speak(voice, text), snr_db)
                path.parent.mkdir(parents=True, exist_ok=True)
                unfinished = path.with_suffix(".tmp")
                unfinished.write_text(json.dumps({"text": heard}), "utf-8")
                unfinished.replace(path)
            yield voice, json.loads(path.read_text("utf-8"))["text"]

    def _recognise(self, clip: Samples, snr_db: float | None) -> str:
        if self._model is None:
            self._model = VoskModel(self._path)
        pcm = over_the_telephone(clip, snr_db).astype("<i2").tobytes()
        recognizer = self._model.open(RATE_HZ)
        for at in range(0, len(pcm), _BATCH):
            recognizer.accept(pcm[at : at + _BATCH])
        return normalise(recognizer.finish().text)


def over_the_telephone(clip: Samples, snr_db: float | None = None) -> "np.ndarray":
    """A clip at -22 dBFS in the telephone band, with the line's noise around it, through G.711."""
    rng = np.random.default_rng(_SEED)
    around = np.zeros(round(_AROUND_S * RATE_HZ))
    track = np.concatenate([around, at_level(band_pass(clip), _SPEECH_DBFS), around])
    noise_dbfs = LINE_NOISE_DBFS if snr_db is None else _SPEECH_DBFS - snr_db
    noise = at_rms(band_pass(rng.standard_normal(len(track))), noise_dbfs)
    return coded(to_pcm(limited(track + noise)), "ulaw")
