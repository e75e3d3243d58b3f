"""SHA-256 of files and of directories."""

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """The hex digest of a file's content; reads all of it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree_sha256(directory: Path) -> str:
    """One hex digest for a directory: over every file's digest and relative path, sorted.

    The same as `find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum | sha256sum`.
    """
    digest = hashlib.sha256()
    files = {
        path.relative_to(directory).as_posix(): path
        for path in directory.rglob("*")
        if path.is_file()
    }
    for name in sorted(files, key=str.encode):
        digest.update(f"{file_sha256(files[name])}  {name}\n".encode())
    return digest.hexdigest()
