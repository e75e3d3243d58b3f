"""E-mail addresses as they are said and read back."""

from collections.abc import Iterator

from agent.cloning.redact.codes import _UNITS
from agent.cloning.redact.namebook import NameBook
from agent.cloning.redact.said import Said
from agent.cloning.redact.spans import Span
from agent.cloning.redact.words import Text
from agent.dialogue.spoken_digits import digits_at

_SYMBOLS = frozenset({"dot", "dash", "hyphen", "underscore", "plus", "point"})
_REPEATS = frozenset({"double", "triple", "treble"})
_ENDINGS = frozenset(
    {
        "com", "co", "uk", "org", "net", "ac", "gov", "me", "info", "ie", "eu", "io", "biz", "de",
        "fr", "es", "it", "nl", "pl", "us", "ca", "au", "nz", "in", "email", "online", "edu",
    }
)  # fmt: skip
_PROVIDERS = frozenset(
    {
        "gmail", "hotmail", "outlook", "yahoo", "icloud", "aol", "btinternet", "googlemail",
        "protonmail", "ymail", "live", "virginmedia", "talktalk", "sky",
    }
)  # fmt: skip
# Words that stand before an address and are in none.
_BEFORE = frozenset(
    {
        "to", "is", "it", "'s", "its", "it's", "that's", "email", "mail", "address", "on", "at",
        "the", "my", "your", "um", "uh", "er", "erm", "yes", "yeah", "so", "and", "or", "for",
        "still", "just", "then", "be", "try", "use", "of", "a", "was", "okay", "right", "lovely",
        "well", "i", "i'm", "that", "got", "have", "confirmation", "now", "oh", "hang", "lower",
        "case", "lowercase", "all", "word", "please", "sure", "me", "with", "as", "this", "perfect",
    }
)  # fmt: skip
_MAX_LABEL = 6
_MAX_WORDS = 3


def emails(said: Said, names: NameBook, company: frozenset[str]) -> Iterator[Span]:
    """Every address in a turn, except those at the company itself."""
    text = said.text
    for at, word in enumerate(text.words):
        if word.low not in ("at", "@"):
            continue
        end = _domain_end(text, at + 1)
        start = _local_start(text, at, names) if end else at
        if start < at and not company & set(text.lows[at + 1 : end]):
            yield _span(text, start, end)
    if said.asked("email"):
        yield from _without_at(text, names)


def _without_at(text: Text, names: NameBook) -> Iterator[Span]:
    """The answer to "what's your e-mail?" where "at" was lost, or the address was cut off."""
    for position, word in enumerate(text.words):
        if word.low in _SYMBOLS and position > 0:
            start = _local_start(text, position, names)
            end = position + 1
            while end < len(text.words) and _is_piece(text, end, names):
                end += 1
            if start < position and end > position + 1:
                yield _span(text, start, end)


def _span(text: Text, start: int, end: int) -> Span:
    key = " ".join(low for low in text.lows[start:end] if low not in ("hyphen", "dash"))
    return Span(text.words[start].start, text.words[end - 1].end, "EMAIL", key)


def _domain_end(text: Text, start: int) -> int:
    """The position after a domain that begins at a word; 0 where there is none."""
    position, labels = start, 0
    while position < len(text.words) and position - start < _MAX_LABEL + 8:
        word = text.words[position]
        if position > start and text.ends(position - 1):
            return 0
        if word.low == "dot":
            end = _endings(text, position)
            if end and labels:
                return end
        elif word.low in _PROVIDERS and position == start:
            return _endings(text, position + 1) or position + 1
        elif word.low in _BEFORE - {"a", "i", "me"} or labels > _MAX_LABEL:
            return 0
        labels += len(word.low) > 1
        position += 1
    return 0


def _endings(text: Text, dot: int) -> int:
    """The position after "dot co dot uk" and the like; 0 where it does not end so."""
    end, position = 0, dot
    while position + 1 < len(text.words) and text.lows[position] == "dot":
        if text.ends(position):
            break
        if text.lows[position + 1] in _ENDINGS:
            end = position + 2
        elif end:
            break
        position += 2
    return end


def _local_start(text: Text, at: int, names: NameBook) -> int:
    """Where the part before "at" begins; `at` itself where there is none."""
    start, in_row = at, 0
    while start > 0 and not text.ends(start - 1) and _is_piece(text, start - 1, names):
        low = text.lows[start - 1]
        plain = not (low in _SYMBOLS or len(low) == 1 or _is_number(low))
        in_row = in_row + 1 if plain else 0
        comma = "," in text.words[start].gap and start < at
        if in_row > _MAX_WORDS or (comma and plain and names.is_word(low)):
            break
        start -= 1
    return start


def _is_piece(text: Text, position: int, names: NameBook) -> bool:
    low = text.lows[position]
    if low in _SYMBOLS or low in _REPEATS or _is_number(low):
        return True
    if len(low) == 1:
        following = text.lows[position + 1]
        return low != "i" or len(following) == 1 or following in _SYMBOLS
    return low not in _BEFORE or names.is_name(low)


def _is_number(low: str) -> bool:
    return low[0].isdigit() or low == "hundred" or bool(digits_at([low], 0, _UNITS)[1])
