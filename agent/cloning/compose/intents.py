"""What callers want: the house's intents with real words added, and the mined ones with answers."""

import re
from collections.abc import Iterable
from typing import Any

from agent.cloning.compose.composition import Origin
from agent.cloning.compose.said import Unfit
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import Evidence, Facts, MinedIntent, MinedObjection
from agent.dialogue.rules import is_question, normalise

_MOST_EXAMPLES = 30
_MOST_WORDS = 25
_CHECK_WORDS = range(3, 11)
_TELLING_WORDS = 4


def add_examples(
    intents: list[dict[str, Any]], mined: Iterable[MinedIntent], book: Workbook
) -> None:
    """Real words for the intents that every playbook has."""
    own = {intent["id"]: intent for intent in intents}
    for found in mined:
        if found.id in own:
            heard = examples_of(found.examples)
            own[found.id]["examples"] = _distinct([*own[found.id]["examples"], *heard])
            _note(book, found)


def compose_intent(book: Workbook, mined: MinedIntent, facts: Facts, first: str) -> dict[str, Any]:
    """An intent with what answers it; without an answer, what is honest.

    `first` is the stage where what the company offers begins.
    """
    intent: dict[str, Any] = {"id": mined.id}
    intent["examples"] = examples_of(mined.examples)
    check = check_line(book, mined)
    if check is not None:
        intent["check"] = check
    if mined.kind == "signal":
        intent["buying_signal"] = True
    intent["then"] = _then(book, mined, facts, first)
    _note(book, mined)
    return intent


def examples_of(evidence: Iterable[Evidence]) -> list[str]:
    """Customers' own words, as a recogniser would write them; nothing of one customer."""
    texts = [normalise(item.quote) for item in evidence if "<" not in item.quote]
    return _distinct(text for text in texts if text and len(text.split()) <= _MOST_WORDS)


def check_line(book: Workbook, mined: MinedIntent | MinedObjection) -> str | None:
    """A line that asks, in a customer's words, whether this was meant; None without good ones.

    For a question only words that ask something are good.
    """
    texts = [normalise(item.quote) for item in mined.examples if "<" not in item.quote]
    asks = isinstance(mined, MinedIntent) and mined.kind == "question"
    short = sorted(
        {text for text in texts if len(text.split()) in _CHECK_WORDS},
        key=lambda text: (len(text.split()), text),
    )
    for text in book.nearest(short, mined.description):
        if asks and not is_question(text):
            continue
        try:
            said = book.sayer.line(text, ()).rstrip(".?!…")
        except Unfit:
            continue
        lower = said if re.match(r"I\b", said) else said[0].lower() + said[1:]
        check = book.house.instead["check"].replace("<example>", lower)
        return book.own_line(f"check.{mined.id}", check)
    return None


def answers_to(book: Workbook, mined: MinedIntent, facts: Facts) -> list[str]:
    """The best line that answers it, or else the statement of a fact that agents answer it with.

    One for each product where they differ; who asks for both may hear both.
    """
    asked = [mined.description, *examples_of(mined.examples)]
    known = {fact.id: fact for fact in facts.facts}
    found = book.sayable(mined.answers, lambda text: _tells(book, text, asked), speaks="of any")
    stated = (book.stated(known[fact_id]) for fact_id in mined.facts if fact_id in known)
    if not book.products.all or (found and not book.about(found[0])):
        return found[:1] or [name for name in stated if name is not None][:1]
    found += [name for name in stated if name is not None]
    best = [
        next(iter([*_own(book, found, product), *book.for_product(found, product)]), None)
        for product in book.products.ids
    ]
    if not any(best):
        return []
    unknown = book.house.book["lines"]["scope.unknown"]["text"]
    return list(
        dict.fromkeys(
            name or book.own_line(f"unknown.{product}", unknown, product)
            for name, product in zip(best, book.products.ids, strict=True)
        )
    )


def _own(book: Workbook, found: list[str], product: str) -> list[str]:
    """The answers about a product alone, then what tells of it what another's answer tells."""
    about = [name for name in found if book.about(name) == product]
    return [*about, *book.same_for(found, product)]


def _then(book: Workbook, mined: MinedIntent, facts: Facts, first: str) -> dict[str, Any]:
    answers = answers_to(book, mined, facts)
    if answers:
        return {"say": answers, "to": "@stay"}
    if mined.kind == "end":
        return {"to": "goodbye"}
    if mined.kind == "signal":
        return {"to": first if mined.id in book.house.agreeing else "@stay"}
    book.gap(
        f"intents.{mined.id}",
        f"“{mined.description}”: nobody's answer to it can be said, so a colleague is offered",
    )
    return {"say": ["scope.unknown"], "to": "offer_human"}


def _tells(book: Workbook, text: str, asked: Iterable[str]) -> bool:
    """Whether a text answers: it states a fact, or says enough and something about the matter."""
    enough = len(text.split()) >= _TELLING_WORDS
    return "{" in text or (enough and any(book.nearest([text], to) for to in asked))


def _note(book: Workbook, mined: MinedIntent) -> None:
    book.origins[f"intents.{mined.id}"] = Origin(
        item=f"intent:{mined.id}", evidence=mined.examples, uses=len(mined.examples)
    )


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))[:_MOST_EXAMPLES]
