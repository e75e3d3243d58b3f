"""Whether the customer can follow, and gets answers."""

from collections.abc import Iterator

from agent.evaluation.rubric.reading import Reading, Verdict
from agent.evaluation.rubric.speech import Sentence

# So many figures in one turn before anything is agreed are a list, unless they are asked for or
# tied to what the customer said.
_FIGURES = 5
_LONG_TURN_WORDS, _LONG_SENTENCE_WORDS = 90, 50
_BREACHES_FOR_PART = 1
_MOST = 0.6
_OPENING_TURNS = 3
_WITH_QUESTION_BACK = 2


def is_clear(reading: Reading) -> Verdict:
    """B4"""
    told = [s for s in reading.agent if not s.asks]
    if not told:
        return Verdict(None, why="nothing is told")
    breaches = list(_unclear(reading))
    if not breaches:
        return Verdict(2, max(told, key=lambda s: len(s.words.split())))
    sentence, why = breaches[0]
    more = "" if len(breaches) == 1 else f", and {len(breaches) - 1} more"
    return Verdict(1 if len(breaches) <= _BREACHES_FOR_PART else 0, sentence, why + more)


def answers_questions(reading: Reading) -> Verdict:
    """B5"""
    asked = [s for s in reading.customer if s.asks and s.place >= _OPENING_TURNS]
    answered = [(one, answer) for one in asked if (answer := reading.answer_to(one.place))]
    if not answered:
        return Verdict(None, why="the customer asks nothing")
    missed = [answer for one, answer in answered if not _answers(reading, one, answer)]
    share = 1 - len(missed) / len(answered)
    deferred = any("defers" in s.cues for _, answer in answered for s in answer)
    score = 0 if share < _MOST else 1 if missed or deferred else 2
    on = (missed[0] if missed else answered[0][1])[0]
    return Verdict(score, on, f"{len(answered) - len(missed)} of {len(answered)} answered")


def _unclear(reading: Reading) -> Iterator[tuple[Sentence, str]]:
    """What keeps a customer from following, in the order of the call, each kind as often."""
    end = reading.agreed.place if reading.agreed else len(reading.turns)
    for turn in reading.agent_turns:
        sentences = reading.of_turn(turn)
        asked = any(s.asks for s in reading.of_turn(turn - 1)) if turn else False
        figures = sum(len(reading.amounts(s)) for s in sentences)
        tied = asked or any(map(reading.echoes, sentences))
        if figures >= _FIGURES and not tied and turn < end:
            yield sentences[0], "a list of figures that nobody asked for"
        if sum(len(s.words.split()) for s in sentences) > _LONG_TURN_WORDS:
            yield sentences[0], "a long speech"
        for sentence in sentences:
            if len(sentence.words.split()) > _LONG_SENTENCE_WORDS:
                yield sentence, "a long sentence"
            if "evades" in sentence.cues:
                yield sentence, "leaves it vague"
    for sentence in reading.customer:
        if "asks_again" in sentence.cues and sentence.place >= _OPENING_TURNS:
            yield _before(reading, sentence), f"the customer has to ask again: {sentence.text}"


def _answers(reading: Reading, asked: Sentence, answer: tuple[Sentence, ...]) -> bool:
    """Something true is told, if need be after a question back, and not at once disputed."""
    tells = any(not s.asks for s in reading.next_turns(asked.place, _WITH_QUESTION_BACK))
    evades = any({"evades", "vague"} & s.cues or s in reading.untrue for s in answer)
    reply = [s for s in reading.customer if s.place == answer[0].place + 1]
    return tells and not evades and not any("disputes" in s.cues for s in reply)


def _before(reading: Reading, sentence: Sentence) -> Sentence:
    """The agent's words that it is about."""
    said = [s for s in reading.agent if s.place < sentence.place]
    return said[-1] if said else sentence
