"""Words spelled letter by letter, as callers do it: "d for delta", "double t", "kilo", "kay".

The word that explains a letter is trusted more than the letter: it is longer, so a recogniser
hears it better.
"""

from agent.dialogue.spoken_digits import LOOSE_UNITS, UNITS, digits_at

ALPHABET = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e",
    "foxtrot": "f", "golf": "g", "hotel": "h", "india": "i", "juliet": "j", "juliett": "j",
    "kilo": "k", "lima": "l", "mike": "m", "november": "n", "oscar": "o", "papa": "p",
    "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v",
    "whiskey": "w", "whisky": "w", "x-ray": "x", "xray": "x", "yankee": "y", "zulu": "z",
}  # fmt: skip
LETTER_NAMES = {
    "ay": "a", "bee": "b", "be": "b", "see": "c", "sea": "c", "dee": "d", "ee": "e", "ef": "f",
    "eff": "f", "gee": "g", "aitch": "h", "jay": "j", "kay": "k", "okay": "k", "el": "l",
    "ell": "l", "em": "m", "en": "n", "pea": "p", "pee": "p", "queue": "q", "cue": "q",
    "are": "r", "our": "r", "ess": "s", "tea": "t", "tee": "t", "you": "u", "vee": "v",
    "ex": "x", "why": "y", "zed": "z", "zee": "z",
}  # fmt: skip
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
_EXPLAINS = frozenset({"for", "as", "like", "of"})


def spelled_at(words: list[str], position: int, *, names: bool) -> tuple[str, int]:
    """The letters that begin at a word and how many words they take (0: it is no letter).

    `names`: "are" and "you" are the letters R and U, since somebody is spelling.
    """
    word = words[position]
    following = words[position + 1] if position + 1 < len(words) else ""
    if word in _REPEATS and following and (following not in UNITS or following == "o"):
        letter, used = spelled_at(words, position + 1, names=names)
        return (letter * _REPEATS[word], used + 1) if len(letter) == 1 else ("", 0)
    letter = _letter(word, names=names)
    if not letter:
        return "", 0
    explained, used = _explanation(words, position + 1)
    return (explained, used + 1) if explained else (letter, 1)


def letters_and_digits(text: str) -> str:
    """A spelled text as upper-case characters: "l for lima k four seven q t" is "LK47QT".

    Words that are no letter, digit or spelling ("it's") are left out.
    """
    words = text.lower().replace("-", " ").replace(",", " ").split()
    spelled, position = "", 0
    while position < len(words):
        letters, used = spelled_at(words, position, names=True)
        if not used:
            letters, used = digits_at(words, position, LOOSE_UNITS)
        spelled += letters.upper()
        position += used or 1
    return spelled


def _letter(word: str, *, names: bool) -> str:
    if len(word) == 1 and word.isalpha():
        return word
    return ALPHABET.get(word) or (LETTER_NAMES.get(word, "") if names else "")


def _explanation(words: list[str], position: int) -> tuple[str, int]:
    """ "for delta", "as in delta": the letter meant and the words used."""
    if position >= len(words) or words[position] not in _EXPLAINS:
        return "", 0
    at = position + 1 + (words[position + 1 : position + 2] == ["in"])
    if at >= len(words) or len(words[at]) < 3 or words[at] in UNITS or words[at] in _REPEATS:
        return "", 0
    return words[at][0], at + 1 - position


def in_groups(letters: str, size: int = 3) -> str:
    """Letters for reading back, a pause after each few."""
    groups = [letters[at : at + size] for at in range(0, len(letters), size)]
    return ", ".join(" ".join(group) for group in groups)
