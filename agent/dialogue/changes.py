"""What differs between two playbooks, part by part, for the person who signs the new one off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from agent.dialogue.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Change:
    """One value that was added, removed or changed; `part` is "facts", "lines", "stages", ..."""

    kind: Literal["added", "removed", "changed"]
    part: str
    place: str
    before: Any = None
    after: Any = None


def changes(before: Playbook, after: Playbook) -> tuple[Change, ...]:
    """Every difference in the order of the parts; stages and the like are matched by their ids."""
    old, new = dict(_leaves(before.model_dump())), dict(_leaves(after.model_dump()))
    found = []
    for place in dict.fromkeys([*old, *new]):
        was, now = old.get(place), new.get(place)
        if was == now:
            continue
        kind: Literal["added", "removed", "changed"] = "changed"
        if place not in old:
            kind = "added"
        elif place not in new:
            kind = "removed"
        found.append(Change(kind, place[0], ".".join(place), was, now))
    order = list(Playbook.model_fields)
    return tuple(sorted(found, key=lambda change: order.index(change.part)))


def _leaves(value: Any, *place: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Values by their path; a list of parts with ids is a mapping, other lists are values."""
    if isinstance(value, list | tuple) and value and all(_named(item) for item in value):
        value = {item["id"]: {k: v for k, v in item.items() if k != "id"} for item in value}
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, *place, str(key))
    elif value not in (None, "", (), []):
        yield place, value


def _named(item: Any) -> bool:
    return isinstance(item, dict) and "id" in item
