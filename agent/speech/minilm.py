"""Sentence vectors by all-MiniLM-L6-v2 in ONNX.

The recipe is that of sentence-transformers for this model: at most 256 word pieces, the mean of
the token vectors under the attention mask, length 1.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from agent.speech.errors import CorruptModel
from agent.speech.protocols import Vectors

_MAX_TOKENS = 256


class MiniLmEncoder:
    """A loaded encoder with a bounded memory of texts; safe to share between threads."""

    def __init__(
        self, path: Path, tokenizer_path: Path, *, threads: int = 1, remembered_texts: int = 4096
    ) -> None:
        """Load the .onnx and the tokenizer.json. Raises CorruptModel."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer_path))
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # neither library's errors have a common base
            raise CorruptModel(
                f"The sentence encoder at {path} with {tokenizer_path} can't be loaded: fetch it "
                "again with `understudy models fetch`, or set speech.embedding_model."
            ) from error
        # The file asks for padding to 128 tokens, which makes "yes" as slow as a paragraph.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=_MAX_TOKENS)
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._dimension = int(self._session.get_outputs()[0].shape[-1])
        self._remembered_texts = remembered_texts
        self._memory: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """An (n, dimension) array with rows of length 1.

        Texts go through one by one: padding them into a batch is no faster on one thread, and a
        text's vector does not depend on its company.
        """
        rows = np.empty((len(texts), self._dimension), dtype=np.float32)
        for index, text in enumerate(texts):
            rows[index] = self._vector(text)
        return rows

    def _vector(self, text: str) -> Vectors:
        with self._lock:
            known = self._memory.get(text)
            if known is not None:
                self._memory.move_to_end(text)
                return known
        vector = self._compute(text)
        with self._lock:
            self._memory[text] = vector
            while len(self._memory) > self._remembered_texts:
                self._memory.popitem(last=False)
        return vector

    def _compute(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        mask = np.array([encoding.attention_mask], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = self._session.run(
            None, {name: value for name, value in feeds.items() if name in self._inputs}
        )[0]
        weights = mask[..., None].astype(np.float32)
        mean = (tokens * weights).sum(axis=1)[0] / weights.sum()
        vector: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
        return vector
