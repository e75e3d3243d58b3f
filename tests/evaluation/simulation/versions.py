"""Playbooks that were made worse on purpose."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from agent.config import Settings
from agent.dialogue.loader import PlaybookLoader, find_playbook
from agent.evaluation.simulation.version import Version, version_of

Harm = Callable[[dict[str, Any]], None]


def harmed(settings: Settings, folder: Path, harm: Harm) -> Version:
    """The larkfield playbook after something was done to it, held against the sound one's facts."""
    text = find_playbook("larkfield").read_text("utf-8")
    book = yaml.load(text, Loader=PlaybookLoader)  # noqa: S506  a SafeLoader
    harm(book)
    file = folder / "harmed.yaml"
    file.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), "utf-8")
    return version_of(settings, str(file), "larkfield")


def without_answers(book: dict[str, Any]) -> None:
    """Objections are heard and granted, and nothing is said to them."""
    for objection in book["objections"]:
        objection["answer"] = objection["acknowledge"]


def wrong_price(book: dict[str, Any]) -> None:
    """A pound too little."""
    book["facts"]["fibre150_price"] |= {"value": 25, "spoken": "twenty-five pounds"}


def without_disclosure(book: dict[str, Any]) -> None:
    """It opens like a person."""
    hello = book["lines"]["open.hello"]
    told = hello["text"] if isinstance(hello["text"], str) else hello["text"][0]
    hello["text"] = told.replace("an automated assistant", "one of the team")


def pushy(book: dict[str, Any]) -> None:
    """Whoever objects is pressed, and nothing is ever granted or answered."""
    book["lines"]["bad.press"] = {
        "text": "This is for today only, you'd be silly to let it go. Shall we do it right now?"
    }
    for objection in book["objections"]:
        steps = {"acknowledge": [], "clarify": [], "re_ask": [], "answer": ["bad.press"]}
        objection |= steps
