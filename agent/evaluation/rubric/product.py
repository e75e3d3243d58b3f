"""Group B: how what is offered is told."""

from agent.dialogue.rules import normalise
from agent.evaluation.rubric.reading import Reading, Verdict

_NEARLY_ALL, _HALF = 0.9, 0.5
_CORE_SHARE = 0.5


def tells_core(reading: Reading) -> Verdict:
    """B1: the facts that at least half as many calls state as the commonest one."""
    if not reading.facts:
        return Verdict(None, why="no facts to hold it against")
    most = max(fact.calls for fact in reading.facts)
    core = [fact for fact in reading.facts if fact.calls >= _CORE_SHARE * most]
    said = {
        fact.id: sentence
        for fact in core
        for sentence in reading.agent
        if normalise(fact.spoken) in sentence.words
    }
    share = len(said) / len(core)
    score = 2 if share >= _NEARLY_ALL else 1 if share >= _HALF else 0
    return Verdict(score, next(iter(said.values()), None), f"{len(said)} of {len(core)}")


def ties_to_need(reading: Reading) -> Verdict:
    """B3"""
    if reading.offer is None:
        return Verdict(None, why="nothing is offered")
    told = [s for s in reading.agent if s.place >= reading.offer.place and not s.asks]
    offers = [s for s in told if {"fits", "offers"} & s.cues]
    tied = next((s for s in offers if reading.echoes(s)), None)
    if tied is not None:
        return Verdict(2, tied)
    general = next((s for s in offers if "fits" in s.cues), None)
    return Verdict(0 if general is None else 1, general or reading.offer)
