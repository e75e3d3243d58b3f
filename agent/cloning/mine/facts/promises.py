"""Claims of doubtful voices that hold no amount: promises, giveaways, pressure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.cloning.mine.facts.offers import OfferJudge
from agent.cloning.mine.facts.policies import Policy
from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.facts.verdicts import Belief
from agent.cloning.mine.facts.voices import is_strong, is_weak
from agent.cloning.mine.material import Material
from agent.speech.protocols import SentenceEncoder

_OBLIGATION = (
    r"(?:\w+[ -]){0,2}(?:fees?|charges?|costs?|contract|deposit|excess|commitment|penalt(?:y|ies)|"
    r"catch|tie-?in|notice|limits?|minimum|interest|waiting(?: list)?|obligation|risk|small print)"
)
# "No deposit", "leave whenever you like", "all of it", "included", "we sort it all out".
_DENIAL = re.compile(rf"\b(?:no|without|zero|never any) {_OBLIGATION}\b", re.IGNORECASE)
_GIVEAWAY = re.compile(
    r"\bnothing (?:to pay|on top|up front|extra|else)\b|\bwhenever you\b|\bat any time\b"
    r"|\b(?:you|they) (?:can|could) (?:just )?(?:leave|cancel|stop|go)\b"
    r"|\ball of (?:it|them|that)\b|\bhundred per ?cent\b|\bguaranteed\b|\bno matter what\b"
    r"|\bdoesn't matter (?:what|how|where)\b|\bincluded\b|\bfor (?:free|nothing)\b|\bit's free\b"
    r"|\bcan't (?:slow|break|fail|go wrong|stop you|charge)\b|\bnever (?:drops?|fails?|breaks?|"
    r"goes|stops?)\b|\bwe (?:sort|pay|cover|do|own) (?:it |them |off )?(?:all|every\w+|"
    r"your)\b|\byou (?:don't|won't) (?:have to )?(?:do|pay|need)\b|\bforever\b|\bfor life\b",
    re.IGNORECASE,
)
# "Today only", "it'll be gone by then", "last one", "everyone on your road".
_PRESSURE = re.compile(
    r"\b(?:today|tonight|this week|this morning) only\b|\bonly (?:today|tonight|this week)\b"
    r"|\bonly \w+ (?:\w+ ){0,3}(?:today|tonight|this week)\b|\bonly doing\b"
    r"|\b(?:got|has|have|needs?) to be (?:today|tonight|now)\b"
    r"|\b(?:be|is|are|'s|goes?|going) (?:gone|off) (?:by|at|tomorrow|tonight|soon)\b"
    r"|\b(?<!never )(?:ends?|expires?|stops?|closes?|runs? out|comes? off|goes? up|"
    r"disappears?)\b.{0,20}\b(?:at|by|today|tonight|tomorrow|soon|midnight|noon|friday|sunday)\b"
    r"|\blast (?:chance|one|few|day|place|slot)\b|\bwon't (?:get|see|find) (?:that|this|it) again\b"
    r"|\blose (?:the|this|that|your) (?:price|offer|deal|place|slot|discount)\b"
    r"|\bwhile (?:it|they|stocks) lasts?\b|\bjust for you\b"
    r"|\bevery(?:one|body| single (?:person|one))\b.{0,30}\b(?:street|road|area|building|block)\b"
    r"|\bgoing (?:really |very )?fast\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless|when|until|once)\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:i think|i believe|i guess|i suppose|probably|as far as i know|not (?:quite )?sure|"
    r"should be(?: fine)?|i'd say|normally i think)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:no|not|never|nothing|none|nobody|without)\b|n't\b", re.IGNORECASE)
_STRONG = re.compile(
    r"\b(?:all|any|every\w*|always|free|cash|have to|can't|must|lifetime|whole)\b", re.IGNORECASE
)
# How near a sentence (with the question it answers) has to be to what trusted people state of
# the offer, to be a claim about it; nearer than _SUPPORTED and with the same "not", it is theirs.
_NEAR, _NEAR_AND_STRONG, _SUPPORTED = 0.55, 0.38, 0.75
_OFFER, _OFFER_WITH_QUESTION = 0.45, 0.5
_SHARE = 0.4
_GREETING_TURNS = 2


@dataclass(frozen=True, slots=True)
class Promise:
    """Such a claim; `against` is the fact that it goes against, as far as its words tell."""

    said: Statement
    against: Belief | None
    why: str


class TrustedWord:
    """What trusted agents state of the offer, to hold other statements against."""

    def __init__(
        self,
        trusted: Sequence[Statement],
        believed: Sequence[Belief],
        rules: Sequence[Policy],
        judge: OfferJudge,
        encoder: SentenceEncoder,
    ) -> None:
        claims = [claim for belief in believed for claim in belief.claims]
        texts = {(claim.said.sentence.text, claim.agent) for claim in claims}
        texts |= {(rule.text, rule.agent) for policy in rules for rule in policy.rules}
        said = {(s.sentence.text, s.place.call.agent) for s in trusted}
        others = sorted(said - texts)
        looks = judge.judge([text for text, _ in others])
        texts |= {pair for pair, look in zip(others, looks, strict=True) if look >= _OFFER}
        self._texts = sorted(texts)
        self._believed = believed
        self._values = {claim.amount.value for claim in claims}
        self._judge = judge
        self._encoder = encoder
        self._vectors = encoder.encode([text for text, _ in self._texts])

    def speaks_of(self, statement: Statement) -> bool:
        """Whether a statement is about the offer: it looks so, or trusted people speak of it."""
        text = statement.sentence.text
        whole = f"{statement.asked} {text}".strip()
        alone, with_question = self._judge.judge([text, whole])
        near = self._nearest(whole, statement)[0]
        return bool(
            alone >= _OFFER
            or with_question >= _OFFER_WITH_QUESTION
            or near >= _NEAR
            or (near >= _NEAR_AND_STRONG and _STRONG.search(text))
        )

    def supports(self, statement: Statement) -> bool:
        """Whether trusted people say the same, or the amount is all that is said, and theirs."""
        text = statement.sentence.text
        known = all(amount.value in self._values for amount in statement.amounts)
        if statement.amounts and known and not statement.content(0, len(text)):
            return True
        near, best = self._nearest(text, statement)
        same = all(
            bool(pattern.search(best)) == bool(pattern.search(text))
            for pattern in (_NEGATION, _GIVEAWAY)
        )
        return known and same and near >= _SUPPORTED

    def taken_back_by(self, statement: Statement) -> Belief | None:
        """The fact whose words a sentence uses: "no exit fee" of "the exit fee is ..."."""
        words = statement.content(0, len(statement.sentence.text))
        shares = [(belief.topic.share(words), belief) for belief in self._believed]
        best = max(shares, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] >= _SHARE else None

    def _nearest(self, text: str, statement: Statement) -> tuple[float, str]:
        """The nearest words of another speaker, and how near they are."""
        speaker = statement.place.call.agent
        others = [i for i, (_, agent) in enumerate(self._texts) if agent != speaker]
        if not others:
            return 0.0, ""
        alike = self._vectors[others] @ self._encoder.encode([text])[0]
        return float(alike.max()), self._texts[others[int(alike.argmax())]][0]


def promises(said: Iterable[Statement], word: TrustedWord, material: Material) -> list[Promise]:
    """What weak voices state of the offer and trusted ones do not; pressure; unsure denials.

    A middling voice is doubted only where it denies a fact outright or is not sure itself.
    """
    found = []
    for statement in said:
        agent = statement.place.call.agent
        greeting = statement.place.index < _GREETING_TURNS
        if is_strong(agent, material) or statement.sentence.question or greeting:
            continue
        why = _why_doubted(statement, word, weak=is_weak(agent, material))
        if why:
            found.append(Promise(statement, word.taken_back_by(statement), why))
    return found


def _why_doubted(statement: Statement, word: TrustedWord, *, weak: bool) -> str:
    """ "" where there is nothing to doubt."""
    text = statement.sentence.text
    if _PRESSURE.search(text):
        return "it puts pressure on the customer"
    if not weak:
        if _HEDGE.search(text) and word.speaks_of(statement) and not word.supports(statement):
            return "its speaker is not sure"
        denies = _DENIAL.search(text) and not (statement.amounts or _CONDITION.search(text))
        if denies and word.taken_back_by(statement) and not word.supports(statement):
            return "it denies what others state"
        return ""
    gives = bool(_DENIAL.search(text) or _GIVEAWAY.search(text)) or word.speaks_of(statement)
    return "nobody whom others trust says so" if gives and not word.supports(statement) else ""
