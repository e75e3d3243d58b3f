"""Group D: how a reason not to go on is met. No chance for it where there is none."""

from agent.evaluation.rubric.gates import presses
from agent.evaluation.rubric.reading import Reading, Verdict, asks_for_decision
from agent.evaluation.rubric.speech import Sentence

_STATED_WORDS = 6
_SOON_TURNS, _ANSWER_TURNS = 2, 4
_DENIES = frozenset({"rude", "bad_advice", "evades"})
_NEXT_STEPS = frozenset({"asks_for_it", "offers_smaller_step", "offers_callback", "names_a_day"})
_COURTESIES = frozenset({"thanks", "wishes_well", "says_goodbye", "gives_up"})
_NOTHING = Verdict(None, why="no objection was found")


def accepts(reading: Reading) -> Verdict:
    """D1"""
    objection, answer = reading.objection, _answer(reading)
    if objection is None or not answer:
        return _NOTHING
    denied = next((s for s in answer if _DENIES & s.cues or presses(s)), None)
    if denied is not None:
        return Verdict(0, denied)
    heard = next((s for s in answer if {"accepts", "warm", "acknowledges"} & s.cues), None)
    taken_up = next((s for s in answer if _probes(s) or reading.echoes(s)), None)
    asked = any(s.asks and "asks_for_it" not in s.cues for s in answer)
    rebutted = any("rebuts" in s.cues for s in answer)
    if taken_up is not None and (heard or asked) and not rebutted:
        return Verdict(2, heard or taken_up)
    told = heard or taken_up or next((s for s in answer if s.asks or _tells(s)), None)
    return Verdict(0 if told is None else 1, told or answer[0])


def asks_behind(reading: Reading) -> Verdict:
    """D2"""
    objection, answer = reading.objection, _answer(reading)
    if objection is None or not answer or reading.removed:
        return _NOTHING
    probes = [s for s in _later(reading, objection) if _probes(s)]
    if not probes:
        return Verdict(0, answer[0])
    soon = {
        s.place for one in reading.objections for s in reading.next_turns(one.place, _SOON_TURNS)
    }
    first = next((probe for probe in probes if probe.place in soon), None)
    return Verdict(1 if first is None else 2, first or probes[0])


def answers(reading: Reading) -> Verdict:
    """D3"""
    objection, answer = reading.objection, _answer(reading)
    if objection is None or not answer:
        return _NOTHING
    window = reading.next_turns(objection.place, _ANSWER_TURNS)
    false = next((s for s in window if _DENIES & s.cues or presses(s) or s in reading.untrue), None)
    if false is not None:
        return Verdict(0, false)
    told = [s for s in window if _tells(s)]
    grounded = [s for s in told if reading.amounts(s) or {"offers", "fits", "plain"} & s.cues]
    fitting = next((s for s in grounded if "plain" in s.cues or reading.echoes(s)), None)
    if fitting is not None:
        return Verdict(2, fitting)
    on = next(iter(grounded or told), None)
    return Verdict(0 if on is None else 1, on or answer[0])


def asks_again(reading: Reading) -> Verdict:
    """D4"""
    objection, answer = reading.objection, _answer(reading)
    if objection is None or not answer:
        return _NOTHING
    later = _later(reading, objection)
    rough = next((s for s in later if presses(s) or "rude" in s.cues), None)
    if rough is not None:
        return Verdict(0, rough)
    asked = (s for s in later if asks_for_decision(s) or _probes(s))
    again = next(asked, None)
    if again is not None:
        return Verdict(2, again)
    stated = next((s for s in answer if _tells(s)), None)
    return Verdict(0 if stated is None else 1, stated or answer[0])


def _probes(sentence: Sentence) -> bool:
    """A question for what is meant, or which of two things it is; not for the next step."""
    if not sentence.asks or "offers_help" in sentence.cues:
        return False
    which = " or " in sentence.words and not _NEXT_STEPS & sentence.cues
    return which or "probes" in sentence.cues


def _tells(sentence: Sentence) -> bool:
    says_more = len(sentence.words.split()) > _STATED_WORDS
    return not sentence.asks and says_more and not _COURTESIES & sentence.cues


def _answer(reading: Reading) -> tuple[Sentence, ...]:
    return () if reading.objection is None else reading.answer_to(reading.objection.place)


def _later(reading: Reading, objection: Sentence) -> list[Sentence]:
    return [sentence for sentence in reading.agent if sentence.place > objection.place]
