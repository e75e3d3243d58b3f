"""Claims without an amount that a doubtful voice makes: promises, giveaways, pressure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.cloning.mine.facts.policies import Policy
from agent.cloning.mine.facts.statements import Statement
from agent.cloning.mine.facts.verdicts import STRONG_TRUST, WEAK_TRUST, Belief
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
    r"|\b(?:ends?|expires?|stops?|closes?|runs? out|comes? off|goes? up|disappears?)\b.{0,20}\b"
    r"(?:at|by|today|tonight|tomorrow|soon|midnight|noon|friday|sunday)\b"
    r"|\blast (?:chance|one|few|day|place|slot)\b|\bwon't (?:get|see|find) (?:that|this|it) again\b"
    r"|\blose (?:the|this|that|your) (?:price|offer|deal|place|slot|discount)\b"
    r"|\bwhile (?:it|they|stocks) lasts?\b|\bjust for you\b"
    r"|\bevery(?:one|body| single (?:person|one))\b.{0,30}\b(?:street|road|area|building|block)\b"
    r"|\bgoing (?:really |very )?fast\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|unless|when|until|once)\b", re.IGNORECASE)
_SUPPORTED = 0.7


@dataclass(frozen=True, slots=True)
class Promise:
    """Such a claim; `against` is the fact that it goes against, as far as its words tell."""

    said: Statement
    against: Belief | None
    why: str


def promises(
    said: Iterable[Statement],
    believed: Sequence[Belief],
    rules: Sequence[Policy],
    material: Material,
    encoder: SentenceEncoder,
) -> list[Promise]:
    """Giveaways and pressure of weak voices; of middling ones what takes back an accepted fact.

    Nobody is held to a promise that trusted people make as well.
    """
    supported = [rule.text for policy in rules for rule in policy.rules]
    found = []
    for statement in said:
        trust = material.trust(statement.place.call.agent)
        text = statement.sentence.text
        if trust >= STRONG_TRUST or statement.sentence.question:
            continue
        against = _taken_back(statement, believed)
        if trust < WEAK_TRUST:
            gives = bool(_DENIAL.search(text) or _GIVEAWAY.search(text))
        else:
            # A middling voice is doubted where it denies a fact outright.
            amounts = statement.amounts or _CONDITION.search(text)
            gives = bool(_DENIAL.search(text) and against) and not amounts
        if _PRESSURE.search(text):
            found.append(Promise(statement, None, "it puts pressure on the customer"))
        elif gives and not _is_supported(text, supported, encoder):
            found.append(Promise(statement, against, "nobody whom others trust promises it"))
    return found


def _taken_back(statement: Statement, believed: Sequence[Belief]) -> Belief | None:
    """The fact whose words a sentence denies: "no exit fee" of "the exit fee is ..."."""
    words = statement.content(0, len(statement.sentence.text))
    shares = [(belief.topic.share(words), belief) for belief in believed]
    best = max(shares, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= 0.4 else None


def _is_supported(text: str, supported: Sequence[str], encoder: SentenceEncoder) -> bool:
    if not supported:
        return False
    return float(max(encoder.encode(supported) @ encoder.encode([text])[0])) >= _SUPPORTED
