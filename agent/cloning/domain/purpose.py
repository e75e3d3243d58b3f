"""Who calls whom, and what for."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from agent.cloning.domain.description import Direction, Objective
from agent.cloning.mine.material import Material, Place
from agent.cloning.mined import Evidence
from agent.cloning.recorded import Conversation, RecordedCall
from agent.dialogue.rules import normalise
from agent.evaluation.rubric.speech import sentences_of

_OPENING_TURNS = 5
_EXAMPLES = 5
# What a success is called in tables, and what its customer did.
_SUCCESS = {
    ("sale", "sold", "order", "ordered", "bought", "purchase", "purchased"): "orders",
    ("book", "booked", "booking", "appointment", "scheduled", "reserved"): "books",
    ("renew", "renewed", "renewal", "retained", "saved", "stayed"): "stays",
    ("resolved", "solved", "fixed", "answered", "closed"): "has what it called for",
    ("join", "joined", "enrolled", "signed", "subscribed", "registered"): "joins",
    ("paid", "payment", "donated", "gift", "pledge", "pledged"): "agrees to pay",
    ("upgraded", "upgrade", "extended"): "takes more",
}


@dataclass(frozen=True, slots=True)
class Directed:
    """The direction of most calls and their share."""

    direction: Direction
    share: float


def direction_of(material: Material) -> Directed:
    """By the table, else by who says why they ring; outbound where nothing tells."""
    votes = Counter(
        vote
        for call, conversation in material.conversations.items()
        if (vote := _direction(material.calls[call], conversation)) is not None
    )
    if not votes:
        return Directed("outbound", 0.0)
    direction, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
    return Directed(direction, round(count / votes.total(), 3))


def objective_of(material: Material, direction: Direction) -> Objective:
    """The outcome that counts as success, and how agents say what the call is for."""
    calls = material.calls.values()
    won = Counter(call.outcome for call in calls if call.won and call.outcome)
    others = Counter(call.outcome for call in calls if not call.won and call.outcome)
    outcome = min(won, key=lambda name: (-won[name], name), default="")
    return Objective(
        outcome=outcome,
        words=f"the customer {_did(outcome)}",
        otherwise=tuple(sorted(others, key=lambda name: (-others[name], name))),
        said=tuple(islice(_said(material, direction), _EXAMPLES)),
    )


def outcome_mix(calls: Mapping[str, RecordedCall]) -> dict[str, float]:
    """Shares of the calls with a known outcome, commonest first."""
    count = Counter(call.outcome for call in calls.values() if call.outcome)
    ordered = sorted(count, key=lambda name: (-count[name], name))
    return {name: round(count[name] / count.total(), 3) for name in ordered}


def _did(outcome: str) -> str:
    words = set(normalise(outcome.replace("_", " ")).split())
    found = (did for names, did in _SUCCESS.items() if words & set(names))
    return next(found, "says yes" if not outcome else f"ends with: {outcome.replace('_', ' ')}")


def _direction(call: RecordedCall, conversation: Conversation) -> Direction | None:
    told = next((v for k, v in call.case.items() if k.casefold() == "direction"), "").casefold()
    if told.startswith(("in", "out")):
        return "inbound" if told.startswith("in") else "outbound"
    for sentence in sentences_of(conversation):
        if sentence.place >= _OPENING_TURNS:
            break
        if "says_why_ringing" in sentence.cues:
            return "outbound" if sentence.speaker == "agent" else "inbound"
        if sentence.speaker == "agent" and "answers_the_phone" in sentence.cues:
            return "inbound"
        if sentence.speaker == "agent" and sentence.asks and "asks_who_it_is" in sentence.cues:
            return "outbound"
    return None


def _said(material: Material, direction: Direction) -> Iterator[Evidence]:
    """One a call: the best agents' first."""
    wanted = "says_why_ringing" if direction == "outbound" else "answers_the_phone"
    rank = {agent.agent: agent.rank for agent in material.grades.agents}
    last = len(rank) + 1
    ids = sorted(material.conversations, key=lambda c: (rank.get(material.calls[c].agent, last), c))
    for call in ids:
        conversation = material.conversations[call]
        for sentence in sentences_of(conversation):
            if sentence.place >= _OPENING_TURNS:
                break
            if sentence.speaker == "agent" and wanted in sentence.cues:
                place = Place(
                    material.calls[call], sentence.place, conversation.turns[sentence.place]
                )
                yield place.evidence(sentence.text)
                break
