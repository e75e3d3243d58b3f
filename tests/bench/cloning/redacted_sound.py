"""Whether what was redacted can still be heard.

    python -m tests.bench.cloning.redacted_sound [CORPUS]

Each recording of the corpus is cut as its transcript says, and the recogniser of live calls listens
to it before and after. An entry of `pii` counts as heard when one of its words is recognised on its
speaker's leg while its turn lasts. Takes a few minutes.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import soundfile

from agent.building.models import model_store
from agent.cloning.engines import Engines
from agent.cloning.parallel import Failed, each
from agent.cloning.recorded import Audio, Conversation, Turn
from agent.cloning.redact.plain import Redactor
from agent.cloning.redact.sound import SoundTask, cuts, silence
from agent.cloning.transcribe.worker import Recognised, Task, recognise
from agent.config import Settings
from tests.bench.cloning.corpus import LARKFIELD, Corpus, read_corpus
from tests.bench.cloning.redaction import SMALL_WORDS, words_of

_BORDER_S = 0.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=LARKFIELD)
    folder = parser.parse_args().corpus
    corpus, settings = read_corpus(folder), Settings()
    with tempfile.TemporaryDirectory() as made:
        sounds = _cut(corpus, folder, Engines(settings), Path(made))
        model = model_store(settings).locate("asr", settings.speech.asr_model)
        tasks = [Task(call, audio, model) for call, pair in sounds.items() for audio in pair]
        heard: dict[Path, Conversation] = {}
        for task, result in each(recognise, tasks):
            if isinstance(result, Recognised):
                heard[task.audio.files[0]] = result.heard.conversation
            elif isinstance(result, Failed):
                print(f"{task.call}: {result}")
    before = after = entries = 0
    for call, turn, value in _entries(corpus):
        if call in sounds:
            whole, cut = (heard[audio.files[0]] for audio in sounds[call])
            entries += 1
            before += _is_heard(value, turn, whole)
            after += _is_heard(value, turn, cut)
    print(f"{len(sounds)} recordings, {entries} entries of personal data")
    print(f"heard before: {before}, heard after: {after} (bar 0)")


def _cut(
    corpus: Corpus, folder: Path, engines: Engines, to: Path
) -> dict[str, tuple[Audio, Audio]]:
    """By call its recording as it is and as it is cut."""
    redactor = Redactor.of(corpus.conversations.values(), corpus.calls, engines.grammar)
    sounds = {}
    for path in sorted((folder / "recordings").glob("*.wav")):
        raw = corpus.conversations[path.stem]
        done = redactor.redact(raw, corpus.calls[path.stem].agent)
        length = soundfile.info(path).duration
        audio = Audio(layout="stereo", files=(path,), sha256="", duration_s=length)
        task = SoundTask(path.stem, audio, tuple(cuts(raw, done.spans)), to / f"{path.stem}.flac")
        silence(task)
        sounds[path.stem] = (audio, audio.model_copy(update={"files": (task.to,)}))
    return sounds


def _entries(corpus: Corpus) -> Iterator[tuple[str, Turn, str]]:
    for entry in corpus.truth.get("pii", []):
        call = entry["call_id"]
        yield call, corpus.conversations[call].turns[entry["turn"]], entry["text"]


def _is_heard(value: str, turn: Turn, heard: Conversation) -> bool:
    words = Counter(
        word.text
        for said in heard.turns
        if said.speaker == turn.speaker
        for word in said.words
        if word.end > turn.start - _BORDER_S and word.start < turn.end + _BORDER_S
    )
    rest = Counter(words_of(turn.text))
    rest.subtract(words_of(value))
    own = set(words_of(value)) - SMALL_WORDS
    return any(words[word] > max(0, rest[word]) for word in own if len(word) > 1)


if __name__ == "__main__":
    main()
