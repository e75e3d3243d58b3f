"""A turn's text as words that know where they stand and what stands between them."""

import re
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:'(?!(?:s|d|ll)\b)[^\W\d_]+)*|'(?:s|d|ll)\b|@")
_ENDS = re.compile(r"[.?!;:—–]")


@dataclass(frozen=True, slots=True)
class Word:
    """`low` in lower case; `gap`: the characters between the word before and this one."""

    low: str
    start: int
    end: int
    capital: bool
    gap: str

    @property
    def begins(self) -> bool:
        """It is the first word of a sentence, so that its capital tells nothing."""
        return self.start == 0 or bool(_ENDS.search(self.gap)) or '"' in self.gap


@dataclass(frozen=True)
class Text:
    """One turn's text. `cased`: its capitals can be relied on; a recogniser gives none."""

    said: str
    cased: bool

    @cached_property
    def low(self) -> str:
        """Lower case and straight apostrophes, every character at its old place."""
        low = self.said.lower()
        return (low if len(low) == len(self.said) else self.said).replace("’", "'")

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words; "'s", "'d" and "'ll" are words of their own, and "eighty-one" is two."""
        found: list[Word] = []
        end = 0
        for match in _WORD.finditer(self.low):
            said = self.said[match.start() : match.end()]
            # All in capitals is a shorthand, not a name.
            capital = self.cased and said[0].isupper() and (len(said) == 1 or not said.isupper())
            found.append(
                Word(match[0], match.start(), match.end(), capital, self.said[end : match.start()])
            )
            end = match.end()
        return tuple(found)

    @cached_property
    def lows(self) -> list[str]:
        """The words in lower case."""
        return [word.low for word in self.words]

    def follows(self, position: int) -> str:
        """The characters after a word, up to the next."""
        if position + 1 < len(self.words):
            return self.words[position + 1].gap
        return self.said[self.words[position].end :]

    def ends(self, position: int) -> bool:
        """Whether a sentence or the turn ends after this word."""
        last = position + 1 >= len(self.words)
        return last or bool(_ENDS.search(self.follows(position)))


def is_cased(texts: list[str]) -> bool:
    """Whether a conversation's text has capitals to go by."""
    letters = "".join(texts)
    return any(letter.isupper() for letter in letters)
