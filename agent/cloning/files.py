"""Files that are whole or not there, and YAML that a person likes to read."""

import os
from pathlib import Path
from typing import Any

import yaml

from agent.yaml_text import read_yaml


def write_bytes(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Replace a file at once: whoever is interrupted leaves the old one.

    `mode` is a new file's, before the process's umask; at no moment is it open to more people.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.touch(mode)
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """As write_bytes, in UTF-8."""
    write_bytes(path, text.encode())


def dump_yaml(content: Any) -> str:
    """Keys in the order given, text unfolded and readable."""
    return yaml.dump(
        content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )


def load_yaml(text: str) -> Any:
    """Raises ValueError with the place of a mistake."""
    return read_yaml(text)[1]
