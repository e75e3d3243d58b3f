"""Facts: what agents state about the offer, whom to believe, and where a text says them."""

from agent.cloning.mine.facts.mining import mine_facts

__all__ = ["mine_facts"]
