"""Parts of a value that was told, said again: "R, J?", "eight oh three, got that"."""

from collections.abc import Iterable, Iterator

from agent.cloning.redact.codes import codes
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span

_PIECES = frozenset({"PHONE", "CARD", "ACCOUNT", "REFERENCE", "POSTCODE", "SPELLED"})
_MIN_PIECE = 2


def told_before(values: Iterable[list[Span]]) -> Iterator[list[Span]]:
    """For each turn, what was told in the turns before it and in itself."""
    told: list[Span] = []
    for spans in values:
        told = [*told, *(span for span in spans if span.kind in _PIECES)]
        yield told


def read_back(said: Said, told: Iterable[Span]) -> Iterator[Span]:
    """Parts of what was told, read back or asked about: "R, J? R for red?"."""
    for code in codes(said.text):
        spelled = code.letters == len(code.value) >= _MIN_PIECE
        digits = code.letters == 0 and code.singles == len(code.value) > _MIN_PIECE
        if spelled or digits:
            of = next((span for span in told if _is_of(code.value, span.key)), None)
            if of is not None:
                yield Span(code.start, code.end, of.kind, code.value)


def _is_of(letters: str, value: str) -> bool:
    """Whether letters are parts of a value, of two letters at least, one after the other."""
    if not letters:
        return True
    sizes = range(len(letters), _MIN_PIECE - 1, -1)
    return any(letters[:size] in value and _is_of(letters[size:], value) for size in sizes)
