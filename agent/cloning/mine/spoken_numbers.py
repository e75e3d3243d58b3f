"""Numbers said in words or written in digits: which words of a text they take, and their value."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from text_to_num import alpha2digit

from agent.cloning.mine.units import MULTIPLES, NUMBER, SINGLE_DIGITS, SMALL

# A placeholder of redaction is one word: the number in it is no number.
_TOKEN = re.compile(r"<[A-Z]+_\d+>|\d+(?:[.,:]\d+)*|[ap]\.m\b\.?|[^\W\d_]+|['’][^\W\d_]+|[^\s\w]|_")
_SENTENCE_END = frozenset('.?!:…—"“')


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign of a text, with its character offsets."""

    text: str
    low: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """Tokens `first` to `last`; `parts` are numbers said in a row ("four", "twenty-five").

    A negative value: the words are part of a name, or digits read out.
    """

    first: int
    last: int
    value: float
    parts: tuple[float, ...]


class SpokenNumbers:
    """The tokens of a text, and the numbers among them; `names` hold numbers that are none."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.tokens = tuple(
            Token(m[0], m[0].lower(), m.start(), m.end()) for m in _TOKEN.finditer(text)
        )
        self._named = _inside_names(text, names)

    def number(self, first: int) -> Number | None:
        """The number whose words start here; a negative value: a name or a row of digits."""
        last = self.run_end(first)
        if last < first:
            return None
        if self.is_name(first, last):
            return Number(first, last, -1, ())
        words = " ".join(
            token.low
            for token in self.tokens[first : last + 1]
            if token.low not in ("-", "a", "an")
        )
        digits = str(alpha2digit(words.replace(",", ""), "en", threshold=0))
        parts = tuple(float(part) for part in re.findall(r"\d+(?:\.\d+)?", digits))
        if not parts or self._is_row_of_digits(first, last):
            return Number(first, last, -1, ())
        return Number(first, last, _joined(parts), parts)

    def run_end(self, first: int) -> int:
        last, position = first - 1, first
        while position < len(self.tokens):
            low = self.low(position)
            if (low in NUMBER and not self._at_name(position)) or low[:1].isdigit():
                last = position
            elif not self._joins(position, last if last >= first else None):
                break
            position += 1
        return last

    def is_name(self, first: int, last: int) -> bool:
        """A number in capitals: "the Three Hundred", but not "Five hundred" at the beginning."""
        if any(self._at_name(position) for position in range(first, last + 1)):
            return True
        return any(
            self.tokens[position].text[0].isupper() and not self._opens(position)
            for position in range(first, last + 1)
        )

    def low(self, position: int) -> str:
        return self.tokens[position].low if 0 <= position < len(self.tokens) else ""

    def end(self, position: int) -> int:
        return self.tokens[min(position, len(self.tokens) - 1)].end

    def _joins(self, position: int, last: int | None) -> bool:
        """Whether a word belongs to a number without being one; `last` is its last one so far."""
        low, following = self.low(position), self.low(position + 1)
        if last is None:
            return low in ("a", "an") and following in MULTIPLES
        return (
            (low == "-" and last == position - 1)
            # "Two thousand, six hundred": written with the pause that is heard.
            or (low == "," and self._is_rest_of_thousands(position, last))
            or (low == "point" and following in NUMBER)
            or (low == "and" and self.low(last) in MULTIPLES and following in SMALL)
        )

    def _is_rest_of_thousands(self, comma: int, last: int) -> bool:
        if self.low(last) != "thousand" or last != comma - 1:
            return False
        end = comma + 1
        while self.low(end) in SMALL or self.low(end) in ("-", "a"):
            end += 1
        return end > comma + 1 and self.low(end) == "hundred"

    def _opens(self, position: int) -> bool:
        return position == 0 or self.low(position - 1) in _SENTENCE_END

    def _at_name(self, position: int) -> bool:
        token = self.tokens[position]
        return any(start <= token.start < end for start, end in self._named)

    def _is_row_of_digits(self, first: int, last: int) -> bool:
        words = [t.low for t in self.tokens[first : last + 1] if t.low not in ("-", "and")]
        spelled = len(words) > 2 and all(word in SINGLE_DIGITS for word in words)
        beside = {self.low(first - 1), self.low(last + 1)} & {"double", "treble", "triple"}
        return bool(beside) or spelled or words[0] in ("oh", "zero", "nought")


def _inside_names(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    low = text.lower().replace("-", " ")
    return [m.span() for name in names for m in re.finditer(rf"\b{re.escape(name)}\b", low)]


def _joined(parts: tuple[float, ...]) -> float:
    """ "four twenty-five" is 425; other rows of numbers are what their first one is."""
    if len(parts) == 2 and 1 <= parts[0] <= 9 and 10 <= parts[1] < 100:
        return parts[0] * 100 + parts[1]
    if len(parts) > 1 and not (len(parts) == 2 and parts[0] >= 10 and parts[1] >= 10):
        return -1
    return parts[0]
