"""A turn with what was said before it: what a number or a name is depends on the question."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.cloning.recorded import Conversation, Speaker
from agent.cloning.redact.words import Text, is_cased
from agent.dialogue.spoken_digits import UNITS

Topic = Literal[
    "card", "account", "reference", "phone", "postcode", "address", "email", "name", "birth", "age",
    "spelling", "price", "thing",
]  # fmt: skip

_NUMBER = r"(?: number| no\b| code| id| details?)"
_TOPICS: dict[Topic, re.Pattern[str]] = {
    "card": re.compile(
        r"\b(?:card(?: number| details)|long number|debit card|credit card|your card|my card"
        r"|number on the (?:front|back)|c ?v ?v|c ?v ?c|security (?:code|number)|expiry|expires?"
        r"|(?:three|last|four|back|little) (?:digits|numbers?)|(?:back|little) one|the card)\b"
    ),
    "account": re.compile(
        r"\b(?:sort code|routing number|social security|account(?! holder)|iban|cheque ?book"
        r"|bank (?:details|account|with))\b"
    ),
    "reference": re.compile(
        r"\b(?:reference|(?:policy|booking|order|claim|customer|member(?:ship)?|case|ticket|job"
        r"|confirmation|contract|invoice|insurance|patient|reservation|serial|tracking|passport"
        rf"|licen[cs]e|nhs|national insurance|loyalty|receipt){_NUMBER}|registration|reg|number"
        r" ?plate|(?:it|that|which) (?:starts|begins|ends)|pass ?(?:word|code)|pin)\b"
    ),
    "phone": re.compile(
        r"\b(?:number(?! of\b)|mobile|cell(?:phone)?|telephone|landline"
        r"|ending(?: in)?|last (?:three|four)"
        r"|(?:try|ring|call|text|reach|get) (?:me|him|her|us|you) (?:on|at|back on))\b"
    ),
    "postcode": re.compile(r"\b(?:post ?code|zip(?: code)?)\b"),
    "address": re.compile(
        r"\b(?:address|(?:house|flat|door) (?:number|name)|number house|which (?:house|street|road)"
        r"|first line|where do you live|where(?:'s| are| is) (?:you|it|that|the|this|your)\b"
        r"|where (?:on|off|along)\b|(?:and|is|'s) (?:the|your|her|his|their) street\b"
        r"|where am i|whereabouts|you(?:'re| are) (?:at|still at)|still at"
        r"|what road|what street|deliver(?:ed)? to|i(?:'ve| have) (?:got )?you at)\b"
    ),
    "email": re.compile(r"\b(?:e ?-?mail|at sign|inbox)\b"),
    "name": re.compile(
        r"\b(?:names?|surname|who (?:am i|is it i|'m i)|who(?:'s| is) (?:this|that|calling|speaking"
        r"|it|there|coming)|called|who (?:do|shall|should) i)\b"
    ),
    "age": re.compile(r"\bhow old (?:are|is|were|was) (?:you|he|she|they|your)\b|\byour age\b"),
    "birth": re.compile(r"\b(?:date of birth|birth ?(?:date|day)|d ?o ?b|born)\b"),
    "spelling": re.compile(r"\b(?:spell(?:ed|ing|s)?|spelt|letters?|capital|lower ?case)\b"),
    "price": re.compile(
        r"\b(?:how much|price|costs?|charg(?:e|es|ing)|pay(?:ing)?|pounds?|quid|bill|rate|speed)\b"
    ),
    # A number that names a thing or a place of the company's trade, not a person.
    "thing": re.compile(
        r"\b(?:error|fault|model|extension|option|press|room|gate|form|junction|channel|chapter"
        r"|reading|(?<!post )(?<!sort )(?<!security )(?<!zip )(?<!area )code|page|part|version"
        r"|step|size|series|flight|platform)\b"
    ),
}
# Between a question and its answer there may be "ready?" and the first part of the answer.
_ASIDE = 5
_BACK = 4
_ANSWERED = 3
_NEAR = 60


@dataclass(frozen=True)
class Said:
    """One turn. `before`: the turns right before it in lower case, the last one last."""

    index: int
    speaker: Speaker
    text: Text
    before: tuple[tuple[Speaker, str], ...]

    def topics(self, at: int) -> frozenset[Topic]:
        """What a value at a character is about: the words near it, else the last question."""
        near = _topics(self.text.low[max(0, at - _NEAR) : at])
        if near - {"price"}:
            return near
        for _, spoken in reversed(self.before):
            asked = _asks(spoken)
            if asked:
                return near | asked
            if sum(word not in UNITS for word in spoken.split()) > _ASIDE:
                break
        return near

    def asked(self, topic: Topic) -> bool:
        """Whether the other side's last words asked for it."""
        others = [words for speaker, words in self.before if speaker != self.speaker]
        return bool(others) and bool(_TOPICS[topic].search(others[-1]))


def follow(conversation: Conversation) -> list[Said]:
    """A conversation's turns, each with what came before it."""
    cased = is_cased([turn.text for turn in conversation.turns])
    texts = [Text(turn.text, cased) for turn in conversation.turns]
    spoken = [(t.speaker, text.low) for t, text in zip(conversation.turns, texts, strict=True)]
    return [
        Said(index, turn.speaker, texts[index], tuple(_slice(spoken, index)))
        for index, turn in enumerate(conversation.turns)
    ]


def _slice(spoken: Sequence[tuple[Speaker, str]], index: int) -> Sequence[tuple[Speaker, str]]:
    return spoken[max(0, index - _BACK) : index]


def _asks(words: str) -> frozenset[Topic]:
    """What a turn asks for; what it tells itself ("it's AB12") is answered already."""
    if words.rstrip().endswith("?"):
        return _topics(words)
    return frozenset(
        topic
        for topic, pattern in _TOPICS.items()
        for last in list(pattern.finditer(words))[-1:]
        if sum(word in UNITS for word in re.findall(r"\w+", words[last.end() :])) < _ANSWERED
    )


def _topics(words: str) -> frozenset[Topic]:
    return frozenset(topic for topic, pattern in _TOPICS.items() if pattern.search(words))
