"""Group C: how a call moves on."""

from agent.evaluation.rubric.gates import presses
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Sentence

_OPEN_QUESTIONS = 2
_STATEMENT_WORDS = 6
_MOSTLY, _SOME = 0.6, 0.35
_SIGNAL_TURNS = 2
_NO_NEED = frozenset({"asks_permission", "asks_who_it_is", "answers_the_phone"})


def asks_first(reading: Reading) -> Verdict:
    """C1"""
    asked = [s for s in reading.before_offer(reading.agent) if s.asks and not _NO_NEED & s.cues]
    open_ones = [sentence for sentence in asked if "open_question" in sentence.cues]
    if len(open_ones) >= _OPEN_QUESTIONS:
        return Verdict(2, open_ones[0])
    return Verdict(1 if asked else 0, asked[0] if asked else reading.offer)


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
    heard = {"accepts", "acknowledges", "warm"}
    taken_up = [answer for answer in answered if answer in echoed or heard & answer[0].cues]
    share = len(taken_up) / len(answered)
    score = 2 if share >= _MOSTLY and echoed else 1 if share >= _SOME else 0
    on = (echoed or taken_up or answered)[0][0]
    return Verdict(score, on, f"{len(taken_up)} of {len(answered)} taken up")


def persuades_honestly(reading: Reading) -> Verdict:
    """C4"""
    pressed = next((s for s in reading.agent if _pushes(s)), None)
    if pressed is not None:
        return Verdict(0, pressed)
    candid = next((s for s in reading.agent if "plain" in s.cues), None)
    if candid is not None:
        return Verdict(2, candid)
    return Verdict(None if reading.offer is None else 1, reading.offer)


def takes_up_a_yes(reading: Reading) -> Verdict:
    """C5"""
    start = reading.offer.place if reading.offer else len(reading.turns)
    wishes = (s for s in reading.customer if s.place > start and "wants_it" in s.cues)
    signal = next(wishes, None)
    if signal is None:
        return Verdict(None, why="the customer shows no wish to go on")
    moves = {"asks_for_it", "captures", "recaps"}
    steps = [s for s in reading.agent if s.place > signal.place and (s.asks or moves & s.cues)]
    if not steps:
        return Verdict(0, signal, "no next step is offered")
    return Verdict(2 if steps[0].place <= signal.place + _SIGNAL_TURNS else 1, steps[0])


def _pushes(sentence: Sentence) -> bool:
    return presses(sentence) or bool({"boasts", "bad_advice"} & sentence.cues)
