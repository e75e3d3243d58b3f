"""Sentence vectors for a whole corpus: worked out on all cores or on a cluster, then looked up."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from agent.building.models import model_store
from agent.cloning.engines import Engines
from agent.cloning.parallel import Failed, each
from agent.cloning.pipeline import Progress
from agent.speech.minilm import MiniLmEncoder
from agent.speech.protocols import SentenceEncoder, Vectors

_CHUNK = 256
# Starting workers and loading the model in each costs what so many sentences do.
_WORTH_IT = 8 * _CHUNK


class KnownVectors:
    """An encoder that remembers what was encoded before, and asks another one for the rest."""

    def __init__(self, encoder: SentenceEncoder, known: dict[str, Vectors]) -> None:
        self._encoder = encoder
        self._known = known

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """An (n, dimension) array with rows of length 1."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[text] for text in texts])


def encoded(texts: Sequence[str], engines: Engines, progress: Progress) -> KnownVectors:
    """An encoder that knows these texts' vectors already."""
    unique = sorted(set(texts))
    known: dict[str, Vectors] = {}
    chunks = [tuple(unique[at : at + _CHUNK]) for at in range(0, len(unique), _CHUNK)]
    with progress.work("sentences", len(unique)) as bar:
        if len(unique) < _WORTH_IT and not engines.ray:
            for chunk in chunks:
                known.update(zip(chunk, engines.encoder.encode(chunk), strict=True))
                bar.advance(len(chunk))
            return KnownVectors(engines.encoder, known)
        store, name = model_store(engines.settings), engines.settings.speech.embedding_model
        model = store.locate("embedding", name), store.locate_tokenizer(name)
        tasks = [(*model, chunk) for chunk in chunks]
        for (_, _, chunk), vectors in each(_encode, tasks, ray=engines.ray):
            # What failed elsewhere is encoded here, when it is asked for.
            if not isinstance(vectors, Failed):
                known.update(zip(chunk, vectors, strict=True))
            bar.advance(len(chunk))
    return KnownVectors(engines.encoder, known)


def _encode(task: tuple[Path, Path, tuple[str, ...]]) -> Vectors:
    model, tokenizer, texts = task
    return _encoder(model, tokenizer).encode(texts)


@lru_cache(maxsize=1)
def _encoder(model: Path, tokenizer: Path) -> MiniLmEncoder:
    """Loaded once a worker process."""
    return MiniLmEncoder(model, tokenizer)
