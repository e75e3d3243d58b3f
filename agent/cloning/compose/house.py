"""The house's own part of every playbook, and its words for what recordings do not give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from agent.cloning.compose.brief import Brief
from agent.dialogue.loader import PlaybookLoader
from agent.dialogue.playbook import Playbook

_CLAUSES = frozenset(
    {"what", "when", "where", "whether", "which", "who", "whom", "whose", "why", "how", "since",
     "until", "their", "your", "the"}
)  # fmt: skip
_TO_YOU = {"they": "you", "them": "you", "their": "your", "theirs": "yours", "they're": "you're"}
FIRST, DONE, NOT_DONE, QUEUE = "<first>", "<done>", "<not_done>", "<queue>"


@dataclass(frozen=True, slots=True)
class House:
    """`book` is a playbook without its middle, `instead` is wording by what it stands for.

    `agreeing` are intents by which a caller agrees, `opening` slots that a caller fills by saying
    what they ring for, `reasons` phrases by which a reason not to go on is known in any trade;
    `meaning` has for a step of a call what does it.
    """

    book: Mapping[str, Any]
    agreeing: Sequence[str]
    opening: Sequence[str]
    reasons: Mapping[str, Sequence[str]]
    instead: Mapping[str, Any]
    meaning: Mapping[str, Mapping[str, Any]]

    @classmethod
    def load(cls) -> "House":
        """From house.yaml beside this module."""
        text = (resources.files(__package__) / "house.yaml").read_text("utf-8")
        return cls(**yaml.load(text, Loader=PlaybookLoader))  # noqa: S506  a SafeLoader

    def about(self, text: str, label: str) -> str:
        """One of `instead`'s texts about a slot, said to the caller.

        A label is for a human's eyes ("what they pay now"); one that is a clause takes no article.
        """
        label = " ".join(_TO_YOU.get(word, word) for word in label.split())
        label = label[:1].lower() + label[1:]
        clause = label.split()[0] in _CLAUSES if label else False
        return text.replace("<the label>", label if clause else f"the {label}").replace(
            "<label>", label
        )

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
                "id": brief.playbook_id, "version": brief.version, "locale": brief.locale,
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
