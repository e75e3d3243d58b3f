"""A call as raters read it: nothing in its letters tells a person's words from an agent's.

A recogniser writes no stops and no capitals, a playbook has both; so a kit has one style, the
poorer one of all its calls. What was said stays, fillers and repetitions too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from text_to_num import alpha2digit

from agent.cloning.recorded import Conversation, Kept, Speaker
from agent.dialogue.rules import Cues, normalise

_SENTENCE = re.compile(r"\S.*?(?:[.?!…]+(?=\s|$)|$)", re.DOTALL)
_PLACEHOLDER = re.compile(r"<([A-Z]+)_\d+>")
_MASKS = {"PERSON": "name", "AGENT": "name", "SPELLED": "name", "HEALTH": "detail", "AGE": "age"}
_SIGNS = (("£", "pounds"), ("$", "dollars"), ("€", "euros"))
_APPOSITION = re.compile(
    r",\s*(?:an?|your|our|the|[\w' -]{1,40}'s)\s+"
    r"(?:ai|a\.i\.|automated|virtual|digital|artificial|computer)\b"
    r"[\w' -]{0,40}?(?=\s+(?:at|from|for|with|of|calling)\b|[,.?!…]|$)",
    re.IGNORECASE,
)
# So many words of one side without a full stop were not punctuated by anybody.
_WORDS_WITHOUT_STOP = 20


class Line(Kept):
    """What one side said, as raters read it."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Style:
    """How all calls of one kit are written: `bare` has no capitals and no stops."""

    bare: bool
    digits: bool

    @classmethod
    def of(cls, conversations: Iterable[Conversation]) -> "Style":
        """Bare where any call is without stops; digits where any call has some."""
        said = [text for one in conversations for text in _sides(one)]
        bare = any(
            not re.search(r"[.?!]", text) and len(text.split()) >= _WORDS_WITHOUT_STOP
            for text in said
        )
        unmasked = (_PLACEHOLDER.sub("", text) for text in said)
        return cls(bare, any(re.search(r"\d", text) for text in unmasked))


@dataclass(frozen=True, slots=True)
class Masks:
    """Names that nobody may read, and whether sentences on machine or person are cut."""

    companies: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    cut_disclosure: bool = False


def lines_of(conversation: Conversation, style: Style, masks: Masks) -> tuple[Line, ...]:
    """The call in this style; what one side says in several turns on end is one line."""
    lines: list[Line] = []
    for turn in conversation.turns:
        text = _told(turn.text, style, masks)
        if not text:
            continue
        if lines and lines[-1].speaker == turn.speaker:
            lines[-1] = Line(speaker=turn.speaker, text=f"{lines[-1].text} {text}")
        else:
            lines.append(Line(speaker=turn.speaker, text=text))
    return tuple(lines)


def _sides(conversation: Conversation) -> Iterator[str]:
    for speaker in ("agent", "customer"):
        yield " ".join(turn.text for turn in conversation.turns if turn.speaker == speaker)


def _told(text: str, style: Style, masks: Masks) -> str:
    if masks.cut_disclosure:
        text = " ".join(_undisclosed(_APPOSITION.sub("", text)))
    text = _masked(text, masks)
    for sign, word in _SIGNS:
        text = re.sub(rf"{re.escape(sign)}\s?(\d[\d.,]*\d|\d)", rf"\1 {word}", text)
    text = text.replace("%", " per cent").replace("&", " and ")
    if style.digits:
        text = alpha2digit(text, "en")
    return _bare(text) if style.bare else _punctuated(text)


def _undisclosed(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        if not _cues().match(normalise(found.group())):
            yield found.group().strip()


def _masked(text: str, masks: Masks) -> str:
    text = _PLACEHOLDER.sub(lambda found: f"[{_MASKS.get(found[1], found[1].lower())}]", text)
    for mask, names in (("company", masks.companies), ("name", masks.names)):
        for name in sorted(names, key=len, reverse=True):
            text = re.sub(rf"\b{re.escape(name)}\b", f"[{mask}]", text, flags=re.IGNORECASE)
    return re.sub(r"(\[\w+\])(?:[ ,.]+\1)+", r"\1", text)


def _bare(text: str) -> str:
    words = re.sub(r"[^\w'\[\] ]+", " ", text.lower().replace("’", "'"))
    return " ".join(words.split())


def _punctuated(text: str) -> str:
    """Commas, full stops and question marks only; capitals at the start of sentences and for I."""
    text = text.lower().replace("’", "'").replace("!", ".")
    text = re.sub(r"[…]+|\.{2,}|[-–—]", " ", text)
    text = re.sub(r"[;:]", ",", text)
    text = re.sub(r"[^\w'\[\].,? ]+", " ", text)
    text = re.sub(r"\s+([.,?])", r"\1", " ".join(text.split())).strip(", ")
    text = re.sub(r"\bi\b", "I", text)
    text = re.sub(r"(^|[.?]\s)(\w)", lambda found: found[1] + found[2].upper(), text)
    return text if not text or text[-1] in ".?" else f"{text}."


@cache
def _cues() -> Cues:
    source = resources.files(__package__).joinpath("disclosure.yaml").read_text("utf-8")
    return Cues(yaml.safe_load(source))
