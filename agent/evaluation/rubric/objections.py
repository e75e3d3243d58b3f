"""Group D: how a reason not to go on is met. No chance for it where there is none."""

from agent.evaluation.rubric.gates import presses
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Sentence

_STATED_WORDS = 6
_NOTHING = Verdict(None, why="no objection was found")


def asks_behind(reading: Reading) -> Verdict:
    """D2"""
    objection, answer = reading.objection, _answer(reading)
    if objection is None or not answer or reading.removed:
        return _NOTHING
    probes = [s for s in _later(reading, objection) if s.asks and "probes" in s.cues]
    if not probes:
        return Verdict(0, answer[0])
    return Verdict(2 if probes[0].place == answer[0].place else 1, probes[0])


def asks_again(reading: Reading) -> Verdict:
    """D4"""
    objection, answer = reading.objection, _answer(reading)
    if objection is None or not answer:
        return _NOTHING
    later = _later(reading, objection)
    rough = next((s for s in later if presses(s) or "rude" in s.cues), None)
    if rough is not None:
        return Verdict(0, rough)
    again = next((s for s in later if s.asks and {"asks_for_it", "probes"} & s.cues), None)
    if again is not None:
        return Verdict(2, again)
    stated = next((s for s in answer if not s.asks and len(s.words.split()) > _STATED_WORDS), None)
    return Verdict(0 if stated is None else 1, stated or answer[0])


def _answer(reading: Reading) -> tuple[Sentence, ...]:
    return () if reading.objection is None else reading.answer_to(reading.objection.place)


def _later(reading: Reading, objection: Sentence) -> list[Sentence]:
    return [sentence for sentence in reading.agent if sentence.place > objection.place]
