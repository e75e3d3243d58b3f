"""Group C: how a call moves on."""

from agent.evaluation.rubric.gates import presses
from agent.evaluation.rubric.reading import Reading, Verdict, recaps
from agent.evaluation.rubric.speech import Sentence

_OPEN_QUESTIONS = 2
_STATEMENT_WORDS = 6
_MOSTLY, _SOME = 0.5, 0.35
_SIGNAL_TURNS = 2
# Next steps as questions, and as what is begun without one.
_BEGUN = frozenset({"takes_it_on"})
_ASKED = _BEGUN | {"asks_for_it", "offers_smaller_step", "offers_callback", "captures"}
_LEADS_BY_ASKING = 0.5
_NO_NEED = frozenset({"asks_permission", "asks_who_it_is", "answers_the_phone"})


def asks_first(reading: Reading) -> Verdict:
    """C1"""
    asked = [s for s in reading.before_offer(reading.agent) if s.asks and not _NO_NEED & s.cues]
    open_ones = [sentence for sentence in asked if "open_question" in sentence.cues]
    if len(open_ones) >= _OPEN_QUESTIONS:
        return Verdict(2, open_ones[0])
    return Verdict(1 if asked else 0, asked[0] if asked else _first(reading))


def listens(reading: Reading) -> Verdict:
    """C2"""
    told = [
        place
        for place, turn in enumerate(reading.turns)
        if turn.speaker == "customer" and len(turn.text.split()) > _STATEMENT_WORDS
    ]
    answered = [answer for place in told if (answer := reading.answer_to(place))]
    if not answered:
        return Verdict(None, why="the customer told nothing")
    echoed = [answer for answer in answered if any(map(reading.echoes, answer))]
    heard = {"accepts", "warm"}
    taken_up = [answer for answer in answered if answer in echoed or heard & answer[0].cues]
    share = len(taken_up) / len(answered)
    score = 2 if share >= _MOSTLY and echoed else 1 if share >= _SOME else 0
    on = (echoed or taken_up or answered)[0][0]
    return Verdict(score, on, f"{len(taken_up)} of {len(answered)} taken up")


def leads(reading: Reading) -> Verdict:
    """C3: who asks leads, or else who finds out before offering and proposes a step after."""
    lost = next((s for s in reading.agent if "rude" in s.cues or presses(s)), None)
    if lost is not None:
        return Verdict(0, lost)
    asked = [s for s in reading.before_offer(reading.agent) if s.asks and not _NO_NEED & s.cues]
    start = reading.offer.place if reading.offer else asked[-1].place if asked else 0
    steps = [s for s in reading.agent if s.place > start and _proposes(s)]
    on = steps[0] if steps else asked[0] if asked else _first(reading)
    asking = {s.place for s in reading.agent if s.asks and "offers_help" not in s.cues}
    if len(asking) >= _LEADS_BY_ASKING * len(reading.agent_turns):
        return Verdict(2, on)
    return Verdict(bool(steps) + bool(asked), on)


def persuades_honestly(reading: Reading) -> Verdict:
    """C4"""
    pressed = next((s for s in reading.agent if _pushes(s)), None)
    if pressed is not None:
        return Verdict(0, pressed)
    if reading.misleads:
        return Verdict(0, reading.untrue[0], "persuades by what is not true")
    candid = next((s for s in reading.agent if "plain" in s.cues), None)
    boasted = next((s for s in reading.agent if "boasts" in s.cues), None)
    if candid is not None and boasted is None:
        return Verdict(2, candid)
    on = boasted or reading.offer
    if on is None:
        return Verdict(None, why="nothing is offered")
    return Verdict(1, on)


def takes_up_a_yes(reading: Reading) -> Verdict:
    """C5"""
    start = reading.offer.place if reading.offer else len(reading.turns)
    wishes = {"wants_it", "warms_to_it"}
    signals = [s for s in reading.customer if s.place > start and wishes & s.cues]
    if not signals and reading.agreed is not None:
        signals = [reading.agreed]
    if not signals:
        return Verdict(None, why="the customer shows no wish to go on")
    for signal in signals:
        soon = reading.next_turns(signal.place, _SIGNAL_TURNS)
        taken = next((s for s in soon if _proposes(s)), None)
        if taken is not None:
            return Verdict(2, taken)
    later = next((s for s in reading.agent if s.place > signals[0].place and _proposes(s)), None)
    if later is None:
        return Verdict(0, signals[0], "no next step is offered")
    return Verdict(1, later)


def _first(reading: Reading) -> Sentence | None:
    """What is offered, or where nothing is, the agent's first words."""
    return reading.offer or next(iter(reading.agent), None)


def _proposes(sentence: Sentence) -> bool:
    """A next step, asked for or begun."""
    return recaps(sentence) or bool((_ASKED if sentence.asks else _BEGUN) & sentence.cues)


def _pushes(sentence: Sentence) -> bool:
    return presses(sentence) or "bad_advice" in sentence.cues
