"""Two people in one channel, told apart: `python -m tests.bench.cloning.mono [FOLDER ...]`.

Stereo recordings are mixed to one channel; the truth of a word is the louder leg. The bar is that
no call that is kept has more than a twentieth of its speech with the wrong voice.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.cloning.ingest.sound_file import read_channels
from agent.cloning.recorded import SpokenWord
from agent.cloning.transcribe.voices import SURE, two_voices
from agent.cloning.transcribe.words import words_in
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.speech.webrtc_vad import WebRtcVad
from tests.bench.cloning.corpus import LARKFIELD

BAR = 0.95


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[LARKFIELD / "recordings"])
    model = VoskModel(ModelStore(Path("/nonexistent")).locate("asr"))
    kept, left_out = [], []
    for folder in parser.parse_args().folders:
        for path in sorted(folder.glob("*.wav")):
            legs, rate = read_channels(path)
            mixed = np.clip(np.sum(legs, axis=0, dtype=np.int32), -32768, 32767).astype(np.int16)
            words = words_in(mixed, rate, model.open(rate), WebRtcVad(rate))
            voices = two_voices(mixed, rate, words)
            right = share_right(words, voices.of_words, legs, rate)
            fit = voices.sure >= SURE
            (kept if fit else left_out).append(right)
            print(
                f"  {path.stem:12} {len(words):4} words, right {right:.3f}, sure {voices.sure:.2f}"
                f"{'' if fit else ', left out'}"
            )
    total = len(kept) + len(left_out)
    print(f"{len(kept)} of {total} kept; of their speech {np.mean(kept):.3f} with the right voice")
    verdict = "reached" if min(kept) >= BAR else "missed"
    print(f"least right of a kept call {min(kept):.3f} (bar {BAR}: {verdict})")


def share_right(
    words: Sequence[SpokenWord], voices: Sequence[int], legs: Sequence[Pcm], rate_hz: int
) -> float:
    """Of the words' time, with the names of the voices chosen well."""
    lengths = np.array([word.end - word.start for word in words])
    truth = np.array([_louder(word, legs, rate_hz) for word in words])
    same = float((lengths * (truth == np.array(voices))).sum() / lengths.sum())
    return max(same, 1 - same)


def _louder(word: SpokenWord, legs: Sequence[Pcm], rate_hz: int) -> int:
    first, last = int(word.start * rate_hz), int(word.end * rate_hz) + 1
    return int(np.argmax([np.mean(leg[first:last].astype(float) ** 2) for leg in legs]))


if __name__ == "__main__":
    main()
