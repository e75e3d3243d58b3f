"""The house's own part of every playbook, and its words for what recordings do not give."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from agent.cloning.compose.brief import Brief
from agent.dialogue.loader import PlaybookLoader
from agent.dialogue.playbook import Playbook

FIRST, DONE, NOT_DONE, QUEUE = "<first>", "<done>", "<not_done>", "<queue>"


@dataclass(frozen=True, slots=True)
class House:
    """`book` is a playbook without its middle, `instead` is wording by what it stands for."""

    book: Mapping[str, Any]
    instead: Mapping[str, Any]

    @classmethod
    def load(cls) -> "House":
        """From house.yaml beside this module."""
        text = (resources.files(__package__) / "house.yaml").read_text("utf-8")
        return cls(**yaml.load(text, Loader=PlaybookLoader))  # noqa: S506  a SafeLoader

    def filled(self, brief: Brief, first: str) -> dict[str, Any]:
        """The book for a company, going on to the stage `first` when the caller is ready."""
        places = {
            FIRST: first, DONE: brief.done, NOT_DONE: brief.not_done, QUEUE: brief.queue,
        }  # fmt: skip
        book: dict[str, Any] = _put(self.book, places)
        objective = {"primary": brief.objective, "definition_of_done": brief.done}
        persona = {
            "name": brief.agent_name, "company": brief.company, "style": list(brief.style),
            "words_per_minute": brief.words_per_minute,
        }  # fmt: skip
        return {
            "playbook": {
                "id": "cloned", "version": brief.version, "locale": brief.locale,
                "title": f"{brief.company}, cloned from recordings",
            },
            **book,
            "persona": {**persona, **book["persona"]},
            "objective": {**objective, **book["objective"]},
            "start": "opening",
        }  # fmt: skip

    def bare_playbook(self, brief: Brief) -> Playbook:
        """A valid playbook without anything mined: what a guard of lines can be made from."""
        return Playbook.model_validate(
            {**self.filled(brief, "offer_human"), "objections": [], "names": []}
        )


def _put(part: Any, places: Mapping[str, str]) -> Any:
    if isinstance(part, Mapping):
        return {key: _put(value, places) for key, value in part.items()}
    if isinstance(part, list):
        return [_put(value, places) for value in part]
    return places.get(part, part) if isinstance(part, str) else part
