"""Which of an agent's sentences can be said to another customer."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.wording import PLACEHOLDER
from agent.cloning.mine.facts.in_text import unexplained
from agent.cloning.mine.material import Material
from agent.cloning.mine.words import stem
from agent.cloning.mined import Facts

_WORD = re.compile(r"[a-z][a-z'’-]+")
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+")
_AGENT = re.compile(r"<AGENT_\d+>")
# A word is a customer's own when it is used in no more calls than this, or this share of all.
_RARE_CALLS, _RARE_SHARE = 2, 0.05
# A name that belongs to the company is said by its people in several calls.
_COMPANY_NAME_CALLS = 3
_DATES = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:yesterday|tomorrow|tonight)\b"
    r"|\b(?:january|february|april|june|july|august|september|october|november|december)\b"
    r"|\b(?:of|in|until|till|by|since) (?:march|may)\b|\b(?:christmas|easter)\b"
)
# Who a question is about is somebody of this customer's.
_SOMEBODY = re.compile(r"\b(?:he|she|him|her|his|hers)\b")
# What a software agent can't say of itself.
_PERSONAL = re.compile(
    r"\bmy (?:own )?(?:wife|husband|partner|brother|sister|mum|mother|dad|father|son|daughter|"
    r"kids?|children|nan|gran|grandmother|mate|friend|flat|garden|dog|cat|car|house|desk)\b"
    r"|\bi(?:'m| am) (?:not )?(?:an? )?(?:real |actual |live )?"
    r"(?:human|person|man|woman|robot|machine|recording|computer|bot)\b"
    r"|\b(?:real|actual) (?:person|human)\b|\bi(?:'m| am) from\b|\bwhen i was\b"
)
# What nobody should say.
_PRESSURE = re.compile(
    r"\b(?:last chance|today only|only today|now or never|before it(?:'s| is) too late|"
    r"won't be (?:here|available|there) tomorrow|(?:you'd|you would) be (?:mad|stupid|crazy|daft)|"
    r"trust me|between you and me|i swear|everybody else has|just say yes|"
    r"what have you got to lose|you(?:'re| are) missing out)\b"
)
_CUT_OFF = re.compile(r"[—–-]\s*$")
_HESITATION = re.compile(r"(?:^|(?<=[\s,…]))(?:u+m+|u+h+|e+r+m*|em)\b(?:[,…] ?|\s|$)", re.I)
_LEAD = re.compile(
    r"^(?:(?:so|and|but)\b[,.… ]+|(?:okay|ok|well|right|yeah|yes|no|oh|ah|ha)\b[,.!…]+ ?)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Speakable:
    """Words for anybody. `quote` stands in the turn; `text` is it without hesitations and names."""

    said: tuple[Said, ...]
    quote: str
    text: str


class Fit:
    """Judges sentences by who said which words where."""

    def __init__(self, material: Material, said: Sequence[Said], facts: Facts | None) -> None:
        self._calls_with = _calls_with(said)
        self._rare = max(_RARE_CALLS, _RARE_SHARE * len(material.calls))
        self._of_customer = _of_customers(said)
        self._names = _company_names(said)
        self._facts = facts.facts if facts else None
        self._barred = set(_barred(material, facts))

    def speakable(self, run: Sequence[Said]) -> Speakable | None:
        """The longest part of a run of one turn's sentences that is fit; None: there is none."""
        best: list[Said] = []
        part: list[Said] = []
        for one in run:
            follows = not part or one.index == part[-1].index + 1
            part = ([*part, one] if follows else [one]) if self.is_fit(one) else []
            best = max(best, part, key=_length)
        if not best:
            return None
        quote = best[0].place.turn.text[best[0].start : best[-1].end]
        text = _spoken(quote)
        return Speakable(tuple(best), quote, text) if text else None

    def is_fit(self, one: Said) -> bool:
        """Whether nothing in a sentence belonged to one customer, one agent or one day."""
        place, low = one.place, one.text.lower()
        return not (
            (place.call.id, place.index) in self._barred
            or PLACEHOLDER.search(_AGENT.sub("", one.text))
            or any(pattern.search(low) for pattern in (_DATES, _PERSONAL, _PRESSURE, _CUT_OFF))
            or (one.question and _SOMEBODY.search(low))
            or (self._facts is not None and unexplained(one.text, self._facts))
            or any(name not in self._names for name in _NAME.findall(one.text))
            or any(
                self._calls_with[word] <= self._rare
                for word in _words(one) & self._of_customer[place.call.id]
            )
        )


def _length(part: Sequence[Said]) -> int:
    return sum(len(one.text) for one in part)


def _spoken(quote: str) -> str:
    text = _AGENT.sub("{agent_name}", _LEAD.sub("", _HESITATION.sub("", quote).strip()))
    return text[:1].upper() + text[1:]


def _words(one: Said) -> set[str]:
    text = PLACEHOLDER.sub(" ", one.text).lower().replace("’", "'")
    return {stem(word) for word in set(_WORD.findall(text)) - ENGLISH_STOP_WORDS}


def _calls_with(said: Sequence[Said]) -> Mapping[str, int]:
    pairs = {(word, one.place.call.id) for one in said for word in _words(one)}
    return Counter(word for word, _ in pairs)


def _of_customers(said: Sequence[Said]) -> Mapping[str, set[str]]:
    words: dict[str, set[str]] = defaultdict(set)
    for one in said:
        if one.place.turn.speaker == "customer":
            words[one.place.call.id] |= _words(one)
    return words


def _company_names(said: Sequence[Said]) -> frozenset[str]:
    calls = {
        (name, one.place.call.id)
        for one in said
        if one.place.turn.speaker == "agent"
        for name in _NAME.findall(one.text)
    }
    counts = Counter(name for name, _ in calls)
    return frozenset(name for name, count in counts.items() if count >= _COMPANY_NAME_CALLS)


def _barred(material: Material, facts: Facts | None) -> Iterator[tuple[str, int]]:
    """Turns whose words are wrong: breaches of rules, contradicted and disputed facts."""
    for grade in material.grades.calls:
        for breach in grade.breaches:
            yield grade.call, breach.turn
    for contradiction in facts.contradictions if facts else ():
        yield contradiction.evidence.call, contradiction.evidence.turn
    for fact in facts.facts if facts else ():
        for dispute in fact.disputes:
            for evidence in dispute.evidence:
                yield evidence.call, evidence.turn
