"""Words to know, a file a kind; lines that begin with # say what they are."""

from functools import lru_cache
from importlib.resources import files


@lru_cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a list, without its remarks."""
    text = files(__package__).joinpath(f"{name}.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@lru_cache
def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(word for line in lines(name) for word in line.split())
