"""What the calls are about and what their agents do: 5-domain/domain.yaml."""

from typing import Literal

from pydantic import Field

from agent.cloning.mined import Evidence
from agent.cloning.recorded import Kept

Direction = Literal["outbound", "inbound"]


class Name(Kept):
    """A company's or product's name as agents say it."""

    name: str
    calls: int = Field(description="in how many calls an agent says it")
    evidence: tuple[Evidence, ...]


class Objective(Kept):
    """What a call is for."""

    outcome: str = Field(description="the table's word for success; empty when nothing was won")
    words: str = Field(description='what the customer then did: "the customer books"')
    otherwise: tuple[str, ...] = Field(description="the other outcomes, commonest first")
    said: tuple[Evidence, ...] = Field(description="how agents say what they ring or answer for")


class Topic(Kept):
    """Something that calls are about."""

    words: tuple[str, ...] = Field(description="most characteristic first; the label of it")
    calls: float = Field(description="share of the calls it comes up in")
    evidence: tuple[Evidence, ...]


class CustomerType(Kept):
    """Callers whose situations are alike."""

    words: tuple[str, ...]
    calls: int
    won: float | None = Field(description="share of decided calls won; None: none was decided")
    evidence: tuple[Evidence, ...]


class Term(Kept):
    """A word that these calls use far more than English at large."""

    word: str
    calls: int
    times_usual: float = Field(description="its frequency over that of general English")


class Duty(Kept):
    """Something agents do in a call, or promise to see to after it."""

    what: str = Field(description='its verb: "book", "put through"; the quotes say what')
    kind: Literal["task", "responsibility"]
    calls: int
    agents: int
    evidence: tuple[Evidence, ...]


class Style(Kept):
    """How the best agents talk: medians over their calls."""

    words: tuple[str, ...] = Field(description="for a persona: brief, asks, listens, warm, ...")
    words_a_turn: float
    words_per_minute: float | None = Field(description="while talking; None: no times are known")
    questions: float = Field(description="share of agent's turns that ask something")
    talk_share: float = Field(description="agent's words of all words")
    pause_s: float | None = Field(description="between a customer's turn and the answer")
    evidence: tuple[Evidence, ...] = Field(description="turns that are typical of it")


class Description(Kept):
    """5-domain/domain.yaml"""

    company: str = Field(description="empty where no name is said often enough")
    company_said: tuple[Evidence, ...]
    products: tuple[Name, ...] = Field(description="most often said first")
    direction: Direction
    direction_share: float = Field(description="of the calls that show a direction")
    objective: Objective
    outcomes: dict[str, float] = Field(description="share of the calls, commonest first")
    topics: tuple[Topic, ...]
    customers: tuple[CustomerType, ...]
    vocabulary: tuple[Term, ...]
    duties: tuple[Duty, ...]
    style: Style
