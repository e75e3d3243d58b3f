"""Group B: how what is offered is told."""

from statistics import fmean

from agent.dialogue.rules import normalise
from agent.evaluation.rubric.reading import Reading, Verdict

_WORDS_PER_MINUTE = (110.0, 205.0)
_PACE_WORDS = 10
_WORDS_A_SENTENCE = 20.0
_SPEECH_S = 30.0
_ASKED_AGAIN = 0.05
_NEARLY_ALL, _HALF = 0.9, 0.5
_CORE_SHARE = 0.5
_MOSTLY_ANSWERED = 2 / 3


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
    offers = [s for s in reading.agent if s.place >= reading.offer.place and not s.asks]
    tied = next((s for s in offers if "fits" in s.cues and reading.echoes(s.place)), None)
    if tied is not None:
        return Verdict(2, tied)
    general = next((s for s in offers if "fits" in s.cues), None)
    return Verdict(0 if general is None else 1, general or reading.offer)


def speaks_clearly(reading: Reading) -> Verdict:
    """B4: pace, length of sentences and speeches, and how often the customer asks again."""
    turns = [reading.turns[place] for place in reading.agent_turns]
    timed = [t for t in turns if len(t.text.split()) >= _PACE_WORDS and t.end > t.start]
    pace = [60 * len(turn.text.split()) / (turn.end - turn.start) for turn in timed]
    low, high = _WORDS_PER_MINUTE
    again = sum("asks_again" in sentence.cues for sentence in reading.customer)
    lengths = [len(s.words.split()) for s in reading.agent if s.text[-1] in ".?!…—"]
    faults = [
        why
        for why, there in {
            "too fast or too slow": bool(pace) and not low <= fmean(pace) <= high,
            "long sentences": bool(lengths) and fmean(lengths) > _WORDS_A_SENTENCE,
            "a long speech": any(turn.end - turn.start > _SPEECH_S for turn in turns),
            "the customer has to ask again": again > _ASKED_AGAIN * len(reading.turns),
        }.items()
        if there
    ]
    return Verdict(max(0, 2 - len(faults)), why=", ".join(faults) or "easy to follow")


def answers_questions(reading: Reading) -> Verdict:
    """B5"""
    asked = [s for s in reading.customer if s.asks and len(s.words.split()) > 2]
    if not asked:
        return Verdict(None, why="nothing was asked")
    answers = [(question, reading.answer_to(question.place)) for question in asked]
    evaded = [
        (question, answer)
        for question, answer in answers
        if not answer
        or all(s.asks for s in answer)
        or any("evades" in sentence.cues for sentence in answer)
    ]
    if not evaded:
        return Verdict(2, next((answer[0] for _, answer in answers if answer), None))
    on = next((answer[0] for _, answer in evaded if answer), evaded[0][0])
    share = 1 - len(evaded) / len(asked)
    return Verdict(1 if share >= _MOSTLY_ANSWERED else 0, on, f"{len(evaded)} not answered")
