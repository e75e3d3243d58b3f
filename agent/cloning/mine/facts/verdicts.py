"""Which claims are believed: by who says them, how many do, and what the trusted say instead.

Truth discovery in its simplest form: a value stands on the trust of its sources; another value of
the same thing with less behind it is a dispute; what only a weak voice says is a contradiction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.cloning.mine.facts.claims import Claim
from agent.cloning.mine.facts.offers import OfferJudge
from agent.cloning.mine.facts.topics import Topic
from agent.cloning.mine.facts.voices import is_strong, is_weak
from agent.cloning.mine.material import Material
from agent.speech.protocols import SentenceEncoder

# How much a statement made once has to look like one about the offer; more when it begins like a
# summing up of what the customer said, or when the amount stands in a condition.
_OFFER, _OFFER_DOUBTED = 0.3, 0.8
# The least confidence of the words of an amount that a recogniser heard once.
_HEARD = 0.9
# What two values have to share to be about one thing.
_SAME_SENSE, _SAME_CLAIM = 0.5, 0.7
# Words of a claim that others use of another value, hardly any of its own value; and how much
# nearer the other has to be.
_OTHERS_WORDS, _OWN_WORDS, _NEARER = 0.2, 0.15, 0.2
# In how many calls a window of hours has to be given to be the house's.
_WINDOW_CALLS = 4
_SUMMING_UP = ("so ", "so, ", "right, so ", "okay, so ")


@dataclass(frozen=True, slots=True)
class Belief:
    """A believed topic, without the claims of weak voices and of those that are doubted."""

    topic: Topic
    claims: tuple[Claim, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim that is not believed; `against` is what its hearer should be told instead."""

    claim: Claim
    against: Belief | None
    why: str


def beliefs(topics: Sequence[Topic], material: Material, judge: OfferJudge) -> list[Belief]:
    """The topics, of trusted claims, that are believed before they are compared with others.

    A topic is founded by claims of the offer whose unit was said.
    """
    found = []
    for topic in topics:
        own = [claim for claim in topic.claims if claim.standing == "own" and claim.said_unit]
        calls = {claim.call for claim in own}
        once_heard = any(_is_recognised(claim, material) for claim in own)
        if not own and _is_a_usual_window(topic):
            own = list(topic.claims)
            calls = {claim.call for claim in own}
        if len(calls) > 1 or once_heard or any(_offers(claim, judge) for claim in own):
            found.append(Belief(topic, topic.claims, weight(own, material)))
    return found


def _is_a_usual_window(topic: Topic) -> bool:
    """Whether the same hours are told to customers of several days: no single appointment."""
    calls = {claim.call for claim in topic.claims}
    agents = {claim.agent for claim in topic.claims}
    return topic.dimension == "hours" and len(calls) >= _WINDOW_CALLS and len(agents) > 1


def _is_recognised(claim: Claim, material: Material) -> bool:
    """Whether a claim was heard by a recogniser, surely.

    What stands around its amount may be garbled and tells little, so that it is not asked to look
    like an offer; said only once it stays marked so.
    """
    if material.conversations[claim.call].source != "recognised":
        return False
    start = claim.said.sentence.start + claim.amount.start
    said = claim.said.place.turn
    first = len(said.text[:start].split())
    count = len(said.text[start : start + claim.amount.end - claim.amount.start].split())
    words = said.words[first : first + count]
    return bool(words) and min(word.confidence for word in words) >= _HEARD


def weight(claims: Sequence[Claim], material: Material) -> float:
    """The trust behind claims: every agent counts, a second and third call of theirs less."""
    calls: dict[str, set[str]] = {}
    for claim in claims:
        calls.setdefault(claim.agent, set()).add(claim.call)
    return sum(material.trust(a) * (1 + 0.5 * min(len(c) - 1, 2)) for a, c in calls.items())


def _offers(claim: Claim, judge: OfferJudge) -> bool:
    text = claim.said.sentence.text
    before = text[claim.start : claim.amount.start]
    doubtful = text.lower().startswith(_SUMMING_UP) or re.search(r"\bif\b[^,;]*$", before, re.I)
    needed = _OFFER_DOUBTED if doubtful else _OFFER
    texts = [claim.words] if doubtful else [text, claim.words]
    return float(max(judge.judge(texts))) >= needed


def outvoted(found: Sequence[Belief], near: "Nearness", material: Material) -> list[Doubt]:
    """Claims of one doubtful voice that stronger ones give another value for."""
    doubts = []
    for belief in found:
        agents = {claim.agent for claim in belief.claims}
        calls = {claim.call for claim in belief.claims}
        if len(calls) > 1 or any(is_strong(agent, material) for agent in agents):
            continue
        stronger = [
            other
            for other in found
            if other.weight >= 2 * belief.weight and _same_thing(belief, other, near)
        ]
        if stronger:
            best = max(stronger, key=lambda other: near.of(belief.claims[0], other))
            doubts += [Doubt(claim, best, "most others say otherwise") for claim in belief.claims]
    return doubts


def _same_thing(belief: Belief, other: Belief, near: "Nearness") -> bool:
    """Whether two values are given for one thing: "labour on a fridge" is not "on a dryer"."""
    one, two = belief.topic, other.topic
    if one.dimension != two.dimension or one.measure == two.measure:
        return False
    subjects = {topic_subject(one), topic_subject(two)} - {""}
    if len(subjects) == 2 or not all(_nouns(claim) <= set(two.words) for claim in belief.claims):
        return False
    return max(near.of(claim, other) for claim in belief.claims) >= _SAME_CLAIM


def _nouns(claim: Claim) -> frozenset[str]:
    """The things that a claim names."""
    return claim.content & {w.lemma for w in claim.said.words if w.pos in ("NOUN", "PROPN")}


def topic_subject(topic: Topic) -> str:
    """The offer that most of a topic's claims name in the same sentence; "" when none does."""
    named = [claim.said.subject for claim in topic.claims if claim.said.named_here]
    if not named:
        return ""
    best = max(sorted(set(named)), key=named.count)
    return best if named.count(best) * 2 > len(named) else ""


def unheard_of(weak: Sequence[Claim], found: Sequence[Belief], near: "Nearness") -> list[Doubt]:
    """What weak voices claim of the offer with a value that nobody trusted gives."""
    doubts = []
    for claim in weak:
        known = [b for b in found if b.topic.dimension == claim.amount.dimension]
        if claim.standing == "own" and claim.key not in {b.topic.claims[0].key for b in known}:
            best = max(known, key=lambda b: near.of(claim, b), default=None)
            near_enough = best is not None and near.of(claim, best) >= _SAME_SENSE
            doubts.append(
                Doubt(claim, best if near_enough else None, "nobody whom others trust says so")
            )
    return doubts


def misplaced(
    claims: Sequence[Claim], found: Sequence[Belief], near: "Nearness", material: Material
) -> list[Doubt]:
    """Values that are true of one thing and that a doubtful voice says of another."""
    doubts = []
    for claim in claims:
        weak = is_weak(claim.agent, material)
        if is_strong(claim.agent, material) or not (claim.said_unit or weak):
            continue
        alike = [b for b in found if b.topic.dimension == claim.amount.dimension]
        same = [b for b in alike if b.topic.claims[0].key == claim.key]
        others = [
            b
            for b in alike
            if b not in same
            and near.words(claim, b) >= _OTHERS_WORDS
            and (weak or _nouns(claim) <= set(b.topic.words))
        ]
        same = [b for b in same if any(c.agent != claim.agent for c in b.claims)]
        if not same or not others or max(near.words(claim, b) for b in same) > _OWN_WORDS:
            continue
        best = max(others, key=lambda b: near.of(claim, b))
        if near.of(claim, best) >= max(near.of(claim, b) for b in same) + _NEARER:
            doubts.append(Doubt(claim, best, "others say this value of something else"))
    return doubts


class Nearness:
    """How near claims are to what others say, by the words around the amounts."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    def of(self, claim: Claim, belief: Belief) -> float:
        """The cosine to the nearest claim of another speaker."""
        others = [c.about for c in belief.claims if c.agent != claim.agent]
        if not others:
            return 0.0
        own = self._encoder.encode([claim.about])[0]
        return float(max(self._encoder.encode(others) @ own))

    def words(self, claim: Claim, belief: Belief) -> float:
        """The share of other speakers' claims that have its telling words, summed."""
        others = [c.content for c in belief.claims if c.agent != claim.agent]
        own = claim.content if len(claim.content) > 1 else claim.content | claim.said.asked_words
        return sum(len(own & words) for words in others) / max(1, len(others))


def repeated(claims: Sequence[Claim], doubts: Sequence[Doubt]) -> list[Doubt]:
    """What a doubted speaker says again of the same value in the same call."""
    known = {(d.claim.call, d.claim.agent, d.claim.key): d for d in doubts}
    already = {id(doubt.claim) for doubt in doubts}
    return [
        Doubt(claim, known[key].against, known[key].why)
        for claim in claims
        if (key := (claim.call, claim.agent, claim.key)) in known
        and id(claim) not in already
        and claim.said.place.index >= known[key].claim.said.place.index
    ]


def without(found: Sequence[Belief], doubts: Sequence[Doubt]) -> list[Belief]:
    """Beliefs without doubted claims; what has no claim left is believed no longer."""
    doubted = {id(doubt.claim) for doubt in doubts}
    left = [
        (belief, tuple(claim for claim in belief.claims if id(claim) not in doubted))
        for belief in found
    ]
    return [Belief(belief.topic, claims, belief.weight) for belief, claims in left if claims]
