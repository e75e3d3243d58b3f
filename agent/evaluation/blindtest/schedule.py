"""Who rates which call in which session."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Literal

from agent.cloning.recorded import Kept
from agent.evaluation.blindtest.candidate import Arm

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
# Without I, L, O, S, vowels and look-alikes: read out and typed without mistakes, and no words.
_LETTERS = "BCDFGHJKMNPQRTVWX2346789"
_NAME_LENGTH = 4


class Session(Kept):
    """One page: a rater's calls in the order in which they are shown."""

    rater: str
    number: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A pair with a name for each call; `left` says whose call is the left one."""

    left: Arm
    names: dict[Side, str]

    def arm(self, side: Side) -> Arm:
        """Whose call is on this side."""
        return self.left if side == "left" else ("agent" if self.left == "human" else "human")


def place(pairs: int, random: Random) -> list[Placed]:
    """As many pairs, the agent's call on the left in half of them, named by lot."""
    left: list[Arm] = ["agent" if at % 2 else "human" for at in range(pairs)]
    random.shuffle(left)
    names: list[str] = []
    while len(names) < 2 * pairs:
        name = "".join(random.choices(_LETTERS, k=_NAME_LENGTH))
        if name not in names:
            names.append(name)
    return [
        Placed(arm, dict(zip(SIDES, names[2 * at : 2 * at + 2], strict=True)))
        for at, arm in enumerate(left)
    ]


def schedule(
    placed: Sequence[Placed], raters: Sequence[str], most: int, random: Random
) -> list[Session]:
    """Every rater rates every call, at most `most` in a session, never both of a pair in one.

    The first rater meets the left call of each pair first, the second rater the right one; so what
    comes first is as often the agent's as a human's, for each rater and for each pair. Arms are
    spread evenly over the sessions.
    """
    sessions = []
    for at, rater in enumerate(raters):
        order = SIDES if at % 2 == 0 else SIDES[::-1]
        for half, side in enumerate(order):
            blocks = ceil(len(placed) / most)
            for block, items in enumerate(_dealt(placed, side, blocks, random), 1):
                number = half * blocks + block
                sessions.append(Session(rater=rater, number=number, items=tuple(items)))
    return sessions


def _dealt(placed: Sequence[Placed], side: Side, blocks: int, random: Random) -> list[list[str]]:
    by_arm = sorted(random.sample(placed, len(placed)), key=lambda one: one.arm(side))
    dealt = [[one.names[side] for one in by_arm[block::blocks]] for block in range(blocks)]
    for block in dealt:
        random.shuffle(block)
    return dealt
