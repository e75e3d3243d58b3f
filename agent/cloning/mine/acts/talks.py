"""A call's sentences turn by turn, and what follows a turn."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from agent.cloning.mine.acts.said import Said

SaidTurn = tuple[Said, ...]
Talk = tuple[SaidTurn, ...]

# What a customer's answer begins with or consists of when they do not go along.
_AGAINST = frozenset({"objection", "deny", "goodbye"})
_NOTHING = frozenset({"backchannel", "greet"})


def by_call(said: Iterable[Said]) -> Mapping[str, Talk]:
    """Call -> its turns that have words, in order. `said` is in the order of `label`."""
    return {
        call: tuple(tuple(turn) for _, turn in groupby(talk, key=lambda one: one.place.index))
        for call, talk in groupby(said, key=lambda one: one.place.call.id)
    }


def is_agents(turn: SaidTurn) -> bool:
    """Whether the agent spoke."""
    return turn[0].place.turn.speaker == "agent"


def is_backchannel(turn: SaidTurn) -> bool:
    """Whether a customer only let the agent go on."""
    return not is_agents(turn) and all(one.act in _NOTHING for one in turn)


def reply(talk: Talk, at: int) -> SaidTurn:
    """The agent's sentences from a place of the talk on, until the customer says something."""
    found: list[Said] = []
    for turn in talk[at:]:
        if is_agents(turn):
            found += turn
        elif not is_backchannel(turn):
            break
    return tuple(found)


def goes_along(talk: Talk, after: int) -> bool | None:
    """Whether the customer's next turn accepts, asks on or tells more; None: there is none."""
    for turn in talk[after + 1 :]:
        if not is_agents(turn):
            return not any(one.act in _AGAINST for one in turn)
    return None


def position(talk: Talk, index: int) -> int:
    """Where in the talk the turn with this index of the conversation is. Raises ValueError."""
    return _indexes(talk).index(index)


def _indexes(talk: Talk) -> Sequence[int]:
    return [turn[0].place.index for turn in talk]
