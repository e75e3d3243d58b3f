"""Amounts in words become the names of the facts that state them; so do names that hold numbers."""

import re
from collections.abc import Collection, Mapping, Sequence

from agent.cloning.mine.facts.in_text import fact_spans
from agent.cloning.mine.quantities import spoken
from agent.cloning.mined import Evidence, MinedFact
from agent.dialogue.claims import QUANTITIES, claims_in


def numbered_names(products: Sequence[str]) -> dict[str, str]:
    """Names of products that hold a number, as spoken, by the ids of facts that a line names.

    Without them a guard takes "Fibre Five Hundred" for an amount.
    """
    return {
        f"name_of_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}": spoken(name)
        for name in products
        if holds_amount(spoken(name))
    }


def holds_amount(text: str) -> bool:
    """Whether the guard of live calls takes any of it for an amount."""
    return any(claim.kind in QUANTITIES for claim in claims_in(text))


def with_facts(
    text: str,
    facts: Sequence[MinedFact],
    names: Mapping[str, str],
    where: Collection[Evidence] | None = None,
) -> str:
    """The text with `{fact_id}` where it says a fact's value or one of the `names`.

    With `where`, the turns in which the text was said, only facts stated there count: five pounds
    is not the price of the one thing because something else costs as much. None: a person wrote it.
    """
    turns = {(item.call, item.turn) for item in where or ()}
    near = [
        fact
        for fact in facts
        if where is None or turns & {(item.call, item.turn) for item in fact.evidence}
    ]
    for start, end, fact_id in reversed(fact_spans(text, near)):
        text = f"{text[:start]}{{{fact_id}}}{text[end:]}"
    for fact_id, said in sorted(names.items(), key=lambda item: (-len(item[1]), item[0])):
        text = _put(text, said, fact_id)
    return text


def _put(text: str, said: str, fact_id: str) -> str:
    pattern = re.sub(r"\\[- ]", "[- ]", re.escape(said))
    return re.sub(rf"(?i)(?<![\w{{-]){pattern}(?![\w}}-])", f"{{{fact_id}}}", text)
