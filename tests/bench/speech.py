"""Speech engines' speed and accuracy: `python -m tests.bench.speech [--testset DIR] [--json]`.

The test set is a folder of 8 kHz WAV files with transcripts.tsv (file, words). Recordings are
played as in a call: one recogniser, a second of line noise before each, 20 ms frames batched to
80 ms, the turn ended half a second after the words.
"""

import argparse
import json
import resource
import statistics
import time
import wave
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from agent.evaluation.word_errors import word_error_rate
from agent.speech.conditioning import at_rate
from agent.speech.minilm import MiniLmEncoder
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.speech.webrtc_vad import WebRtcVad
from tests.speech.wav import SAID

HERE = Path(__file__).parent
BUNDLED_SET = HERE.parent / "speech" / "data"
BATCH = 640
LINES = {
    "Sure.": "short",
    "I can have an engineer with you on Tuesday between nine and twelve.": "3 s sentence",
}
TEXTS = ("yes", "i'd like to talk to a human please", "is there a contract that i have to sign")


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--testset", type=Path, default=HERE.parents[2] / "shared/models/vosk-testset"
    )
    parser.add_argument("--models-dir", type=Path, default=Path("/nonexistent"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    store = ModelStore(options.models_dir)
    results = {
        **bench_recognition(store, options.testset),
        **bench_synthesis(store),
        **bench_encoder(store),
        **bench_vad(),
        "memory_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    if options.json:
        print(json.dumps(results))
        return
    for name, value in results.items():
        print(f"{name:42} {value}")


def bench_recognition(store: ModelStore, testset: Path) -> dict[str, Any]:
    """Word error rates by group, real-time factor, and how long a turn's end takes."""
    started, before_mb = time.perf_counter(), resident_mb()
    path = store.locate("asr")
    model = VoskModel(path)
    load_ms = 1000 * (time.perf_counter() - started)
    recognizer = model.open(8000)
    pairs: dict[str, list[tuple[str, str]]] = {}
    finish_ms: list[float] = []
    audio_s = cpu_s = 0.0
    for file, said in transcripts(testset).items():
        pcm = np.concatenate([line_noise(1.0), read(testset / file), line_noise(0.5)])
        cpu_before = time.process_time()
        for start in range(0, len(pcm), BATCH):
            recognizer.accept(pcm[start : start + BATCH].tobytes())
        finishing = time.perf_counter()
        heard = recognizer.finish().text
        finish_ms.append(1000 * (time.perf_counter() - finishing))
        cpu_s += time.process_time() - cpu_before
        audio_s += len(pcm) / 8000
        pairs.setdefault(file.rpartition("_")[0], []).append((said, heard))
    return {
        "asr_model": path.name,
        "asr_load_ms": round(load_ms),
        "asr_memory_mb": round(resident_mb() - before_mb),
        "asr_audio_s": round(audio_s),
        "asr_rtf": round(cpu_s / audio_s, 4),
        "asr_finish_ms_p50": round(statistics.median(finish_ms), 1),
        "asr_finish_ms_max": round(max(finish_ms), 1),
        **{
            f"asr_wer_percent_{group}": round(100 * word_error_rate(of_group), 1)
            for group, of_group in sorted(pairs.items())
        },
    }


def bench_synthesis(store: ModelStore) -> dict[str, Any]:
    """Time to the first sentence's audio, with one and two threads."""
    results: dict[str, Any] = {}
    for threads in (1, 2):
        started, before_mb = time.perf_counter(), resident_mb()
        voice = PiperSynthesizer(store.locate("tts"), threads=threads)
        load_ms = 1000 * (time.perf_counter() - started)
        for text, label in LINES.items():
            first_ms = median_ms(partial(first_sentence, voice, text), 9)
            results[f"tts_first_audio_ms {label}, {threads} thread(s)"] = round(first_ms, 1)
        if threads == 1:
            results["tts_load_ms"] = round(load_ms)
            results["tts_memory_mb"] = round(resident_mb() - before_mb)
    return results


def first_sentence(voice: PiperSynthesizer, text: str) -> Pcm:
    """What can be played first."""
    return next(voice.synthesize(text))


def bench_encoder(store: ModelStore) -> dict[str, Any]:
    """Milliseconds a sentence, on one thread and without its memory of texts."""
    before_mb = resident_mb()
    encoder = MiniLmEncoder(store.locate("embedding"), store.locate_tokenizer(), remembered_texts=0)
    encoder.encode(TEXTS)
    return {
        "encoder_memory_mb": round(resident_mb() - before_mb),
        **{
            f"encoder_ms {len(text.split())} word(s)": round(
                median_ms(partial(encoder.encode, [text]), 30), 2
            )
            for text in TEXTS
        },
    }


def bench_vad() -> dict[str, Any]:
    """Microseconds a frame."""
    vad = WebRtcVad(8000)
    frame = line_noise(0.02)
    return {"vad_us_a_frame": round(1000 * median_ms(lambda: vad.confidence(frame), 1000), 1)}


def transcripts(testset: Path) -> dict[str, str]:
    """File name to words; the three recordings of the tests where there is no other set."""
    table = testset / "transcripts.tsv"
    if not table.is_file():
        return SAID
    lines = table.read_text(encoding="utf-8").splitlines()
    return {file: said for file, _, said in (line.partition("\t") for line in lines)}


def read(path: Path) -> Pcm:
    """A recording of the test set, or of the tests."""
    with wave.open(str(path if path.is_file() else BUNDLED_SET / path.name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)


def line_noise(duration_s: float) -> Pcm:
    """What a quiet line sends."""
    return at_rate(np.zeros(int(8000 * duration_s), dtype=np.float32), 8000, 8000)


def median_ms(job: Callable[[], object], times: int) -> float:
    """Of this many runs."""
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        job()
        durations.append(1000 * (time.perf_counter() - started))
    return statistics.median(durations)


def resident_mb() -> float:
    """Of this process, now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
