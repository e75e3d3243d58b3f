"""How agents meet a reason not to go on: grant it, ask what it is, answer it, ask again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from agent.cloning.mine.acts.said import Said
from agent.cloning.mine.acts.talks import SaidTurn, Talk, is_agents
from agent.cloning.mine.acts.wording import isolates
from agent.cloning.mine.objections.raised import Raised
from agent.cloning.mined import Step

# The agent's turns in which an objection is dealt with.
_TURNS = 4
# A statement with fewer words grants or fills; one with more says something.
_SAYS_SOMETHING = 6
_SAYS_MUCH = 15
_GRANTING = frozenset({"acknowledge", "apologise", "other"})
_ELSEWHERE = frozenset({"capture", "close", "permission", "callback", "hand_over", "recap"})
_NO_ANSWER = frozenset({*_GRANTING, "sign_off", "capture", "open"})


@dataclass(frozen=True, slots=True)
class Handling:
    """One objection and the sentences that met it; a step that was left out is empty."""

    raised: Raised
    acknowledge: tuple[Said, ...]
    clarify: tuple[Said, ...]
    answer: tuple[Said, ...]
    re_ask: tuple[Said, ...]

    def step(self, step: Step) -> tuple[Said, ...]:
        """The sentences of one of the four steps."""
        found: tuple[Said, ...] = getattr(self, step)
        return found

    def worth(self, step: Step) -> float:
        """0 to 1: more when all four steps were taken, and it surely is that objection.

        A clarifying question is worth half when it does not ask what is in the way.
        """
        taken = sum(map(bool, (self.acknowledge, self.clarify, self.answer, self.re_ask))) / 4
        vague = step == "clarify" and not any(isolates(one.text) for one in self.clarify)
        return taken * self.raised.probability * (0.5 if vague else 1.0)


def handling(raised: Raised, talk: Talk, others: Mapping[int, set[str]]) -> Handling:
    """What the agent did about it. `others`: turn -> the reasons raised there."""
    turns = tuple(_agents_turns(raised, talk, others))
    first = turns[0] if turns else ()
    acknowledge = _acknowledge(first)
    clarify = tuple(one for one in first if _clarifies(one, first))[:1]
    start = 1 if clarify else 0
    at = next((i for i in range(start, len(turns)) if _answer(turns[i])), None)
    answer = _answer(turns[at]) if at is not None else ()
    re_ask = _re_ask(turns[at:], answer, clarify) if at is not None else ()
    return Handling(raised, acknowledge, clarify, answer, re_ask)


def _agents_turns(raised: Raised, talk: Talk, others: Mapping[int, set[str]]) -> Iterator[SaidTurn]:
    """Those after it, until another reason comes up.

    A reason that the customer gives when asked what is in the way is the same one, explained.
    """
    here, count, explains = raised.said.place.index, 0, False
    for turn in talk:
        index = turn[0].place.index
        if index <= here:
            continue
        if is_agents(turn):
            yield turn
            count += 1
            if count == _TURNS:
                return
            explains = count == 1 and any(one.question for one in turn)
        elif others.get(index, set()) - {raised.reason} and not explains:
            return


def _before_question(turn: SaidTurn) -> Iterator[Said]:
    for one in turn:
        if one.question:
            return
        yield one


def _acknowledge(turn: SaidTurn) -> tuple[Said, ...]:
    """What the turn begins with, as far as it only grants; fillers alone grant nothing."""
    granting = tuple(takewhile(lambda one: one.act in _GRANTING, _before_question(turn)))
    return granting if any(one.act != "other" for one in granting) else ()


def _clarifies(one: Said, turn: SaidTurn) -> bool:
    """A question about the reason; one at the end of an answer asks for the next step."""
    if not one.question or one.act in _ELSEWHERE:
        return False
    words = sum(len(said.text.split()) for said in _answer(turn))
    return one.act == "clarify" or isolates(one.text) or words < _SAYS_MUCH


def _answer(turn: SaidTurn) -> tuple[Said, ...]:
    """The statements before a turn's question, from the first that says something.

    What follows a question explains the question.
    """
    statements = tuple(_before_question(turn))
    for at, one in enumerate(statements):
        if len(one.text.split()) >= _SAYS_SOMETHING and one.act not in _NO_ANSWER:
            return statements[at:]
    return ()


def _re_ask(
    turns: Sequence[SaidTurn], answer: Sequence[Said], clarify: Sequence[Said]
) -> tuple[Said, ...]:
    same = [one for one in turns[0] if one.question and one.index > answer[-1].index]
    after = [one for turn in turns[1:2] for one in turn if one.question]
    return tuple(one for one in (*same[-1:], *after) if one not in clarify)[:1]
