"""Word error rate: substitutions, insertions and deletions, over the words that were said."""

from collections.abc import Iterable


def word_errors(said: str, heard: str) -> int:
    """The fewest edits that turn one word sequence into the other."""
    reference, hypothesis = said.split(), heard.split()
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, start=1):
            substituted = diagonal + (word != other)
            diagonal = row[j]
            row[j] = min(substituted, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Of (said, heard) pairs together."""
    pairs = list(pairs)
    words = sum(len(said.split()) for said, _ in pairs)
    return sum(word_errors(said, heard) for said, heard in pairs) / words
