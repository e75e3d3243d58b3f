"""The adapters on the models that come with an installation."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soxr

from agent.evaluation.word_errors import word_error_rate
from agent.speech.conditioning import at_rate, condition
from agent.speech.errors import CorruptModel
from agent.speech.line_cache import LineCache
from agent.speech.minilm import MiniLmEncoder
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import Pcm, Recognizer, Transcript, Word
from agent.speech.store import ModelStore
from agent.speech.streaming import StreamingRecognizer
from agent.speech.vosk import VoskModel
from tests.speech.wav import SAID, read_wav

pytestmark = pytest.mark.models

STORE = ModelStore(Path("/nowhere"))


@pytest.fixture(scope="module")
def vosk_model() -> VoskModel:
    return VoskModel(STORE.locate("asr"))


@pytest.fixture(scope="module")
def voice() -> PiperSynthesizer:
    return PiperSynthesizer(STORE.locate("tts"))


@pytest.fixture(scope="module")
def encoder() -> MiniLmEncoder:
    return MiniLmEncoder(STORE.locate("embedding"), STORE.locate_tokenizer())


def quiet(duration_s: float, rate_hz: int = 8000) -> Pcm:
    return at_rate(np.zeros(int(duration_s * rate_hz), dtype=np.float32), rate_hz, rate_hz)


def feed(recognizer: Recognizer, pcm: Pcm, samples: int = 640) -> list[str]:
    """In chunks; the partial texts."""
    partials = [
        recognizer.accept(pcm[start : start + samples].tobytes())
        for start in range(0, len(pcm), samples)
    ]
    return [partial.text for partial in partials if partial]


def onset_s(pcm: Pcm) -> float:
    return float(np.argmax(np.abs(pcm) > 0.1 * np.abs(pcm).max())) / 8000


def test_recordings_are_heard_with_partials_on_the_way(vosk_model: VoskModel) -> None:
    recognizer = vosk_model.open(8000)
    pairs = []
    for name, said in SAID.items():
        partials = feed(recognizer, np.concatenate([quiet(0.5), read_wav(name), quiet(0.5)]))
        assert len(partials) >= 2
        pairs.append((said, recognizer.finish().text))
    assert word_error_rate(pairs) < 0.3


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_word_times_follow_the_audio_over_many_turns(vosk_model: VoskModel, rate_hz: int) -> None:
    recognizer = vosk_model.open(rate_hz)
    words: list[Word] = []
    fed_s = 0.0
    offsets_s = []
    for turn in range(12):
        recording = read_wav(list(SAID)[turn % 3])
        lead_s = 0.3 + turn / 10
        spoken_at_s = fed_s + lead_s + onset_s(recording)
        pcm = np.concatenate([quiet(lead_s), recording, quiet(0.5)])
        if rate_hz != 8000:
            pcm = soxr.resample(pcm, 8000, rate_hz)
        feed(recognizer, pcm, rate_hz // 12)
        fed_s += len(pcm) / rate_hz
        final = recognizer.finish()
        offsets_s.append(final.words[0].start_s - spoken_at_s)
        words += final.words
        assert 0 < final.confidence <= 1
    starts_s = [word.start_s for word in words]
    assert starts_s == sorted(starts_s)
    assert np.median(np.abs(offsets_s)) < 0.1
    assert abs(np.mean(offsets_s[:3]) - np.mean(offsets_s[-3:])) < 0.05  # no drift


def test_what_piper_says_vosk_hears(vosk_model: VoskModel, voice: PiperSynthesizer) -> None:
    said = "yes i would like to talk to you tomorrow afternoon"
    chunks = list(voice.synthesize(said))
    pcm = at_rate(condition(chunks[0], voice.sample_rate_hz, trim_start=True), 22050, 8000)
    recognizer = vosk_model.open(8000)
    feed(recognizer, np.concatenate([quiet(0.5), pcm, quiet(0.5)]))
    assert word_error_rate([(said, recognizer.finish().text)]) <= 0.3


async def test_a_call_streams_through_an_executor(vosk_model: VoskModel) -> None:
    name = "syn_unseen_0015.wav"
    partials: list[str] = []
    heard = asyncio.Event()
    errors: list[Exception] = []

    def on_partial(transcript: Transcript) -> None:
        partials.append(transcript.text)
        heard.set()

    with ThreadPoolExecutor(2) as executor:
        stream = StreamingRecognizer(
            vosk_model.open(8000),
            executor,
            8000,
            on_partial=on_partial,
            on_error=errors.append,
        )
        pcm = np.concatenate([quiet(0.5), read_wav(name), quiet(0.5)])
        for start in range(0, len(pcm), 160):
            stream.feed(pcm[start : start + 160])
        await heard.wait()
        final = await stream.finish()
        await stream.aclose()
    assert final.text == SAID[name]
    assert SAID[name].startswith(partials[0].split()[0])
    assert not errors


def test_piper_makes_a_chunk_a_sentence(voice: PiperSynthesizer) -> None:
    chunks = list(voice.synthesize("Sure. It is thirty pounds a month. Shall we?"))
    assert len(chunks) == 3
    assert all(chunk.dtype == np.int16 and len(chunk) > 4000 for chunk in chunks)
    assert list(voice.synthesize("...")) == []


async def test_a_real_line_is_at_the_level_of_a_telephone(
    voice: PiperSynthesizer, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(1) as executor:
        cache = LineCache(voice, tmp_path, executor)
        await cache.prepare(["Good morning, how can I help?"])
    line = cache.get("Good morning, how can I help?", 8000)
    assert line is not None
    frames = line[: len(line) // 160 * 160].reshape(-1, 160).astype(float)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) / 32768**2)
    active = frames[levels > levels.max() - 25]
    assert 20 * np.log10(np.sqrt(np.mean(active**2)) / 32768) == pytest.approx(-18, abs=1.5)
    assert (np.abs(line[:400]) > 500).any()  # no silence to wait through


def test_sentences_of_one_meaning_are_closer(encoder: MiniLmEncoder) -> None:
    vectors = encoder.encode(
        ["can i talk to a human", "let me speak with a human", "how fast is the internet"]
    )
    assert vectors.shape == (3, encoder.dimension) == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    similarity = vectors @ vectors.T
    assert similarity[0, 1] > 0.5 > similarity[0, 2]


def test_a_vector_does_not_depend_on_memory_or_company(encoder: MiniLmEncoder) -> None:
    forgetful = MiniLmEncoder(
        STORE.locate("embedding"), STORE.locate_tokenizer(), remembered_texts=1
    )
    texts = ["yes", "how much is it a month", "yes"]
    np.testing.assert_array_equal(forgetful.encode(texts), encoder.encode(texts))
    assert forgetful.encode([]).shape == (0, 384)


@pytest.mark.parametrize("name", [row.name for row in STORE.list() if row.status == "present"])
def test_every_model_that_is_here_is_the_published_one(name: str) -> None:
    assert STORE.verify(name).result == "ok"


def test_damaged_models_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "v.onnx").write_bytes(b"broken")
    (tmp_path / "v.onnx.json").write_text("{}")
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"broken")
    with pytest.raises(CorruptModel, match="Piper can't load the voice"):
        PiperSynthesizer(tmp_path / "v.onnx")
    with pytest.raises(CorruptModel, match="Vosk can't load the model"):
        VoskModel(tmp_path)
    with pytest.raises(CorruptModel, match="sentence encoder"):
        MiniLmEncoder(tmp_path / "v.onnx", tmp_path / "v.onnx.json")


def test_with_a_vocabulary_nothing_else_is_heard(vosk_model: VoskModel) -> None:
    name, said = next(iter(SAID.items()))
    clip = np.concatenate([quiet(0.5), read_wav(name), quiet(0.5)]).tobytes()
    words = tuple(dict.fromkeys(said.split()[:2]))
    heard = vosk_model.open(8000).hear(clip, (*words, "xyzzyq")).text.split()
    assert heard
    assert set(heard) <= {*words, "[unk]"}
