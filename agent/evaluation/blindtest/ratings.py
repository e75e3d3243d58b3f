"""What raters give: scores, a guess, notes."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from agent.cloning.recorded import Kept
from agent.evaluation.blindtest.candidate import Arm

Score = Literal[0, 1, 2, "NA"]
_GUESSES: Mapping[str, Arm] = {"human": "human", "ai": "agent"}


class Answer(Kept):
    """One call as one rater judged it; what was left open is missing or None."""

    scores: dict[str, Score] = Field({})
    guess: Literal["human", "ai"] | None = None
    sure: Literal[1, 2, 3] | None = None
    notes: str = ""

    @property
    def arm(self) -> Arm | None:
        """Who the rater thought was speaking."""
        return None if self.guess is None else _GUESSES[self.guess]


class AnswerFile(Kept):
    """What a page saves."""

    test: str
    rater: str
    session: int
    answers: dict[str, Answer]


class Rating(Kept):
    """One rater's answer on one item."""

    rater: str
    item: str
    answer: Answer


class Ratings(Kept):
    """ratings.json: raters' answers, and the third rater's scores on what they disagreed about."""

    test: str
    ratings: tuple[Rating, ...] = ()
    adjudicated: dict[str, dict[str, Score]] = Field({}, description="by item and criterion")
    missing: tuple[str, ...] = Field((), description="what is still to come, a sentence each")
