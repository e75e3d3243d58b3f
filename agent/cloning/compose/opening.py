"""How a call begins: the house's greeting, then what the best people ask first."""

from collections.abc import Iterable
from typing import Any

from agent.cloning.compose.brief import Brief
from agent.cloning.compose.parts import Part
from agent.cloning.compose.said import is_question
from agent.cloning.compose.workbook import Workbook


def open_call(
    book: Workbook, brief: Brief, part: Part, must_say: Iterable[str], data: dict[str, Any]
) -> None:
    """Put mined lines into the opening stages of `data`, after the greeting, which stays first."""
    stages = {stage["id"]: stage for stage in data["stages"]}
    # The greeting tells of the recording already.
    said = [name for name in must_say if "record" not in book.text_of(name).lower()]
    asks = "permission" if brief.direction == "outbound" else ""
    questions = book.sayable(part.lines, is_question, step=asks, most=1)
    if brief.direction == "inbound":
        stages["opening"]["entry"] += said
        _ask_for_reason(book, stages, data["slots"], questions)
        return
    opening = stages["outbound_opening"]
    purpose = book.sayable(part.lines, lambda text: not is_question(text), most=1)
    if not purpose:
        book.gap(
            "stages.outbound_opening", "The reason for the call: nobody's words for it can be said"
        )
    entry = [opening["entry"][0], *said, *purpose, *(questions or ["out.ask"])]
    opening["entry"] = list(dict.fromkeys(entry))


def _ask_for_reason(
    book: Workbook,
    stages: dict[str, Any],
    slots: dict[str, dict[str, Any]],
    questions: list[str],
) -> None:
    """What the caller says first fills what the best people ask for, so that nobody asks again."""
    asked = {name for stage in stages.values() for name in stage.get("slots", [])}
    own = stages["opening"]["slots"][0]
    wanted = next((name for name in book.house.opening if name in asked), own)
    stages["opening"]["slots"] = [wanted]
    slots[wanted]["ask"] = list(dict.fromkeys([*questions, *slots[own]["ask"]]))
    if wanted != own:
        del slots[own]
