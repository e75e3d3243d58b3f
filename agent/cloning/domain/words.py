"""Closed lists of words, kept as data."""

from functools import cache
from importlib import resources

from agent.cloning.files import load_yaml


@cache
def words_in(name: str) -> frozenset[str]:
    """One of the lists of words.yaml."""
    text = resources.files(__package__).joinpath("words.yaml").read_text("utf-8")
    return frozenset(load_yaml(text)[name].split())
