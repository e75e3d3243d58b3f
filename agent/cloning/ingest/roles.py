"""Which of a call's two voices is the agent's: by what the transcript calls them, else by how
they talk.

Two tests that know nothing of each other, and no company's words. People who answer the telephone
for a living say the same things in call after call; their callers do not. And they introduce
themselves, ask, and talk about the other side ("you", "your"), who talks about itself.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, variance

from agent.cloning.recorded import Speaker

_LABELS: Mapping[str, Speaker] = {
    **dict.fromkeys(
        (
            "agent", "operator", "advisor", "adviser", "rep", "representative", "staff",
            "employee", "consultant", "receptionist", "reception", "salesperson", "seller",
            "support", "assistant", "callcenter", "handler", "clerk", "csr", "internal", "host",
            "colleague", "technician", "bot", "provider",
        ),
        "agent",
    ),
    **dict.fromkeys(
        (
            "customer", "caller", "client", "guest", "patient", "user", "member", "external",
            "lead", "prospect", "consumer", "buyer", "contact", "policyholder", "tenant",
            "passenger", "subscriber", "visitor",
        ),
        "customer",
    ),
}  # fmt: skip
_WORD = re.compile(r"[a-z']+")
# Of agents' talk: introductions, offers of help, looking things up, and talk of the other side.
_AGENT_CUES = re.compile(
    r"\b(?:how (?:can|may) (?:i|we) help|thank(?:s| you) for (?:calling|holding|waiting|ringing)|"
    r"(?:i am|i'm) (?:calling|ringing) (?:from|about)|calls? (?:is|are|may be) (?:being )?recorded|"
    r"(?:can|could|may) i (?:take|have|get|confirm|ask|just|check|speak)|let me (?:check|just|see)|"
    r"bear with me|i can (?:offer|book|do|put|get|see|confirm)|we can|is there anything else|"
    r"would you like|do you have|are you (?:happy|looking|able|free)|"
    r"i(?:'ll| will) (?:send|put|book|pop|get|arrange|transfer))\b"
)
_YOURS = frozenset({"you", "your", "you're", "you'll", "you'd", "we", "our"})
_MINE = frozenset({"i", "my", "me", "i'm", "i've", "mine", "i'd"})
_ASKING = frozenset({
    "what", "when", "where", "who", "which", "how", "can", "could", "would", "may", "do", "does",
    "did", "is", "are", "have",
})  # fmt: skip
# In standard errors of the difference between the two speakers: less may be chance. Runs of words
# overlap, so they are fewer than they are counted.
_SURE_OF_TALK = 1.5
_SURE_OF_SCRIPT = 2.0
_LEAST_ERROR = 0.03
_SCRIPT = "it says what is said in other calls"
_TALK = "it talks like an agent"
_DISAGREE = "one says what is said in other calls, but the other talks like an agent"
# So many calls must tell by themselves, and so large a share of them the same, before who speaks
# first tells for the rest.
_TELLING_CALLS = 4
_SAME_ORDER = 0.9

Utterance = tuple[str, str]
_Gram = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """Which label is the agent's, None where it can't be told, and why, for a reader."""

    agent_label: str | None
    why: str


def known_role(label: str, agents: Iterable[str] = ()) -> Speaker | None:
    """What a label says by itself: "Agent", "caller 1", or (part of) the name of one of the staff.

    "Customer service advisor" is an agent.
    """
    words = set(label.casefold().split())
    if words and any(words <= set(agent.casefold().split()) for agent in agents):
        return "agent"
    roles = {_LABELS[word] for word in _WORD.findall(label.casefold()) if word in _LABELS}
    return "agent" if "agent" in roles else next(iter(roles), None)


def tell_apart(calls: Mapping[str, Sequence[Utterance]]) -> dict[str, Role]:
    """For calls of (label, text) whose labels say nothing: which label is the agent's.

    A call for which two tests disagree stays open.
    """
    recurring = _recurring(calls.values())
    own = {call: _judge(said, recurring) for call, said in calls.items()}
    told = {call: role.agent_label for call, role in own.items() if role.agent_label is not None}
    begins = [label == calls[call][0][0] for call, label in told.items()]
    share = sum(begins) / len(begins) if begins else 0.0
    if len(begins) < _TELLING_CALLS or max(share, 1 - share) < _SAME_ORDER:
        return own
    return {call: _by_order(role, calls[call], share > 0.5) for call, role in own.items()}


def _by_order(role: Role, said: Sequence[Utterance], agent_begins: bool) -> Role:
    """A call's role, knowing who speaks first in the calls that tell by themselves."""
    labels = list(dict.fromkeys(label for label, _ in said))
    if len(labels) != 2 or role.why == _DISAGREE:
        return role
    expected = labels[0] if agent_begins else labels[1]
    order = f"the {'agent' if agent_begins else 'customer'} speaks first in the calls that tell"
    if role.agent_label is None:
        return Role(expected, order)
    if role.agent_label != expected:
        return Role(None, f"{role.why}, but {order}")
    return role


def _judge(said: Sequence[Utterance], recurring: frozenset[_Gram]) -> Role:
    texts: dict[str, list[str]] = defaultdict(list)
    for label, text in said:
        texts[label].append(text.lower().replace("’", "'"))
    if len(texts) != 2:
        return Role(None, f"it has {len(texts)} speakers, not two")
    (one, ones), (other, others) = sorted(texts.items())
    differences = {
        _SCRIPT: _script_difference(ones, others, recurring) / _SURE_OF_SCRIPT,
        _TALK: _talk_difference(ones, others) / _SURE_OF_TALK,
    }
    telling = {why: by for why, by in differences.items() if abs(by) >= 1}
    sides = {one if by > 0 else other for by in telling.values()}
    match len(sides):
        case 0:
            return Role(None, "neither talks like an agent")
        case 1:
            return Role(sides.pop(), " and ".join(telling))
        case _:
            return Role(None, _DISAGREE)


def _recurring(calls: Iterable[Sequence[Utterance]]) -> frozenset[_Gram]:
    """Runs of words that are said in more than one call."""
    in_calls = Counter(
        gram
        for said in calls
        for gram in {gram for _, text in said for gram in _grams(text.lower())}
    )
    return frozenset(gram for gram, number in in_calls.items() if number > 1)


def _script_difference(
    ones: Iterable[str], others: Iterable[str], recurring: frozenset[_Gram]
) -> float:
    """How much more of what one says is said in other calls, too, in standard errors."""
    said = [
        [gram in recurring for text in texts for gram in _grams(text)] for texts in (ones, others)
    ]
    if not all(said):
        return 0.0
    (one, n), (other, m) = ((sum(grams), len(grams)) for grams in said)
    share = (one + other) / (n + m)
    error = math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return (one / n - other / m) / error if error else 0.0


def _talk_difference(ones: Iterable[str], others: Iterable[str]) -> float:
    """How much more one's turns are an agent's, in standard errors."""
    (one, n), (other, m) = (
        (scores, len(scores))
        for scores in ([_agent_talk(t) for t in texts] for texts in (ones, others))
    )
    if n < 2 or m < 2:
        return 0.0
    error = math.sqrt(variance(one) / n + variance(other) / m)
    return (mean(one) - mean(other)) / max(error, _LEAST_ERROR)


def _grams(text: str) -> list[_Gram]:
    words = _WORD.findall(text)
    return [(a, b, c) for a, b, c in zip(words, words[1:], words[2:], strict=False)]


def _agent_talk(text: str) -> float:
    """Cues, questions and talk of the other side in one turn; -0.5 to 2."""
    words = _WORD.findall(text)
    cue = bool(_AGENT_CUES.search(text))
    asks = "?" in text or bool(words and words[0] in _ASKING)
    yours, mine = sum(word in _YOURS for word in words), sum(word in _MINE for word in words)
    other_side = (yours - mine) / (yours + mine) if yours + mine else 0.0
    return cue + asks / 2 + other_side / 2
