"""Placeholders in the place of what was found, numbered in a call by distinct value."""

from collections import Counter
from collections.abc import Sequence

from agent.cloning.recorded import SpokenWord, Turn
from agent.cloning.redact.spans import Kind, Span


class Placeholders:
    """The placeholders of one call: the same value always gets the same one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Kind, str], int] = {}
        self._last: Counter[Kind] = Counter()

    def of(self, span: Span) -> str:
        """The placeholder of a value, "<PHONE_2>"."""
        key = (span.kind, span.key)
        if key not in self._numbers:
            self._last[span.kind] += 1
            self._numbers[key] = self._last[span.kind]
        return f"<{span.kind}_{self._numbers[key]}>"


def replaced(turn: Turn, spans: Sequence[Span], placeholders: Placeholders) -> Turn:
    """The turn with its spans (in order, apart) replaced, in its text and its words."""
    if not spans:
        return turn
    names = [placeholders.of(span) for span in spans]
    text, end = "", 0
    for span, name in zip(spans, names, strict=True):
        text += turn.text[end : span.start] + name
        end = span.end
    return turn.model_copy(
        update={"text": text + turn.text[end:], "words": _words(turn, spans, names)}
    )


def word_places(turn: Turn) -> list[tuple[int, int]]:
    """Where each of the turn's words stands in its text; found in order, ignoring case."""
    low, places, at = turn.text.lower(), [], 0
    for word in turn.words:
        start = low.find(word.text.lower(), at)
        start = at if start < 0 else start
        at = min(len(low), start + len(word.text))
        places.append((start, at))
    return places


def _words(turn: Turn, spans: Sequence[Span], names: Sequence[str]) -> tuple[SpokenWord, ...]:
    """One word for each placeholder, over the time of all that it replaces."""
    kept: list[SpokenWord] = []
    of: int | None = None
    for word, (start, end) in zip(turn.words, word_places(turn), strict=True):
        hit = next(
            (n for n, span in enumerate(spans) if start < span.end and span.start < end), None
        )
        if hit is None:
            kept.append(word)
        elif hit == of:
            kept[-1] = kept[-1].model_copy(update={"end": word.end})
        else:
            kept.append(word.model_copy(update={"text": names[hit]}))
        of = hit
    return tuple(kept)
