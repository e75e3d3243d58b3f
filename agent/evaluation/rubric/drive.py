"""Group C: how a call moves on."""

from agent.evaluation.rubric.reading import Reading, Verdict

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
    echoed = [answer for answer in answered if reading.echoes(answer[0].place)]
    taken_up = [a for a in answered if a in echoed or {"accepts", "warm"} & a[0].cues]
    share = len(taken_up) / len(answered)
    score = 2 if share >= _MOSTLY and echoed else 1 if share >= _SOME else 0
    on = (echoed or taken_up or answered)[0][0]
    return Verdict(score, on, f"{len(taken_up)} of {len(answered)} taken up")


def persuades_honestly(reading: Reading) -> Verdict:
    """C4"""
    pressed = next((s for s in reading.agent if {"presses", "boasts"} & s.cues), None)
    if pressed is not None:
        return Verdict(0, pressed)
    candid = next((s for s in reading.agent if "plain" in s.cues), None)
    if candid is not None:
        return Verdict(2, candid)
    return Verdict(None if reading.offer is None else 1, reading.offer)


def takes_up_a_yes(reading: Reading) -> Verdict:
    """C5"""
    signal = next((s for s in reading.customer if "wants_it" in s.cues), None)
    if signal is None:
        return Verdict(None, why="the customer shows no wish to go on")
    asks = [s for s in reading.agent if s.place > signal.place and _moves_on(s.cues, s.asks)]
    if not asks:
        return Verdict(0, signal, "no next step is offered")
    return Verdict(2 if asks[0].place <= signal.place + _SIGNAL_TURNS else 1, asks[0])


def _moves_on(cues: frozenset[str], asks: bool) -> bool:
    return "asks_for_it" in cues or "captures" in cues or asks
