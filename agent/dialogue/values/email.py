"""E-mail addresses, spoken and read back in groups of letters."""

import re

from agent.dialogue.spoken_digits import digit_runs, say_digits
from agent.dialogue.values.spelling import LETTER_NAMES, in_groups, spelled_at

_SYMBOLS = {
    "dot": ".", "point": ".", "period": ".", "dash": "-", "hyphen": "-", "minus": "-",
    "underscore": "_", "plus": "+",
}  # fmt: skip
_SYMBOL_NAMES = {".": "dot", "-": "dash", "_": "underscore", "+": "plus"}
_FILLERS = frozenset(
    {
        "um", "uh", "er", "erm", "yes", "yeah", "sure", "okay", "so", "well", "and", "all",
        "lowercase", "lower", "case", "small", "then", "word", "letters", "please", "the",
    }
)  # fmt: skip
_INTRO = re.compile(r"^.*\b(?:it's|is|it is|address|email|mail|e mail)\s+(?=\S)")
# More words than these in a row are somebody talking, not an address.
_MAX_JOINED = 3
_MAX_LENGTH = 40
_PIECE = re.compile(r"[a-z]+|\d+|[._+-]")
_ADDRESS = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
# They end in .com; ".co" alone is a recogniser's.
_PROVIDERS = frozenset({"gmail", "hotmail", "outlook", "icloud", "btinternet", "bt"})
# Said as words by everybody, so that they are not spelled when a domain is read back.
_KNOWN = frozenset(
    {
        "gmail", "hotmail", "outlook", "yahoo", "icloud", "btinternet", "live", "aol", "sky",
        "virginmedia", "talktalk", "example", "com", "co", "uk", "org", "net", "ac", "gov", "me",
        "info",
    }
)  # fmt: skip


def parse_email(words: str) -> str | None:
    """An address in spoken words; None unless it has the shape of one."""
    tokens = _INTRO.sub("", words.replace("@", " at ")).split()
    ats = [position for position, word in enumerate(tokens) if word == "at"]
    if not ats:
        # A short word that is easily lost; the provider's name tells where it was.
        ats = [at for at, word in enumerate(tokens) if word in _PROVIDERS]
        if ats:
            tokens.insert(ats[0], "at")
    if len(ats) != 1:
        return None
    # "Echo" is easily taken for "co", which is in no name.
    name = ["echo" if word == "co" else word for word in tokens[: ats[0]]]
    local, domain = _part(name), _part(tokens[ats[0] + 1 :])
    domain = f"{domain}m" if domain.removesuffix(".co") in _PROVIDERS else domain
    address = f"{local}@{domain}"
    return address if _ADDRESS.fullmatch(address) else None


def say_email(address: str) -> str:
    """The address in words: unknown names letter by letter in groups of three."""
    local, _, domain = address.partition("@")
    name = [_say_piece(piece, frozenset()) for piece in _PIECE.findall(local)]
    home = [_say_piece(piece, _KNOWN) for piece in _PIECE.findall(domain)]
    return ", ".join((*name, "at", *home)).replace(", ,", ",")


def _say_piece(piece: str, known: frozenset[str]) -> str:
    if piece in _SYMBOL_NAMES:
        return _SYMBOL_NAMES[piece]
    if piece.isdigit():
        return say_digits(piece, ())
    return piece if piece in known else in_groups(piece)


def _part(tokens: list[str]) -> str:
    """One side of the address; "" where so many words are joined that they can't be meant."""
    tokens = [token for token in tokens if token not in _FILLERS]
    letters = sum(len(token) == 1 for token in tokens)
    # In an address of whole words "are" is a word; among letters it is one.
    spelling = letters * 2 >= sum(token not in _SYMBOLS for token in tokens)
    # "Oh" is a zero, "o" is the letter.
    runs = {
        run.start: run for run in digit_runs(" ".join("letter" if t == "o" else t for t in tokens))
    }
    part, position, joined = "", 0, 0
    while position < len(tokens):
        token = tokens[position]
        run = runs.get(position)
        letter, used = spelled_at(tokens, position, names=spelling and token in LETTER_NAMES)
        if run is not None:
            part, position, joined = part + run.digits, run.end, 0
        elif used:
            part, position = part + letter, position + used
        else:
            part += _SYMBOLS.get(token, token)
            joined = 0 if token in _SYMBOLS else joined + 1
            position += 1
            if joined > _MAX_JOINED:
                return ""
    return part if len(part) <= _MAX_LENGTH else ""
