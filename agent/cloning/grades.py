"""How good calls and their people are, and which calls may be learned from."""

from typing import Literal

from pydantic import Field

from agent.cloning.recorded import Kept

Use = Literal["lines", "contrast", "facts", "none"]


class CriterionScore(Kept):
    """One of the rubric's criteria in one call; a score stands on a quote."""

    criterion: str
    score: int | None = Field(ge=0, le=2, description="None: no opportunity, or no rule can tell")
    turn: int | None = None
    quote: str = ""
    why: str = ""


class Breach(Kept):
    """A rule that may not be broken: such a call teaches nothing."""

    kind: str
    turn: int
    quote: str
    why: str


class CallGrade(Kept):
    """What one call may be used for.

    `lines`: its agent's words are worth learning. `contrast`: a matched call to measure lift
    against. `facts`: only what it states, weighed by who says it. `none`: not read further.
    """

    call: str
    agent: str
    won: bool | None
    score: float | None = Field(description="mean of the scored criteria over 2, 0 to 1")
    scores: tuple[CriterionScore, ...] = ()
    breaches: tuple[Breach, ...] = ()
    use: Use
    reasons: tuple[str, ...] = Field((), description="why it is not used for more, for a reader")


class AgentGrade(Kept):
    """One agent's standing; the rate is shrunk towards all agents' by how few calls there are."""

    agent: str
    calls: int
    decided: int = Field(description="calls with a known outcome that reached a decision")
    won: int
    rate: float = Field(description="posterior mean, case mix considered")
    low: float = Field(description="lower end of the 80 % credible interval: the rank goes by it")
    high: float
    quality: float | None = Field(description="mean rubric score, 0 to 1")
    rank: int
    tier: Literal["top", "middle", "weak"]
    trust: float = Field(description="0 to 1: how much a statement of theirs weighs")


class Grades(Kept):
    """4-grade/grades.json"""

    calls: tuple[CallGrade, ...]
    agents: tuple[AgentGrade, ...] = Field(description="best first")

    def used_for(self, *uses: Use) -> frozenset[str]:
        """The ids of the calls that may be used for any of these."""
        return frozenset(grade.call for grade in self.calls if grade.use in uses)

    def agent(self, name: str) -> AgentGrade | None:
        """None for who has no grade."""
        return next((grade for grade in self.agents if grade.agent == name), None)
