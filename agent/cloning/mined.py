"""What is mined from calls: every item with the turns it stands on."""

from typing import Literal

from pydantic import Field

from agent.cloning.recorded import Kept


class Evidence(Kept):
    """One place in one call. The quote stands literally in that turn's redacted text."""

    call: str
    turn: int
    start: float = Field(description="seconds from the start of the call")
    quote: str
    agent: str = ""


class Dispute(Kept):
    """A value that somebody gave for a fact and that is not believed."""

    said: str = Field(description="the value and its unit, as spoken")
    value: int | float | str
    why: str = Field(description="why it is not believed, for a reader")
    evidence: tuple[Evidence, ...]


class MinedFact(Kept):
    """Something the company's people state as true of what it offers."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    statement: str = Field(description="the clearest quote that states it")
    subject: str = Field(description="what it is about: a product, or the company")
    value: int | float | str = Field(description="a word for what has no number: unlimited, free")
    unit: str = Field(description="GBP/month, months, Mbit/s, ...; empty where there is none")
    spoken: str = Field(description="the value with its unit as said, without digits")
    calls: int = Field(description="in how many calls it was said")
    agents: tuple[str, ...]
    confidence: Literal["agreed", "once", "disputed"]
    disputes: tuple[Dispute, ...] = ()
    evidence: tuple[Evidence, ...]


class Contradiction(Kept):
    """A claim that goes against a fact, or a promise nobody else makes, by a weaker voice."""

    fact: str = Field(description="id of the fact; empty for a claim that stands alone")
    evidence: Evidence
    why: str


class Facts(Kept):
    """6-mine/facts.yaml"""

    facts: tuple[MinedFact, ...]
    contradictions: tuple[Contradiction, ...] = ()


Step = Literal[
    "open", "permission", "discover", "summarise", "pitch", "answer_question",
    "acknowledge", "clarify", "answer", "re_ask", "close", "terms", "capture", "recap",
    "sign_off", "callback", "hand_over", "apologise", "other",
]  # fmt: skip


class Lift(Kept):
    """How much more often what followed a line went well than in matched calls without it."""

    mean: float
    low: float = Field(description="lower end of the 90 % interval")
    high: float


class MinedLine(Kept):
    """Words that people used, fit to be said to another customer.

    `text` may hold variables: {fact_id}, {slot_id}, {agent_name}, {company}. It has no name, no
    number and nothing that belonged to one customer.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_.]*$")
    step: Step
    text: str
    stage: str = ""
    objection: str = ""
    uses: int
    won: int
    win_rate: float
    lift: Lift | None = Field(None, description="None: too few calls to compare")
    agents: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class MinedObjection(Kept):
    """A reason not to go on, as customers give it, and how the best people meet it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str
    examples: tuple[Evidence, ...] = Field(description="customers' turns")
    acknowledge: tuple[str, ...] = Field((), description="line ids, best first")
    clarify: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    re_ask: tuple[str, ...] = ()
    met: int = Field(description="how often it was raised")
    overcome: int = Field(description="how often the call then went well")


class MinedIntent(Kept):
    """Something customers want, with their own words for it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str
    kind: Literal["question", "request", "answer", "signal", "social", "end"]
    examples: tuple[Evidence, ...]
    facts: tuple[str, ...] = Field((), description="facts that agents answer it with")
    answers: tuple[str, ...] = Field((), description="line ids, best first")


class MinedSlot(Kept):
    """Something agents ask for and customers tell."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    type: str = Field(description="a slot type of the playbook: text, choice, money, ...")
    asks: tuple[str, ...] = Field(description="line ids, best first")
    choices: dict[str, tuple[str, ...]] = Field({}, description="value -> words heard for it")
    personal: bool = False
    calls: int
    evidence: tuple[Evidence, ...]


class MinedStage(Kept):
    """A part of the calls with a purpose."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    goal: str
    place: float = Field(description="mean place in a call, 0 start to 1 end")
    lines: tuple[str, ...] = Field(description="line ids, best first")
    slots: tuple[str, ...] = ()
    next: dict[str, float] = Field(description="stage -> share of the calls that go there next")
    calls: int
    evidence: tuple[Evidence, ...]


class MustSay(Kept):
    """Something that the people who are trusted say in nearly every call of its kind."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str
    line: str = Field(description="line id")
    stage: str
    share: float = Field(description="of the calls that got there, those where it was said")
    facts: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...]


class Talk(Kept):
    """6-mine/talk.yaml: how the calls go."""

    stages: tuple[MinedStage, ...]
    slots: tuple[MinedSlot, ...]
    intents: tuple[MinedIntent, ...]
    objections: tuple[MinedObjection, ...]
    lines: tuple[MinedLine, ...]
    must_say: tuple[MustSay, ...]
