"""What a PromQL expression asks for, read closely enough to hold it against a registry."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\[[^\]]*\]")
_MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_GROUPING = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"(?<![\w.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?")
_WORDS = frozenset({"and", "or", "unless", "offset", "bool", "inf", "nan"})
_DURATION = re.compile(r"\boffset\s+\w+")


@dataclass(frozen=True)
class Selected:
    """A metric's name and the labels that are matched on it."""

    name: str
    labels: frozenset[str]


def selected(expression: str) -> tuple[Selected, ...]:
    """The metrics that an expression names, with the labels that it matches."""
    text = _GROUPING.sub(" ", _DURATION.sub(" ", _RANGE.sub(" ", expression)))
    found = []
    for match in _SELECTOR.finditer(text):
        name, matchers = match.groups()
        called = text[match.end() :].lstrip().startswith("(")
        if called or name in _WORDS or _inside_a_matcher(text, match.start()):
            continue
        found.append(Selected(name, frozenset(_MATCHER.findall(matchers or ""))))
    return tuple(found)


def grouped_by(expression: str) -> frozenset[str]:
    """The labels that an expression groups by."""
    groups = [labels for how, labels in _GROUPING.findall(expression) if how == "by"]
    return frozenset(label.strip() for labels in groups for label in labels.split(","))


def _inside_a_matcher(text: str, place: int) -> bool:
    return text.count("{", 0, place) > text.count("}", 0, place)
