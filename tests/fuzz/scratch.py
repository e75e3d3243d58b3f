"""Files for readers that take a path."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """This process's own, removed at its end; in memory where there is such a place."""
    memory = Path("/dev/shm")  # noqa: S108  the name is made by mkdtemp
    path = Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def file_of(data: bytes, name: str) -> Path:
    """A file with this content, in place of the last one of the name."""
    path = folder() / name
    path.write_bytes(data)
    return path
