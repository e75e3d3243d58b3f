"""Sentence vectors that outlast the process: a playbook's examples take seconds to encode."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import structlog

from agent.speech.protocols import SentenceEncoder, Vectors

# More than this is from playbooks long gone: the file then starts again.
_MOST_ROWS = 20_000


class KeptVectors:
    """An encoder whose vectors are kept in a file, for texts that are nobody's personal data.

    The file holds hashes of the texts. A disk that can't be written, or a damaged file, is logged
    and lived with: the texts are then encoded again.
    """

    def __init__(self, encoder: SentenceEncoder, directory: Path, model_id: str) -> None:
        """`model_id` is different whenever the encoder would give other vectors."""
        self._encoder = encoder
        self._path = directory / f"vectors-{model_id}.npz"

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """An (n, dimension) array with rows of length 1; blocks for what is not in the file."""
        rows = self._read()
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
        if missing:
            if len(rows) + len(missing) > _MOST_ROWS:
                rows = {key: rows[key] for key in keys if key in rows}
            made = self._encoder.encode(list(missing.values()))
            rows |= dict(zip(missing, made, strict=True))
            self._write(rows)
        if not keys:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([rows[key] for key in keys])

    def _read(self) -> dict[str, Vectors]:
        try:
            with np.load(self._path, allow_pickle=False) as file:
                keys, rows = file["keys"], file["rows"]
        except FileNotFoundError:
            return {}
        except Exception as error:  # numpy and zipfile raise a dozen kinds for a damaged file
            self._log("vectors_not_read", error)
            return {}
        if rows.shape != (len(keys), self.dimension):
            return {}
        return dict(zip(keys.tolist(), rows, strict=True))

    def _write(self, rows: dict[str, Vectors]) -> None:
        """Readers see all of the file or the one before."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, suffix=".tmp")
            with os.fdopen(descriptor, "wb") as file:
                np.savez(file, keys=np.array(list(rows)), rows=np.stack(list(rows.values())))
            Path(temporary).replace(self._path)
        except OSError as error:
            self._log("vectors_not_written", error)

    def _log(self, event: str, error: Exception) -> None:
        structlog.get_logger().warning(event, path=str(self._path), error=str(error))
