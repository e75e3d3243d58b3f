"""Reasons not to go on, and the steps by which the best people meet them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.cloning.compose.composition import Origin
from agent.cloning.compose.intents import check_line, examples_of
from agent.cloning.compose.said import is_question
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mine.objections.reasons import known_reasons
from agent.cloning.mined import MinedObjection
from agent.dialogue.rules import normalise

_MOST = {"acknowledge": 3, "clarify": 2, "answer": 4, "re_ask": 3}
_ATTEMPTS = 2
_EXPLAINING_WORDS = 10
_STEPS = {
    "acknowledge": "nobody's words to grant it can be said",
    "answer": "nobody's answer to it can be said",
    "re_ask": "nobody's way to ask again can be said",
}


def compose_objection(
    book: Workbook, mined: MinedObjection, heard: Mapping[str, Sequence[str]]
) -> dict[str, Any] | None:
    """The objection as the playbook writes it; None without a trigger that can be kept.

    `heard` are the triggers and phrases of the house for it: of what customers of a few calls
    said, the next caller says hardly a word.
    """
    triggers = examples_of(mined.examples)
    if not triggers and mined.examples:
        book.leave_out(
            f"objection:{mined.id}", mined.description, "every example holds something personal"
        )
        return None
    objection: dict[str, Any] = {
        "id": mined.id, "description": mined.description,
        "triggers": list(dict.fromkeys([*triggers, *heard.get("triggers", ())])),
    }  # fmt: skip
    if heard.get("phrases"):
        objection["phrases"] = list(heard["phrases"])
    check = check_line(book, mined)
    if check is not None:
        objection["check"] = check
    for step, ids in (
        ("acknowledge", mined.acknowledge), ("clarify", mined.clarify),
        ("answer", mined.answer), ("re_ask", mined.re_ask),
    ):  # fmt: skip
        asks = step in ("clarify", "re_ask")
        lines = book.sayable(
            ids, is_question if asks else _states if step == "acknowledge" else _explains,
            step=step, most=_MOST[step], speaks="of one" if step == "answer" else "of none",
        )  # fmt: skip
        if step == "acknowledge":
            book.may_be_reworded(lines)
        if step != "clarify" and not _for_each(book, lines):
            lines += _own(book, mined, step)
        objection[step] = lines
    objection["max_attempts"] = min(_ATTEMPTS, _for_each(book, objection["answer"]))
    objection["after_fail"] = {"to": "callback_offer"}
    if mined.examples:
        book.origins[f"objections.{mined.id}"] = Origin(
            item=f"objection:{mined.id}", evidence=mined.examples, uses=mined.met,
            win_rate=mined.overcome / mined.met if mined.met else None,
        )  # fmt: skip
    return objection


def heard_of(book: Workbook, taken_over: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The house's triggers and phrases for every reason that it knows.

    `taken_over` are intents of the house whose place an objection takes, by id.
    """
    phrases = book.house.reasons
    heard: dict[str, dict[str, Any]] = {
        reason.label: {
            "triggers": [normalise(text) for text in reason.examples],
            "phrases": list(phrases.get(reason.label, ())),
        }
        for reason in known_reasons()
    }
    for name, intent in taken_over.items():
        own = heard.setdefault(name, {"triggers": [], "phrases": []})
        own["triggers"] += [normalise(text) for text in intent.get("examples", ())]
        own["phrases"] += intent.get("phrases", ())
    return heard


def unheard(book: Workbook, mined: Sequence[MinedObjection]) -> Iterator[MinedObjection]:
    """The reasons of any trade that nobody gave in the recordings: met in the house's words."""
    known = {objection.id for objection in mined}
    for reason in known_reasons():
        if reason.label in book.house.reasons and reason.label not in known:
            yield MinedObjection(
                id=reason.label, description=reason.description, examples=(), met=0, overcome=0
            )


def _for_each(book: Workbook, lines: list[str]) -> int:
    """How many of the lines can be said at least, whichever product was chosen."""
    return min((len(book.for_product(lines, p)) for p in book.products.ids), default=len(lines))


def _states(text: str) -> bool:
    return not is_question(text)


def _explains(text: str) -> bool:
    """Whether an answer gives a reason to go on: a fact, or more words than "good luck" has."""
    return _states(text) and ("{" in text or len(text.split()) >= _EXPLAINING_WORDS)


def _own(book: Workbook, mined: MinedObjection, step: str) -> list[str]:
    """The house's words for a step, each text a line."""
    if mined.examples:
        book.gap(f"objections.{mined.id}.{step}", f"“{mined.description}”: {_STEPS[step]}")
    return [
        book.own_line(f"own.{step}.{number}", text)
        for number, text in enumerate(book.house.instead[step], 1)
    ]
