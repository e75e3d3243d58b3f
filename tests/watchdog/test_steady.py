"""Engines that raise or lie, behind their checks."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from agent.dialogue.loader import load_playbook
from agent.dialogue.understanding import Understander
from agent.speech.errors import RecognitionFailed, SynthesisFailed
from agent.speech.protocols import Pcm, Transcript, Vectors, Word
from agent.watchdog.faults import Faults
from agent.watchdog.steady_encoder import SteadyEncoder
from agent.watchdog.steady_model import SteadyLanguageModel
from agent.watchdog.steady_recognizer import SteadyRecognizers
from agent.watchdog.steady_vad import SteadyVad
from agent.watchdog.steady_voice import SteadyVoice
from tests.dialogue.bag_of_words import BagOfWordsEncoder
from tests.speech.fakes import CountingRecognizer, ToneVoice


class Voice(ToneVoice):
    """Says what it is told to."""

    def __init__(self, *chunks: Pcm) -> None:
        super().__init__()
        self.chunks = chunks

    def synthesize(self, text: str) -> Iterator[Pcm]:
        yield from self.chunks


@pytest.fixture
def faults() -> Faults:
    return Faults()


def test_a_good_voice_is_heard_as_it_is(faults: Faults) -> None:
    voice = SteadyVoice(ToneVoice, faults)
    assert [len(chunk) for chunk in voice.synthesize("One. Two.")] == [6400, 6400]
    assert (voice.voice_id, voice.sample_rate_hz, faults.counts) == ("tone-1", 16000, {})


@pytest.mark.parametrize(
    ("chunks", "kind"),
    [
        ((), "no_sound"),
        ((np.zeros(8000, np.int16),), "no_sound"),
        ((np.ones(16000, np.int16),) * 20, "too_long"),
    ],
)
def test_what_can_not_be_speech_is_refused(
    chunks: tuple[Pcm, ...], kind: str, faults: Faults
) -> None:
    voice = SteadyVoice(lambda: Voice(*chunks), faults)
    with pytest.raises(SynthesisFailed, match="'Hello there'"):
        list(voice.synthesize("Hello there"))
    assert faults.counts == {("tts", kind): 1}


def test_a_text_without_words_may_be_silent(faults: Faults) -> None:
    assert list(SteadyVoice(Voice, faults).synthesize("...")) == []
    assert not faults.counts


def test_a_renewed_voice_is_another_one(faults: Faults) -> None:
    loaded: list[ToneVoice] = []

    def load() -> ToneVoice:
        loaded.append(ToneVoice())
        return loaded[-1]

    voice = SteadyVoice(load, faults)
    voice.renew()
    list(voice.synthesize("One."))
    assert [old.said for old in loaded] == [[], ["One."]]


class Encoder(BagOfWordsEncoder):
    """Fails for callers' words in the way it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Vectors | None = None
        self.error: Exception | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.error is not None:
            raise self.error
        return super().encode(texts) if self.rows is None else self.rows


def test_callers_are_understood_by_their_words_when_the_encoder_fails(faults: Faults) -> None:
    encoder = Encoder()
    steady = SteadyEncoder(lambda: encoder, faults)
    playbook = load_playbook("larkfield")
    understander = Understander(playbook, steady, examples=steady.strict)
    objection, size = playbook.objections[0], encoder.dimension
    stage = next(stage.id for stage in playbook.stages if stage.objections)
    failures: dict[str, Vectors | None] = {
        "raised": None,
        "not_a_number": np.full((1, size), math.nan, np.float32),
        "wrong_shape": np.ones((1, size + 1), np.float32),
        "not_unit": np.zeros((1, size), np.float32),
    }
    for kind, rows in failures.items():
        encoder.rows, encoder.error = rows, RuntimeError() if rows is None else None
        heard = understander.understand(objection.triggers[0], stage)
        assert objection.id in (heard.objection, heard.guess)
        assert faults.counts["encoder", kind] >= 1


class Model:
    def __init__(self, answer: tuple[int, float] | None) -> None:
        self.answer = answer

    def choose(self, prompt: str, options: Sequence[str]) -> tuple[int, float]:
        if self.answer is None:
            raise RuntimeError("llama.cpp")
        return self.answer

    def reword(self, line: str, context: str, grammar: str | None = None) -> str | None:
        raise RuntimeError("llama.cpp")


@pytest.mark.parametrize(
    ("answer", "kind"), [(None, "raised"), ((7, 0.9), "nonsense"), ((1, math.nan), "nonsense")]
)
def test_without_the_model_the_nearest_example_stands(
    answer: tuple[int, float] | None, kind: str, faults: Faults
) -> None:
    model = SteadyLanguageModel(lambda: Model(answer), faults)
    assert model.choose("?", ["a", "b"]) == (0, 0.0)
    assert model.reword("Hello.", "") is None
    assert ("llm", kind) in faults.counts
    assert SteadyLanguageModel(lambda: Model((1, 0.8)), faults).choose("?", ["a", "b"]) == (1, 0.8)


class Liar(CountingRecognizer):
    def __init__(self, word: Word) -> None:
        super().__init__()
        self.word = word

    def finish(self) -> Transcript:
        return Transcript(self.word.text, (self.word,))


class Recognizers:
    def __init__(self, recognizer: CountingRecognizer) -> None:
        self.recognizer = recognizer

    def open(self, sample_rate_hz: int) -> CountingRecognizer:
        return self.recognizer


@pytest.mark.parametrize(
    "word",
    [Word("yes", 0.5, 0.2, 0.9), Word("yes", -1.0, 0.2, 0.9), Word("yes", 0.1, 0.2, math.nan)],
)
def test_words_at_impossible_times_are_a_failure(word: Word, faults: Faults) -> None:
    recognizer = SteadyRecognizers(Recognizers(Liar(word)), faults).open(8000)
    recognizer.accept(bytes(1600))
    with pytest.raises(RecognitionFailed, match="can't be"):
        recognizer.finish()
    assert faults.counts == {("asr", "nonsense"): 1}


def test_an_engine_that_raises_is_counted(faults: Faults) -> None:
    engine = CountingRecognizer()
    engine.error = MemoryError()
    recognizer = SteadyRecognizers(Recognizers(engine), faults).open(8000)
    with pytest.raises(MemoryError):
        recognizer.accept(bytes(1600))
    assert faults.counts == {("asr", "raised"): 1}


class Detector:
    def __init__(self, *confidences: float) -> None:
        self.confidences = list(confidences)

    def confidence(self, frame: Pcm) -> float:
        return self.confidences.pop(0)


def test_a_detector_that_fails_is_not_asked_again_in_its_call(faults: Faults) -> None:
    frame = np.zeros(160, np.int16)
    for neural, kind in ((Detector(0.9, math.nan), "not_a_number"), (Detector(0.9), "raised")):
        detector = SteadyVad(neural, Detector(0.2, 0.3), faults)
        assert [detector.confidence(frame) for _ in range(3)] == [0.9, 0.2, 0.3]
        assert faults.counts["vad", kind] == 1
