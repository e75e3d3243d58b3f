"""Amounts in words become the names of the facts that state them."""

import re
from collections.abc import Sequence

from agent.cloning.mined import MinedFact


def with_facts(text: str, facts: Sequence[MinedFact], subject: str = "") -> str:
    """The text with `{fact_id}` where it says a fact's value."""
    for fact in sorted(facts, key=lambda f: (-len(f.spoken), f.subject != subject, f.id)):
        if any(char.isdigit() for char in str(fact.value)):
            spoken = re.escape(fact.spoken).replace(r"\-", "[- ]")
            text = re.sub(rf"(?i)(?<![\w{{-]){spoken}(?![\w}}-])", f"{{{fact.id}}}", text)
    return text
