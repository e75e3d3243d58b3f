"""A name for the code as it is: it changes with any line of it."""

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

_KINDS = (".py", ".yaml")
# Playbooks are named by their own digests.
_ASIDE = ("playbooks", "__pycache__")


def source_sha256(*packages: str) -> str:
    """One hex digest over the packages' Python and YAML files, playbooks aside.

    Raises ModuleNotFoundError for a package that there is not.
    """
    digest = hashlib.sha256()
    for package in packages:
        for content in _read(resources.files(package)):
            digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _read(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name not in _ASIDE:
                yield from _read(entry)
        elif entry.name.endswith(_KINDS):
            yield entry.name.encode() + entry.read_bytes()
