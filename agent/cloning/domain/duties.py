"""The job of an agent: what it does in a call, and what it promises to see to.

Verbs with their particles from what agents say of themselves ("let me check the date", "shall I
book the visit?"), read by spaCy's dependencies. What is promised ("we'll send a letter") is a
responsibility.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agent.cloning.domain.description import Duty
from agent.cloning.domain.words import words_in
from agent.cloning.mine.material import Material, Place
from agent.cloning.mined import Evidence
from agent.evaluation.rubric.speech import sentences_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token

_MOST_SENTENCES = 3_000
_LEAST_CALLS, _MOST, _EXAMPLES = 2, 15, 3
_Kind = Literal["task", "responsibility"]
_SPEAKS_OF_OURSELVES = re.compile(r"\b(?:i|we|me|us)\b", re.IGNORECASE)
_OURSELVES = frozenset(("i", "we", "me", "us"))
_WILL = frozenset(("'ll", "will", "going", "gon", "’ll"))


@dataclass(slots=True)
class _Found:
    calls: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    evidence: list[Evidence] = field(default_factory=list)


def duties_of(material: Material, grammar: "Language") -> tuple[Duty, ...]:
    """Of all but the weak agents, by how many agents and calls do them."""
    found = defaultdict[tuple[str, _Kind], _Found](_Found)
    said = list(_of_themselves(material))
    said = said[:: -(-len(said) // _MOST_SENTENCES)] if said else []
    documents = grammar.pipe((text for _, text in said), batch_size=128)
    for (place, text), document in zip(said, documents, strict=True):
        for work in sorted({work for token in document if (work := _work(token)) is not None}):
            one = found[work]
            if place.call.id not in one.calls:
                one.evidence.append(place.evidence(text))
            one.calls.add(place.call.id)
            one.agents.add(place.call.agent)
    kept = [item for item in found.items() if len(item[1].calls) >= _LEAST_CALLS]
    kept.sort(key=lambda item: (-len(item[1].agents), -len(item[1].calls), item[0]))
    return (*_most(kept, "task"), *_most(kept, "responsibility"))


def _most(found: Sequence[tuple[tuple[str, _Kind], _Found]], wanted: _Kind) -> Iterator[Duty]:
    of_kind = [(what, one) for (what, kind), one in found if kind == wanted]
    for what, one in of_kind[:_MOST]:
        yield Duty(
            what=what,
            kind=wanted,
            calls=len(one.calls),
            agents=len(one.agents),
            evidence=tuple(one.evidence[:_EXAMPLES]),
        )


def _of_themselves(material: Material) -> Iterator[tuple[Place, str]]:
    for call in sorted(material.grades.used_for("lines", "contrast")):
        conversation = material.conversations[call]
        for sentence in sentences_of(conversation):
            if sentence.speaker == "agent" and _SPEAKS_OF_OURSELVES.search(sentence.text):
                turn = conversation.turns[sentence.place]
                yield Place(material.calls[call], sentence.place, turn), sentence.text


def _work(verb: "Token") -> tuple[str, _Kind] | None:
    """A verb that something is done by, with its particle: "put through", "book"."""
    if verb.pos_ != "VERB" or verb.lemma_.lower() in words_in("empty_verbs"):
        return None
    children = list(verb.children)
    chain = [*children, *(child for child in verb.head.children if verb.dep_ == "xcomp")]
    if not any(c.dep_ == "nsubj" and c.lower_ in _OURSELVES for c in chain):
        return None
    if any(child.dep_ == "neg" for child in children):
        return None
    along = [child.lower_ for child in children if child.dep_ == "prt" or child.lower_ == "back"]
    if not along and not any(child.dep_ in ("dobj", "dative") for child in children):
        return None
    will = any(c.lower_ in _WILL for c in chain if c.dep_ == "aux") or verb.head.lower_ in _WILL
    return " ".join([verb.lemma_.lower(), *along[:1]]), "responsibility" if will else "task"
