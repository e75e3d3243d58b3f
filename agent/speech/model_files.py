"""Whether files on disk look like the model they are taken for."""

import json
from pathlib import Path

from agent.speech.catalogue import ModelKind
from agent.speech.errors import CorruptModel, MissingModel

_GGUF_MAGIC = b"GGUF"


def check_shape(kind: ModelKind, path: Path) -> None:
    """Raise CorruptModel or MissingModel unless `path` has the files of such a model.

    A look at names and first bytes only; `understudy models verify` hashes.
    """
    if not path.exists():
        raise MissingModel(f"There is no {kind} model at {path}: correct the path in the settings.")
    problem = _PROBLEMS[kind](path)
    if problem:
        raise CorruptModel(f"{path} is not {_NAMES[kind]}: {problem}.")


def tokenizer_beside(model: Path) -> Path:
    """The tokenizer.json in an embedding model's directory."""
    return model.parent / "tokenizer.json"


def _vosk_problem(path: Path) -> str | None:
    if not (path / "am" / "final.mdl").is_file() and not (path / "final.mdl").is_file():
        return "it has neither am/final.mdl nor final.mdl"
    if not (path / "conf").is_dir() and not (path / "mfcc.conf").is_file():
        return "it has no conf folder"
    return None


def _piper_problem(path: Path) -> str | None:
    if path.suffix != ".onnx" or not path.is_file():
        return "a voice is a file that ends in .onnx"
    config = Path(f"{path}.json")
    if not config.is_file():
        return f"{config.name} is not beside it"
    try:
        return None if "audio" in json.loads(config.read_bytes()) else "its .json has no 'audio'"
    except ValueError:
        return f"{config.name} is not valid JSON"


def _gguf_problem(path: Path) -> str | None:
    if not path.is_file():
        return "it is not a file"
    with path.open("rb") as file:
        return None if file.read(len(_GGUF_MAGIC)) == _GGUF_MAGIC else "it does not begin with GGUF"


def _embedding_problem(path: Path) -> str | None:
    if path.suffix != ".onnx" or not path.is_file():
        return "an encoder is a file that ends in .onnx"
    return None if tokenizer_beside(path).is_file() else "tokenizer.json is not beside it"


def _vad_problem(path: Path) -> str | None:
    if path.suffix != ".onnx" or not path.is_file():
        return "a detector is a file that ends in .onnx"
    return None


_PROBLEMS = {
    "asr": _vosk_problem,
    "tts": _piper_problem,
    "llm": _gguf_problem,
    "embedding": _embedding_problem,
    "vad": _vad_problem,
}
_NAMES = {
    "asr": "a Vosk model",
    "tts": "a Piper voice",
    "llm": "a GGUF model",
    "embedding": "a sentence encoder",
    "vad": "a speech detector",
}
