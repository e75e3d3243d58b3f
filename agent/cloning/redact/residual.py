"""What looks personal in a text that is about to be spoken or shown: it should find nothing."""

import re
from collections.abc import Iterator

from agent.cloning.redact.codes import codes, is_public_number
from agent.cloning.redact.namebook import usual_names
from agent.cloning.redact.spans import KINDS
from agent.cloning.redact.words import Text, is_cased

_PLACEHOLDER = re.compile(rf"<(?:{'|'.join(KINDS)})_\d+>")
_EMAIL = re.compile(
    r"\S+@\S+|\b\w+ at \w+(?:,? (?:dot|dash|hyphen) \w+)*,? dot (?:com|co|org|net|uk|ie|eu)\b"
)
_DIGITS = re.compile(r"\+?\d(?:[ -]?\d){5,}")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|mister|missus)\.? [A-Z][a-z]+")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_STREET = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|\w+teen|ten|eleven|twelve|\w+ty)[ ,]+"
    r"(?:[A-Z][\w'’]+ ){1,2}(?:Street|Road|Lane|Avenue|Close|Drive|Crescent|Terrace|Row|Court"
    r"|Boulevard|Parkway|Plaza|Apartments|Trail|Highway)\b"
)
_MANY = 4


def residual(text: str, allowed: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Literal parts of a text that may be somebody's.

    Placeholders, usual first names, e-mail addresses, streets, spelled words, and digits one by
    one. `allowed`: names in lower case that may be said, as the agent's own. A telephone number
    that is free or shared-cost is a company's.
    """
    parts = [match[0] for pattern in _PATTERNS for match in pattern.finditer(text)]
    bare = _PLACEHOLDER.sub(" ", text)
    parts += [match[0] for match in _DIGITS.finditer(bare) if not is_public_number(match[0])]
    parts += [*_spoken(bare), *_names(bare, allowed)]
    return tuple(dict.fromkeys(parts))


_PATTERNS = (_PLACEHOLDER, _EMAIL, _TITLED, _POSTCODE, _STREET)


def _spoken(text: str) -> Iterator[str]:
    for code in codes(Text(text, is_cased([text]))):
        mixed = 0 < code.letters < len(code.value) and len(code.value) > _MANY
        spelled = code.letters == len(code.value) and len(code.value) >= _MANY
        if (code.singles >= _MANY or mixed or spelled) and not is_public_number(code.value):
            yield text[code.start : code.end]


def _names(text: str, allowed: frozenset[str]) -> Iterator[str]:
    words = Text(text, is_cased([text]))
    for word in words.words:
        named = word.low in usual_names() and word.low not in allowed
        if named and (word.capital or not words.cased):
            yield text[word.start : word.end]
