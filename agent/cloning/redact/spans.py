"""Places in a turn's text that tell who somebody is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "EMAIL", "CARD", "ACCOUNT", "PHONE", "POSTCODE", "REFERENCE", "ADDRESS", "SPELLED",
    "AGE", "HEALTH", "AGENT", "PERSON",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive); the same `key` is the same value of its kind."""

    start: int
    end: int
    kind: Kind
    key: str

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


def apart(spans: Iterable[Span]) -> list[Span]:
    """Spans in order without overlaps: what overlaps becomes one, named by the longest of them."""
    merged: list[Span] = []
    longest: list[int] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, KINDS.index(s.kind))):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            longest.append(span.end - span.start)
            continue
        last, size = merged[-1], span.end - span.start
        named = span if size > longest[-1] else last
        merged[-1] = Span(last.start, max(last.end, span.end), named.kind, named.key)
        longest[-1] = max(longest[-1], size)
    return merged
