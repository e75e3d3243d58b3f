"""Group B: how what is offered is told."""

from collections.abc import Sequence

from agent.evaluation.rubric.knowledge import Fact, amount_of
from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Sentence
from agent.evaluation.rubric.truth import checkable

_MOST, _SOME = 0.75, 0.25
_MANY_ECHOES = 2
# Before this turn people are still greeting each other.
_EARLIEST_BENEFIT = 4
# "Twenty-six a month" and "five hundred down" go without their unit.
_SAID_BARE = frozenset({"money", "speed"})


def tells_core(reading: Reading) -> Verdict:
    """B1"""
    if reading.knowledge is None or not reading.knowledge.core:
        return Verdict(None, why="which facts have to be said is not known")
    core = reading.knowledge.core
    told = [found for facts in core if (found := _states(reading, facts)) is not None]
    share = len(told) / len(core)
    score = 2 if share >= _MOST else 1 if share >= _SOME else 0
    on = told[0] if told else reading.offer or reading.agent[0]
    return Verdict(score, on, f"{len(told)} of {len(core)} are said")


def _states(reading: Reading, facts: Sequence[Fact]) -> Sentence | None:
    """Where an agent says one of them: its words, or its amount in others."""
    amounts = [fact.amount for fact in facts if fact.amount is not None]
    bare = {value for kind, value in amounts if kind in _SAID_BARE}
    for sentence in reading.agent:
        if any(fact.spoken in sentence.words for fact in facts):
            return sentence
        said = reading.amounts(sentence)
        if any(amount_of(q) in amounts or (not q.dimension and q.value in bare) for q in said):
            return sentence
    return None


def tells_truth(reading: Reading) -> Verdict:
    """B2"""
    if reading.knowledge is None:
        return Verdict(None, why="which facts are true is not known")
    if reading.denied:
        return Verdict(0, reading.denied[0], "denies what the facts have")
    if reading.untrue:
        return Verdict(
            0 if reading.misleads else 1,
            reading.untrue[0],
            f"{len(reading.untrue)} not in the facts",
        )
    told = next((s for s in reading.agent if checkable(s, reading.knowledge)), None)
    if told is None:
        return Verdict(None, why="nothing is told that facts could show")
    return Verdict(2, told)


def ties_to_need(reading: Reading) -> Verdict:
    """B3"""
    if reading.offer is None:
        return Verdict(None, why="nothing is offered")
    told = [s for s in reading.agent if s.place >= _EARLIEST_BENEFIT and not s.asks]
    offers = [
        s
        for s in told
        if "fits" in s.cues or ("offers" in s.cues and s.place >= reading.offer.place)
    ]
    tied = next((s for s in offers if _is_tied(reading, s)), None)
    if tied is not None:
        return Verdict(2, tied)
    general = next((s for s in offers if "fits" in s.cues or reading.echoes(s)), None)
    return Verdict(0 if general is None else 1, general or reading.offer)


def _is_tied(reading: Reading, sentence: Sentence) -> bool:
    """A benefit in the customer's words, or many of them: one alone may be what it rang about."""
    return len(reading.echoes(sentence)) >= (1 if "fits" in sentence.cues else _MANY_ECHOES)
