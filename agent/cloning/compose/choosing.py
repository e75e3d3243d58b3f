"""The slot that holds which product a caller would have, and the words that choose one."""

from collections.abc import Mapping
from typing import Any

from agent.cloning.compose.products import SLOT
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import Talk

_CHOOSABLE = ("close", "recap", "correction")


def let_choose(
    book: Workbook, talk: Talk, data: dict[str, Any], stages: list[dict[str, Any]]
) -> None:
    """Put the choice into the book's slots and intents; nothing where there is none.

    Before a caller names a product the usual one is spoken of. Who chooses another one hears what
    it is before its terms; the terms of the one before count for nothing.
    """
    products = book.products
    if not products.all:
        return
    texts = {line.id: book.text_of(name) for line in talk.lines if (name := book.placed(line.id))}
    usual = products.usual(talk.lines, texts)
    data["slots"][SLOT] = {
        "type": "choice", "label": book.house.instead["product"]["label"],
        "choices": {
            product.id: {"spoken": product.spoken, "heard": list(product.heard)}
            for product in products.all
        },
        "default": usual, "anywhere": True,
    }  # fmt: skip
    names = [stage["id"] for stage in stages]
    offers = [name for name in names if name == "pitch" or name.startswith("terms")]
    if not offers:
        return
    heard = [
        name for name in (*names, "hesitation") if name in _CHOOSABLE or name.startswith("terms")
    ]
    data["intents"] += [
        {
            "id": f"choose_{product.id}", "only_in": heard,
            "phrases": _phrases(book, tuple(f"... {name}" for name in product.heard)),
            "examples": _phrases(book, product.heard),
            "hard": True, "buying_signal": True,
            "then": {
                "set": {SLOT: product.id}, "to": _offer(offers, usual=product.id == usual),
            },
        }
        for product in products.all
    ]  # fmt: skip


def _offer(offers: list[str], *, usual: bool) -> str:
    """Where the choice leads: who chooses the usual one has heard what it is."""
    return next((name for name in offers if usual and name != "pitch"), offers[0])


def _phrases(book: Workbook, names: tuple[str, ...]) -> list[str]:
    said: Mapping[str, Any] = book.house.instead["product"]
    return [text.replace("<name>", name) for name in names for text in said["chosen"]]
