"""Which of a call's two voices is the agent's: by what the transcript calls them, else by how
they talk.

Two tests that know nothing of each other, and no company's words. People who answer the telephone
for a living say the same things in call after call; their callers do not. And they introduce
themselves, ask, and talk about the other side ("you", "your"), who talks about itself.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
_GRAM = 4
# What is said in fewer other calls is no script.
_MIN_CALLS = 5
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
# Of the two scores' sum: nearer to each other than this they tell nothing.
_SCRIPT_MARGIN = 0.15
_TALK_MARGIN = 0.1
# A label that is the agent's in so many of the calls is the agent's in all.
_SAME_LABEL = 0.8
_SCRIPT = "it says what is said in other calls"
_TALK = "it talks like an agent"
_DISAGREE = "one says what is said in other calls, but the other talks like an agent"
_NEITHER = "neither talks like an agent"

Utterance = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Role:
    """What a call's label stands for; `why` for a reader. No speaker: it can't be told."""

    agent_label: str | None
    why: str


def known_role(label: str, agents: Iterable[str] = ()) -> Speaker | None:
    """What a label says by itself: "Agent", "caller 1", or the name of one of the staff."""
    plain = label.casefold().strip()
    if plain and plain in {agent.casefold() for agent in agents}:
        return "agent"
    roles = {_LABELS[word] for word in _WORD.findall(plain) if word in _LABELS}
    return roles.pop() if len(roles) == 1 else None


def tell_apart(calls: Mapping[str, Sequence[Utterance]]) -> dict[str, Role]:
    """For calls of (label, text) whose labels say nothing: which label is the agent's.

    When the two tests disagree, or neither can tell, it stays open. But where the same two labels
    run through all calls, the calls that tell decide for those that don't.
    """
    scripts = _Scripts(calls)
    roles = {call: _judge(call, said, scripts) for call, said in calls.items()}
    decided = Counter(role.agent_label for role in roles.values() if role.agent_label is not None)
    pairs = {frozenset(label for label, _ in said) for said in calls.values()}
    if len(pairs) != 1 or sum(decided.values()) < _MIN_CALLS:
        return roles
    ((label, votes),) = decided.most_common(1)
    if votes < _SAME_LABEL * sum(decided.values()):
        return roles
    usual = Role(label, f"'{label}' is the agent in {votes} of {decided.total()} calls that tell")
    return {
        call: usual if role.why in (_DISAGREE, _NEITHER) else role for call, role in roles.items()
    }


def _judge(call: str, said: Sequence[Utterance], scripts: "_Scripts") -> Role:
    texts: dict[str, list[str]] = defaultdict(list)
    for label, text in said:
        texts[label].append(text.lower())
    if len(texts) != 2:
        return Role(None, f"it has {len(texts)} speakers, not two")
    by_script = _larger({k: scripts.share(call, v) for k, v in texts.items()}, _SCRIPT_MARGIN)
    by_talk = _larger({k: _agent_talk(v) for k, v in texts.items()}, _TALK_MARGIN)
    if by_script and by_talk and by_script != by_talk:
        return Role(None, _DISAGREE)
    if not by_script and not by_talk:
        return Role(None, _NEITHER)
    reasons = [why for found, why in ((by_script, _SCRIPT), (by_talk, _TALK)) if found]
    return Role(by_script or by_talk, " and ".join(reasons))


def _larger(scores: Mapping[str, float], margin: float) -> str | None:
    """The label with clearly more of a score, as a share of both."""
    (less, lower), (more, higher) = sorted(scores.items(), key=lambda item: item[1])
    if less == more or higher <= 0 or (higher - lower) / (higher + lower) < margin:
        return None
    return more


class _Scripts:
    """How much of what is said in a call is said, word for word, in others."""

    def __init__(self, calls: Mapping[str, Sequence[Utterance]]) -> None:
        self._in_calls: Counter[tuple[str, ...]] = Counter()
        self._enough = len(calls) >= _MIN_CALLS
        for said in calls.values():
            self._in_calls.update({gram for _, text in said for gram in _grams(text.lower())})

    def share(self, call: str, texts: Iterable[str]) -> float:
        """Of all runs of four words; 0 for too few calls to compare with."""
        grams = [gram for text in texts for gram in _grams(text)]
        if not self._enough or not grams:
            return 0.0
        return sum(self._in_calls[gram] > 1 for gram in grams) / len(grams)


def _grams(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text)
    return [tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)]


def _agent_talk(texts: Sequence[str]) -> float:
    """Cues, questions and talk of the other side; 0 to about 2."""
    words = [word for text in texts for word in _WORD.findall(text)]
    if not words:
        return 0.0
    cues = sum(len(_AGENT_CUES.findall(text)) for text in texts)
    asked = sum("?" in text or next(iter(_WORD.findall(text)), "") in _ASKING for text in texts)
    yours, mine = sum(w in _YOURS for w in words), sum(w in _MINE for w in words)
    return (
        min(1.0, cues / 4)
        + asked / len(texts) / 2
        + (yours / (yours + mine) if yours + mine else 0) / 2
    )
