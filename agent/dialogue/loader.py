"""YAML to Playbook, with every error at its file, line and field."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from agent.dialogue.playbook import Playbook
from agent.errors import UnderstudyError
from agent.yaml_text import BadYaml, read_yaml

_HINTS = {
    "extra_forbidden": "remove it or correct its spelling",
    "missing": "add it",
    "enum": "use one of the values named",
    "literal_error": "use one of the values named",
}


class PlaybookError(UnderstudyError):
    """A playbook that can't be used: one line a fault, `file:line: field: what, remedy`."""


class PlaybookLoader(yaml.CSafeLoader):
    """YAML 1.2's booleans: `on`, `yes`, `no` and `off` are words, as callers say them."""


PlaybookLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
for _word in ("true", "false"):
    PlaybookLoader.yaml_implicit_resolvers.setdefault(_word[0], []).append(
        ("tag:yaml.org,2002:bool", yaml.resolver.Resolver.yaml_implicit_resolvers["t"][0][1])
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A playbook's file and its parsed nodes, to find the line of any field."""

    path: Path
    root: yaml.Node

    def line(self, *place: str | int) -> int:
        """The 1-based line of a field; of its nearest parent where it does not exist."""
        node, line = self.root, self.root.start_mark.line + 1
        for step in place:
            child = _child(node, step)
            if child is None:
                break
            node, line = child
        return line


@dataclass(frozen=True, slots=True)
class LoadedPlaybook:
    """A valid playbook and where it came from."""

    playbook: Playbook
    source: Source


def load_playbook(name: str) -> Playbook:
    """A shipped playbook by name, or a YAML file by path. Raises PlaybookError."""
    return load_with_source(find_playbook(name)).playbook


def find_playbook(name: str) -> Path:
    """The file of a playbook. Raises PlaybookError that lists the shipped ones."""
    path = Path(name).expanduser()
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        if path.is_file():
            return path
        raise PlaybookError(f"There is no playbook {path}: give an existing YAML file.")
    shipped = Path(str(resources.files("agent.dialogue") / "playbooks"))
    candidate = shipped / f"{name}.yaml"
    if candidate.is_file():
        return candidate
    known = ", ".join(sorted(file.stem for file in shipped.glob("*.yaml")))
    raise PlaybookError(f"There is no shipped playbook '{name}': use {known}, or a YAML file.")


def load_with_source(path: Path) -> LoadedPlaybook:
    """The playbook with its line numbers, for lint. Raises PlaybookError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlaybookError(f"{path} can't be read: {error}.") from None
    try:
        root, data = read_yaml(text, PlaybookLoader)
    except BadYaml as error:
        problem = f"{error.problem}; check quotes, commas and indentation there"
        raise PlaybookError(f"{path}:{error.line or 1}: not valid YAML: {problem}.") from None
    if root is None or not isinstance(data, dict):
        raise PlaybookError(f"{path}:1: empty: a playbook is a mapping with 'playbook', 'stages'.")
    source = Source(path, root)
    duplicates = [
        f"{path}:{line}: {key}: written twice; remove one" for key, line in _duplicates(root)
    ]
    if duplicates:
        raise PlaybookError("\n".join(duplicates))
    try:
        return LoadedPlaybook(Playbook.model_validate(data), source)
    except ValidationError as error:
        raise PlaybookError(
            "\n".join(_fault(source, data, fault) for fault in error.errors())
        ) from None


def _fault(source: Source, data: Any, fault: Any) -> str:
    place = _yaml_place(data, fault["loc"])
    field = ".".join(str(step) for step in place)
    hint = _HINTS.get(fault["type"], "correct it")
    message = fault["msg"].removeprefix("Value error, ")
    return f"{source.path}:{source.line(*place)}: {field}: {message}; {hint}"


def _yaml_place(data: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The part of a pydantic location that exists in the file, plus the missing field's name.

    Pydantic adds the names of union members to a location; those are in no file.
    """
    place: list[str | int] = []
    here = data
    for number, step in enumerate(loc):
        inside = (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        )
        if inside:
            here = here[step]
            place.append(step)
        elif number == len(loc) - 1 and isinstance(here, dict):
            place.append(step)
    return tuple(place)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


def _duplicates(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """YAML keeps the last of two equal keys silently; a lost line would be noticed in a call."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _duplicates(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _duplicates(value)
