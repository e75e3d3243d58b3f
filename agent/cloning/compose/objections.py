"""Reasons not to go on, and the steps by which the best people meet them."""

from typing import Any

from agent.cloning.compose.composition import Origin
from agent.cloning.compose.intents import check_line, examples_of
from agent.cloning.compose.said import is_question
from agent.cloning.compose.workbook import Workbook
from agent.cloning.mined import MinedObjection

_MOST = {"acknowledge": 3, "clarify": 2, "answer": 4, "re_ask": 3}
_ATTEMPTS = 2
_STEPS = {
    "acknowledge": "nobody's words to grant it can be said",
    "answer": "nobody's answer to it can be said",
    "re_ask": "nobody's way to ask again can be said",
}


def compose_objection(book: Workbook, mined: MinedObjection) -> dict[str, Any] | None:
    """The objection as the playbook writes it; None without a trigger that can be kept."""
    triggers = examples_of(mined.examples)
    if not triggers:
        book.leave_out(
            f"objection:{mined.id}", mined.description, "every example holds something personal"
        )
        return None
    objection: dict[str, Any] = {
        "id": mined.id, "description": mined.description, "triggers": triggers,
    }  # fmt: skip
    check = check_line(book, mined)
    if check is not None:
        objection["check"] = check
    for step, ids in (
        ("acknowledge", mined.acknowledge), ("clarify", mined.clarify),
        ("answer", mined.answer), ("re_ask", mined.re_ask),
    ):  # fmt: skip
        asks = step in ("clarify", "re_ask")
        lines = book.sayable(
            ids, is_question if asks else _states, step=step, most=_MOST[step],
            speaks="of one" if step == "answer" else "of none",
        )  # fmt: skip
        if step == "acknowledge":
            book.may_be_reworded(lines)
        if step != "clarify" and not _for_each(book, lines):
            lines += _own(book, mined, step)
        objection[step] = lines
    objection["max_attempts"] = min(_ATTEMPTS, _for_each(book, objection["answer"]))
    objection["after_fail"] = {"to": "callback_offer"}
    book.origins[f"objections.{mined.id}"] = Origin(
        item=f"objection:{mined.id}", evidence=mined.examples, uses=mined.met,
        win_rate=mined.overcome / mined.met if mined.met else None,
    )  # fmt: skip
    return objection


def _for_each(book: Workbook, lines: list[str]) -> int:
    """How many of the lines can be said at least, whichever product was chosen."""
    return min((len(book.for_product(lines, p)) for p in book.products.ids), default=len(lines))


def _states(text: str) -> bool:
    return not is_question(text)


def _own(book: Workbook, mined: MinedObjection, step: str) -> list[str]:
    """The house's words for a step, each text a line."""
    book.gap(f"objections.{mined.id}.{step}", f"“{mined.description}”: {_STEPS[step]}")
    return [
        book.own_line(f"own.{step}.{number}", text)
        for number, text in enumerate(book.house.instead[step], 1)
    ]
