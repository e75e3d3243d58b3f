"""Amounts in words become the names of the facts that state them; so do names that hold numbers."""

import re
from collections.abc import Collection, Mapping, Sequence

from agent.cloning.mined import Evidence, MinedFact
from agent.dialogue.claims import QUANTITIES, claims_in
from agent.dialogue.values.numbers import say_number


def numbered_names(products: Sequence[str]) -> dict[str, str]:
    """Names of products that hold a number, as spoken, by the ids of facts that a line names.

    Without them a guard takes "Fibre Five Hundred" for an amount.
    """
    spoken = {name: re.sub(r"\d+", lambda match: say_number(match[0]), name) for name in products}
    return {
        f"name_of_{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}": said
        for name, said in spoken.items()
        if any(claim.kind in QUANTITIES for claim in claims_in(said))
    }


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
    for fact_id, said in sorted(names.items(), key=lambda item: -len(item[1])):
        text = _put(text, said, fact_id)
    turns = {(item.call, item.turn) for item in where or ()}
    for fact in sorted(facts, key=lambda fact: (-len(fact.spoken), fact.id)):
        stated = {(item.call, item.turn) for item in fact.evidence}
        amount = any(char.isdigit() for char in str(fact.value))
        if amount and (where is None or turns & stated):
            text = _put(text, fact.spoken, fact.id)
    return text


def _put(text: str, said: str, fact_id: str) -> str:
    pattern = re.escape(said).replace(r"\-", "[- ]").replace(r"\ ", "[- ]")
    return re.sub(rf"(?i)(?<![\w{{-]){pattern}(?![\w}}-])", f"{{{fact_id}}}", text)
