"""Statements about the offer without an amount: what is included, free, never done."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sklearn.cluster import AgglomerativeClustering

from agent.cloning.mine.facts.offers import OfferJudge
from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.facts.voices import is_weak
from agent.cloning.mine.material import Material
from agent.speech.protocols import SentenceEncoder

# How much a sentence has to look like one about the offer, said once and said in several calls.
_ONCE, _OFTEN = 0.65, 0.4
_SAME = 0.65
_FEWEST_WORDS, _MOST_WORDS = 4, 32
_PART = re.compile(r"(?:[,;:]\s+|\s)(?=(?:and|but|or|so|plus)\s)|[,;:]\s+")
_JOINT = re.compile(r"^(?:(?:and|but|so|or|plus|then|well|no|yes|yeah|aye)\b,?\s*)+", re.I)
# "It's faster, and you could move up to it any day": the second half tells more.
_ITS_OWN_TAIL = re.compile(r"^(?:it|that|this|they)\b[^,;]*, and (?=(?:you|we|the|our)\b)", re.I)
# What is left of an amount's clause: "on the first bill, and ...".
_LOOSE_END = re.compile(r"^(?:on|for|with|in|at|after|from|of|by|to)\b[^,;:]*[,;:]\s*", re.I)
_CONDITION = re.compile(r"\b(?:if|unless|once|when|until|till|up to)\b", re.I)
# "Do I have to ...?" "No, we tell them for you."
_SUMMED_UP = re.compile(
    r"\b(?:say (?:that|it) back|read (?:that|it|this) back|recap|to confirm|sum up)\b", re.I
)
_TOLD = re.compile(
    r"(?:(?:and|but|so|please),? )*(?:don't|do not|let|please)\b|because\b|so that\b", re.I
)
# "No foreign transaction fee", said without a verb.
_NONE_OF_IT = re.compile(
    r"(?:no|zero|never (?:a|any)) (?:[\w-]+ ){0,3}(?:fees?|charges?|costs?|deposit|limit|minimum|"
    r"contract|notice|penalt(?:y|ies)|tie-?in|interest|excess)\b",
    re.IGNORECASE,
)
# "Cots are free" is short and says it all.
_GIVEN = re.compile(r"\b(?:is|are|comes?) (?:all )?(?:free|included)\b", re.I)
_LATE_POINTER = re.compile(r"\b(?:before|after|by|until|till|since) (?:then|that)\b", re.I)
_WE_DO = re.compile(
    r"(?:(?:yes|no|yeah|yep|sure|of course)\b,? )?we (?:(?:do not|don't|never|always|also|only) )?"
    r"(?!are|were|have|had|can|could|will|would|do|think|know|hope|see|say|said|mean|need|want|"
    r"spoke|talked)[a-z]{3,} \w+",
    re.I,
)
_VALUES = (
    ("unlimited", r"\bunlimited\b|\bno (?:limit|cap)\b"),
    ("free", r"\bfree\b|\b(?:no|without)(?: extra)? (?:charge|cost|fee)\b|\bfor nothing\b"),
    ("included", r"\binclude[sd]?\b|\bcomes with\b|\bpart of the\b"),
    ("on loan", r"\bon loan\b"),
    ("never", r"\bnever\b|\bnobody\b|\bno one\b"),
    ("no", r"\bno\b|\bnot\b|n't\b"),
)  # fmt: skip
# Talk about this customer, this call or the speaker; and what is only held out or asked for.
_NOT_OF_THE_OFFER = re.compile(
    r"\bi\b(?! (?:never|don't|do not))|\bi (?:don't|do not) (?:know|think|believe|mind|want|have|"
    r"see|blame|like)\b|\b(?:let me|let's|my (?:name|colleague|mother|brother|manager)|her|his|"
    r"theirs?|me|mine|would|wouldn't|couldn't|you've|you're|yourself|most people|"
    r"every(?:body|one))\b"
    r"|(?<!than you)'d\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|last (?:week|night|year))\b"
    r"|\bdot (?:com|org|net|co)\b|<[A-Z]+_\d+>|[\"“”]|\b[A-Z] [A-Z]\b|\bthis (?:is|call|line)\b"
    r"|\b(?:speaking|really|lovely|brilliant|amazing|"
    r"fantastic|i think|probably|sales call|recorded|recording|calling|ringing)\b|[…—]\s*$",
    re.IGNORECASE,
)
_ASKING = frozenset({"what", "who", "where", "which", "how", "why"})
_GREETING_TURNS = 2
# Nouns about talk itself.
_TALK = frozenset({"thing", "bit", "point", "part", "reason", "question", "idea", "sum", "way"})
_ABOUT_SOMEBODY = frozenset({"they", "it", "that", "she", "this", "these", "those", "he"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
_RULE = re.compile(
    r"\b(?:we|our|ours|us|nobody|no|never|free|included?|unlimited|always|any|every|all|both|if|"
    r"ever|can|can't|may|must|need|won't|don't|doesn't|will|'ll|do not|does not|first|before|"
    r"until|till|unless|on loan|without|each|only|i never|i don't|i do not)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A part of a statement, at a character offset of its turn, and how it looks as an offer."""

    said: Statement
    start: int
    text: str
    offer: float

    @property
    def agent(self) -> str:
        """Who states it."""
        return self.said.place.call.agent

    @property
    def call(self) -> str:
        """In which call."""
        return self.said.place.call.id


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule of the company's, with all who state it, the clearest first."""

    rules: tuple[Rule, ...]

    @property
    def value(self) -> str:
        """A word for it."""
        text = self.rules[0].text
        return next((v for v, words in _VALUES if re.search(words, text, re.I)), "yes")


def policies(
    said: Iterable[Statement], material: Material, encoder: SentenceEncoder, judge: OfferJudge
) -> tuple[Policy, ...]:
    """What trusted agents state as a rule: clearly once, or alike in two calls and more."""
    candidates = [
        (statement, start, text)
        for statement in said
        if not statement.sentence.question and not is_weak(statement.place.call.agent, material)
        for start, text in _parts(statement)
        if _may_be_a_rule(statement, start, text)
    ]
    offers = judge.judge([text for _, _, text in candidates])
    found = [
        Rule(
            statement,
            statement.sentence.start + start,
            text,
            max(float(offer), _ONCE if _says_what_we_do(statement, text) else 0.0),
        )
        for (statement, start, text), offer in zip(candidates, offers, strict=True)
    ]
    rules = [rule for rule in found if rule.offer >= _OFTEN]
    return tuple(
        Policy(tuple(sorted(group, key=_clearest)))
        for group in _alike(rules, encoder)
        if len({rule.call for rule in group}) > 1
        or any(_stands_alone(rule) and _is_given(rule, material) for rule in group)
    )


def _says_what_we_do(statement: Statement, text: str) -> bool:
    """Whether it answers the customer with what the company does."""
    whole = text == statement.sentence.text
    return whole and bool(statement.asked) and bool(_WE_DO.match(text))


def _stands_alone(rule: Rule) -> bool:
    """Whether one statement is enough: clear, and no "he" or "it" of whom nothing is known."""
    first = re.match(r"[a-z]*", rule.text.lower())
    about = {first[0] if first else "", "" if _CONDITION.match(rule.text) else _subject(rule)}
    said_before = rule.said.place.turn.text[: rule.said.sentence.start]
    summing_up = re.match(r"so\b", rule.said.sentence.text, re.I) or _SUMMED_UP.search(said_before)
    return (
        rule.offer >= _ONCE
        and not about & _ABOUT_SOMEBODY
        and not summing_up
        and not _LATE_POINTER.search(rule.text)
    )


def _subject(rule: Rule) -> str:
    """The first subject in it; "" where there is none."""
    start = rule.start - rule.said.sentence.start
    words = (w for w in rule.said.words if start <= w.start < start + len(rule.text))
    return next((w.text for w in words if w.dep in _SUBJECTS), "")


def _is_given(rule: Rule, material: Material) -> bool:
    """Whether its words came written: a recogniser's may be garbled, and once is not enough."""
    return material.conversations[rule.call].source == "given"


def _clearest(rule: Rule) -> tuple[float, bool, int, str, int]:
    part = rule.text != rule.said.sentence.text
    return (-round(rule.offer, 1), part, len(rule.text), rule.call, rule.said.place.index)


def _parts(statement: Statement) -> list[tuple[int, str]]:
    """The sentence, or what of it may be a rule: runs of clauses without an amount."""
    text = statement.sentence.text
    tail = _ITS_OWN_TAIL.match(text)
    if tail and not statement.amounts:
        return [(tail.end(), text[tail.end() :])]
    if not statement.amounts and not _NOT_OF_THE_OFFER.search(text):
        return [(0, text)]
    if statement.amounts and _CONDITION.search(text):
        return []  # what follows from a condition with an amount in it is no rule without it
    borders = [0, *(m.end() for m in _PART.finditer(text)), len(text)]
    runs: list[tuple[int, int]] = []
    for start, end in pairwise(borders):
        taken = any(a.start < end and start < a.end for a in statement.amounts)
        if taken or _NOT_OF_THE_OFFER.search(text, start, end):
            continue
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [_trimmed(text, start, end) for start, end in runs]


def _trimmed(text: str, start: int, end: int) -> tuple[int, str]:
    joint = _JOINT.match(text[start:end]) or _LOOSE_END.match(text[start:end])
    while joint:
        start += joint.end()
        joint = _JOINT.match(text[start:end]) or _LOOSE_END.match(text[start:end])
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), part.strip().rstrip(",;: ")


def _may_be_a_rule(statement: Statement, start: int, text: str) -> bool:
    words = [w for w in statement.words if start <= w.start < start + len(text)]
    spoken = [w for w in words if w.text[0].isalpha()]
    if statement.place.index < _GREETING_TURNS:
        return False
    whole = not statement.amounts or any(w.pos in ("VERB", "AUX") for w in words)
    if (
        not whole
        or not (_FEWEST_WORDS - bool(_GIVEN.search(text))) <= len(spoken) <= _MOST_WORDS
        or _NOT_OF_THE_OFFER.search(text)
    ):
        return False
    telling = statement.content(start, start + len(text))
    if _TOLD.match(text) or (spoken[0].pos == "VERB" and spoken[0].dep == "ROOT"):
        return False  # "Turn it off": told to somebody
    subjects = [w for w in words if w.dep in _SUBJECTS]
    if not subjects and _NONE_OF_IT.match(text):
        return len(telling) >= 2
    if not subjects or (spoken[0].text in _ASKING and spoken[1].pos != "PRON"):
        return False  # a piece of a sentence, or a question that has lost its mark
    if any(w.lemma in _TALK for w in subjects) or spoken[0].text in ("so", "one", "okay"):
        return False
    of_amount = spoken[0].text == "it" and any(a.end <= start for a in statement.amounts)
    named = of_amount or any(w.pos in ("NOUN", "PROPN") for w in subjects)
    if not named and not _RULE.search(text):
        return False
    if telling and _says_what_we_do(statement, text):
        return True
    return len(telling) >= 2 and any(w.pos in ("NOUN", "PROPN") for w in words)


def _alike(rules: Sequence[Rule], encoder: SentenceEncoder) -> list[list[Rule]]:
    """Groups of rules that say the same."""
    if len(rules) < 2:
        return [list(rules)] if rules else []
    model = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - _SAME
    )
    labels = model.fit_predict(encoder.encode([rule.text for rule in rules]))
    return [
        [rule for rule, own in zip(rules, labels, strict=True) if own == label]
        for label in range(max(labels) + 1)
    ]
