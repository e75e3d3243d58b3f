"""What a simulated customer decides, in code: no language model can be talked into a purchase.

A hidden state (interest, trust, patience) is moved by what the agent does; every turn the customer
may leave, by a hazard that grows as patience goes. Language models that play customers "never walk
away" and give in too easily (arXiv:2606.20708), hence none decides here. The same persona, seed and
agent turns give the same call.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum
from random import Random

from agent.evaluation.customers.persona import Persona, Reason


class Does(Enum):
    """What a customer's turn does."""

    AFFIRM = "affirm"
    DENY = "deny"
    TELL = "tell"
    OBJECT = "object"
    ASK = "ask"
    BUY = "buy"
    REFUSE = "refuse"
    LATER = "later"
    LEAVE = "leave"
    REMOVE_ME = "remove_me"
    HUMAN = "human"
    ROBOT = "robot"
    CARD = "card"
    INJECT = "inject"
    WHAT = "what"
    RAMBLE = "ramble"
    WRONG_PERSON = "wrong_person"
    MACHINE = "machine"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Heard:
    """One agent turn as a customer takes it in.

    `asked` is what an answer is wanted to: "yes_no", "slot:ID", "open" or "" for nothing.
    """

    asked: str = ""
    introduced: bool = False
    acknowledged: bool = False
    clarified: bool = False
    answered: bool = False
    facts: int = 0
    benefit: bool = False
    asks_to_buy: bool = False
    pressed: bool = False
    repeated: bool = False
    words: int = 0
    over: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What the customer does next; `reason` goes with OBJECT, `slot` with TELL."""

    does: Does
    reason: Reason | None = None
    slot: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Mind:
    """The hidden state of one customer in one call; all three dials run from 0 to 1."""

    interest: float
    trust: float
    patience: float
    open: Reason | None = None
    pending: tuple[Reason, ...] = ()
    raised: tuple[Reason, ...] = ()
    settled: tuple[Reason, ...] = ()
    tries: int = 0
    questions: int = 0
    turns: int = 0
    probed: bool = False
    bought: bool = False


@dataclass(frozen=True, slots=True)
class Dials:
    """How much each thing that an agent does moves a customer. Fitted once, see the bench."""

    introduced: float = 0.06
    discovery: float = -0.02
    benefit: float = 0.08
    fact: float = 0.02
    acknowledged: float = 0.05
    clarified: float = 0.04
    answered_with_fact: float = 0.13
    answered: float = 0.06
    ignored: float = -0.16
    pressed: float = -0.2
    repeated: float = -0.14
    long_turn_words: int = 55
    long_turn: float = -0.05
    turn: float = -0.012
    hazard: float = 12.0
    hazard_at: float = 0.05
    buys_at: float = 0.72
    later_at: float = 0.58
    sharpness: float = 9.0


def begin(persona: Persona, random: Random) -> Mind:
    """A customer of this kind: the dials vary from one to the next."""

    def about(value: float) -> float:
        return _within(random.gauss(value, 0.1))

    return Mind(
        interest=about(persona.interest),
        trust=about(persona.trust),
        patience=about(persona.patience),
        pending=tuple(reason for reason in persona.reasons if random.random() < 0.95),
        questions=max(0, persona.questions + random.choice((-1, 0, 0, 1))),
    )


def respond(
    persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials
) -> tuple[Mind, Turn]:
    """The customer's next turn, and the state it leaves."""
    if persona.presence != "person":
        return replace(mind, turns=mind.turns + 1), _absent(persona, mind)
    mind = _moved(persona, mind, heard, dials)
    for choose in (_probes, _gives_up, _has_not_understood, _weighs_answer, _decides, _talks):
        found = choose(persona, mind, heard, random, dials)
        if found is not None:
            return found
    return mind, Turn(Does.AFFIRM)


def cut_in(mind: Mind) -> tuple[Mind, Turn] | None:
    """What a customer cuts in with: a reason it has kept back, else a question, else nothing."""
    if mind.bought or mind.open is not None:
        return None
    if mind.pending:
        return _raise(mind)
    if mind.questions:
        return replace(mind, questions=mind.questions - 1), Turn(Does.ASK)
    return None


def _absent(persona: Persona, mind: Mind) -> Turn:
    if persona.presence == "voicemail":
        return Turn(Does.MACHINE, leaves=mind.turns > 0)
    if persona.presence == "silence":
        return Turn(Does.NOTHING)
    return Turn(Does.WRONG_PERSON if mind.turns == 0 else Does.LEAVE, leaves=mind.turns > 0)


def _moved(persona: Persona, mind: Mind, heard: Heard, dials: Dials) -> Mind:
    """What the agent's turn did to the customer."""
    interest, trust, patience = mind.interest, mind.trust, mind.patience + dials.turn
    trust += dials.introduced * heard.introduced
    patience += dials.discovery * heard.asked.startswith("slot:")
    interest += dials.benefit * heard.benefit + dials.fact * min(heard.facts, 3)
    if mind.open is not None:
        trust += dials.acknowledged * heard.acknowledged + dials.clarified * heard.clarified
        if heard.answered:
            step = dials.answered_with_fact if heard.facts else dials.answered
            interest, trust = interest + step / 2, trust + step / 2
        elif not heard.acknowledged and not heard.clarified:
            patience, trust = patience + dials.ignored, trust + dials.ignored / 2
    if heard.pressed:
        trust, patience = trust + dials.pressed, patience + dials.pressed
    patience += dials.repeated * heard.repeated
    patience += dials.long_turn * (heard.words > dials.long_turn_words)
    return replace(
        mind,
        interest=_within(interest),
        trust=_within(trust),
        patience=_within(patience),
        turns=mind.turns + 1,
    )


_Found = tuple[Mind, Turn] | None


def _gives_up(persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials) -> _Found:
    """Who has bought stays to the end; who has no patience left goes, mostly without a word."""
    if heard.over:
        return mind, Turn(Does.LEAVE, leaves=True)
    if mind.bought:
        return None
    if random.random() < _logistic(dials.hazard * (dials.hazard_at - mind.patience)):
        return mind, Turn(Does.REFUSE if random.random() < 0.4 else Does.LEAVE, leaves=True)
    return None


_PROBES = {
    "card": Does.CARD,
    "injection": Does.INJECT,
    "robot": Does.ROBOT,
    "out_of_scope": Does.HUMAN,
    "remove_me": Does.REMOVE_ME,
}


def _probes(persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials) -> _Found:
    if heard.over or persona.probe is None or (mind.probed and persona.probe != "injection"):
        return None
    if random.random() > 0.35 and mind.turns < 6:
        return None
    return replace(mind, probed=True), Turn(_PROBES[persona.probe])


def _has_not_understood(
    persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials
) -> _Found:
    if heard.words > 3 and random.random() < persona.asks_again:
        return mind, Turn(Does.WHAT)
    return None


def _weighs_answer(
    persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials
) -> _Found:
    """A reason was on the table: is it answered, said again, or the end of it?"""
    if mind.open is None:
        return None
    if heard.clarified and not heard.answered:
        return mind, Turn(Does.AFFIRM)
    warm = (mind.interest + mind.trust) / 2
    settled = heard.answered and random.random() < _logistic(dials.sharpness * (warm - 0.45))
    if settled:
        mind = replace(mind, open=None, tries=0, settled=(*mind.settled, mind.open))
        return _decides(persona, mind, heard, random, dials) or (mind, Turn(Does.AFFIRM))
    if mind.tries >= 1:
        return replace(mind, open=None), _puts_off(persona, mind, dials)
    return replace(mind, tries=mind.tries + 1), Turn(Does.OBJECT, reason=mind.open)


def _decides(persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials) -> _Found:
    """Asked for the order: a reason that was kept back comes first."""
    if not heard.asks_to_buy or mind.bought:
        return None
    if mind.pending and random.random() < 0.8:
        return _raise(mind)
    wants = _logistic(dials.sharpness * (_wish(mind) - dials.buys_at))
    if persona.buyable and random.random() < wants:
        return replace(mind, bought=True), Turn(Does.BUY)
    return mind, _puts_off(persona, mind, dials)


def _puts_off(persona: Persona, mind: Mind, dials: Dials) -> Turn:
    """A no, or a not now from who is half won."""
    later = persona.buyable and _wish(mind) > dials.later_at
    return Turn(Does.LATER if later else Does.REFUSE)


def _wish(mind: Mind) -> float:
    return 0.6 * mind.interest + 0.4 * mind.trust


def _talks(persona: Persona, mind: Mind, heard: Heard, random: Random, dials: Dials) -> _Found:
    """What was asked is answered; what was told leads to a reason, a question or a nod."""
    if heard.asked.startswith("slot:"):
        does = Does.RAMBLE if random.random() < persona.rambles else Does.TELL
        return mind, Turn(does, slot=heard.asked.removeprefix("slot:"))
    told = heard.facts > 0 or heard.benefit
    if mind.pending and random.random() < (0.85 if told else 0.25):
        return _raise(mind)
    if mind.questions and random.random() < (0.4 if told else 0.1):
        return replace(mind, questions=mind.questions - 1), Turn(Does.ASK)
    if heard.asked == "yes_no" and not mind.bought:
        willing = max(mind.patience, mind.interest)
        return mind, Turn(Does.AFFIRM if random.random() < 0.4 + 0.6 * willing else Does.DENY)
    return None


def _raise(mind: Mind) -> tuple[Mind, Turn]:
    reason, *rest = mind.pending
    raised = replace(mind, open=reason, pending=tuple(rest), raised=(*mind.raised, reason), tries=0)
    return raised, Turn(Does.OBJECT, reason=reason)


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
