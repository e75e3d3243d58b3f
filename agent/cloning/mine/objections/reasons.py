"""Reasons not to go on that customers of any trade give."""

from functools import cache

from agent.cloning.mine.acts.seeds import Seed, parse_seeds, read_seeds


@cache
def known_reasons() -> tuple[Seed, ...]:
    """Those of reasons.yaml; a corpus may have others."""
    return parse_seeds(read_seeds(__package__ or "", "reasons.yaml"))
