"""The playbook: everything the agent may say and when, as one validated tree.

A playbook is a YAML file that a floor manager reads and signs off. Numbers live in `facts` only;
lines name them as `{fact}`, a slot of the call as `{slot}`, a fact that depends on a slot as
`{derived}`. Loading is in `loader`, checks across parts in `lint`.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BACK = "@back"
STAY = "@stay"


class Part(BaseModel):
    """A part of a playbook: immutable, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(Part):
    """Which playbook this is."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    version: int = Field(ge=1)
    locale: str = "en-GB"
    title: str


class Persona(Part):
    """Who speaks. `forbid` lists phrases that no line may contain."""

    name: str
    company: str
    style: tuple[str, ...] = ()
    words_per_minute: int = Field(150, ge=80, le=240)
    forbid: tuple[str, ...] = ()


class Objective(Part):
    """What the call is for, and how hard the agent may try."""

    primary: str
    secondary: str
    definition_of_done: str = Field(description="the disposition that counts as success")
    push_level: int = Field(2, ge=0, le=3, description="objection answers before giving way")
    max_close_attempts: int = Field(2, ge=1, le=5)
    give_up: "Move" = Field(description="after the last close attempt or too much pushing")
    max_turns: int = Field(60, ge=10, description="caller turns before the call has gone too long")
    too_long: "Move" = Field(
        default_factory=lambda: Move(transfer="default"), description="what is done then"
    )


class Compliance(Part):
    """Line ids that law or policy demands; disclosure and notice can't be interrupted."""

    ai_disclosure: str
    recording_notice: str
    do_not_call: str
    no_payment_data: str
    must_say: tuple[str, ...] = Field(description="said again when the caller did not hear them")


class Fact(Part):
    """One approved fact: the only source of numbers."""

    value: int | float | str
    unit: str = ""
    spoken: str = Field(description="how a voice says it; digits are not allowed here")
    source: str = "approved"
    valid_to: date | None = None


class Derived(Part):
    """A variable whose fact depends on the value of a choice slot."""

    slot: str
    facts: Mapping[str, str]


class SlotType(Enum):
    """How a slot's value is read from speech."""

    TEXT = "text"
    NAME = "name"
    CHOICE = "choice"
    MONEY = "money"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    APPOINTMENT = "appointment"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes_no"


class Choice(Part):
    """One value of a choice slot: how it is said, and words that mean it when heard."""

    spoken: str
    heard: tuple[str, ...] = ()
    only_asked: bool = Field(False, description="too ordinary to count where it was not asked for")


class Slot(Part):
    """Something to learn from the caller."""

    type: SlotType
    label: str = Field(description="what a human agent reads in the summary")
    ask: tuple[str, ...] = Field((), description="line ids: first time, second time, ...")
    confirm: str | None = Field(None, description="the line that reads the value back")
    confirm_below: float | None = Field(
        None, ge=0, le=1,
        description="read back only below this certainty, or when changed; empty: always",
    )  # fmt: skip
    skip: str | None = Field(None, description="the line said when the slot is given up")
    max_attempts: int = Field(2, ge=1, le=4)
    choices: Mapping[str, Choice] = {}
    infer_from: tuple[str, ...] = Field((), description="slots whose words imply this choice")
    default: str | None = None
    anywhere: bool = Field(False, description="a choice that is filled from any turn")
    personal: bool = Field(False, description="not written into logs")
    dates: Literal["any", "future", "past"] = Field("any", description="which dates are allowed")
    at_least: float | None = Field(None, description="the least number or amount allowed")
    at_most: float | None = Field(None, description="the greatest number or amount allowed")


class Move(Part):
    """What happens next: lines, then at most one of a stage, a transfer or the end."""

    say: tuple[str, ...] = Field(
        (), description="with a transfer the last one announces it, if somebody is free"
    )
    to: str | None = Field(None, description=f"a stage, {BACK} or {STAY}")
    transfer: str | None = Field(None, description="a reason of `queues`")
    hang_up: bool = False
    disposition: str | None = None
    set: Mapping[str, str] = Field({}, description="slots this decides")
    clear: tuple[str, ...] = Field((), description="slots to ask again")
    back: str | None = Field(None, description=f"the stage that {BACK} means from now on")
    reason: str | None = Field(None, description="kept for a transfer offered later")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum((self.to is not None, self.transfer is not None, self.hang_up)) > 1:
            raise ValueError("a move has only one of 'to', 'transfer' and 'hang_up'")
        return self


class Exit(Move):
    """A way out of a stage, taken when `on` (an intent, or "done") was understood."""

    on: str


class Stage(Part):
    """A part of the call with a goal and a question."""

    id: str
    goal: str
    prompt: str = Field(
        "", description="what a language model is told of this part of a call, if one rewords here"
    )
    entry: tuple[str, ...] = ()
    again: tuple[str, ...] = Field((), description="the question, when the call comes back here")
    expects: Literal["yes_no"] | None = None
    slots: tuple[str, ...] = ()
    exits: tuple[Exit, ...] = ()
    then: Move | None = Field(None, description="what follows the entry without a caller turn")
    fallback: Move = Move(to="offer_human")
    max_turns: int = Field(8, ge=1)
    objections: bool = True
    closing: bool = Field(False, description="coming here counts as a close attempt")
    trial_close: tuple[str, ...] = Field(
        (), description="the question instead of `again`, after a buying signal was answered"
    )


class Intent(Part):
    """Something a caller can want.

    A hard intent's phrases win over every model; those of others are cues that add to its score.
    """

    id: str
    hard: bool = False
    phrases: tuple[str, ...] = Field((), description="'a/b' alternatives, '...' up to 3 words")
    examples: tuple[str, ...] = ()
    then: Move | None = Field(None, description="what it does where no stage exit says else")
    only_in: tuple[str, ...] = Field((), description="stages that listen for it; empty: all")
    check: str | None = Field(
        None, description="the line that asks an unsure agent's guess: is it?"
    )
    buying_signal: bool = Field(False, description="who asks this thinks of having it")
    fills: str | None = Field(None, description="a slot that the same words may give a value for")


class Objection(Part):
    """A reason not to buy, and the steps that meet it."""

    id: str
    description: str
    triggers: tuple[str, ...]
    phrases: tuple[str, ...] = Field((), description="cues, written as an intent's")
    check: str | None = Field(None, description="as an intent's")
    acknowledge: tuple[str, ...]
    clarify: tuple[str, ...] = ()
    answer: tuple[str, ...]
    re_ask: tuple[str, ...]
    max_attempts: int = Field(2, ge=1, le=2)
    after_fail: Move


class MoodRules(Part):
    """What an upset caller says, and what is done for one; phrases are written as an intent's."""

    angry_words: tuple[str, ...]
    angry: Move = Field(description="once a call, in the place of what would be said")


class Line(Part):
    """Something the agent may say. Further texts are variants, so that none is said twice."""

    text: str | tuple[str, ...]
    interruptible: bool = True
    reword: bool = Field(False, description="a language model may say it in other words")
    locked: bool = Field(False, description="law or policy fixed the words: no variants, no model")
    when: Mapping[str, str] = Field(
        {}, description='only when these slots have these values ("": not known yet)'
    )

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text,) if isinstance(self.text, str) else self.text


class Outbound(Part):
    """How a call begins that the agent has placed, and what it tells machines."""

    start: str = Field(description="the stage of its first turn")
    disclosure: str = Field(description="the line that turn begins with: who calls, that it is AI")
    voicemail: str | None = Field(None, description="the message left; without it: hang up")
    screening: str | None = Field(
        None, description="said to whoever asks who calls; without it: hang up"
    )


class Resume(Part):
    """How a call goes on that broke off before it was finished."""

    lost: str = Field(description="said to a caller whom the agent itself had lost for a moment")
    ask: tuple[str, ...] = Field(
        min_length=1, description="asks who rings back whether to go on; the first that can be said"
    )
    go_on: str = Field(description="before the question that was open")
    anew: str = Field(description="before the call's first question")
    after: tuple[str, ...] = Field(
        (), description="dispositions that leave a call unfinished all the same"
    )


class Repair(Part):
    """Lines and moves for when the conversation itself needs help."""

    no_input: tuple[str, ...] = Field(min_length=2)
    no_input_end: Move
    no_match: tuple[str, ...] = Field(min_length=1)
    not_that: str | None = Field(None, description="asks openly, after a no to an intent's `check`")
    repeat: str
    by_turns: str | None = Field(
        None, description="tells a caller whose voice can't interrupt that a key does"
    )
    put_through: str | None = Field(
        None, description="said when a supervisor puts the caller through; empty: nothing is said"
    )
    goodbye: str | None = Field(
        None, description="said when a supervisor ends the call; empty: nothing is said"
    )
    card_refused: str
    returned: Mapping[str, str] = Field(description="queue result -> line; 'default' is required")
    returned_to: str
    busy: tuple[str, ...] = Field(
        (), description="tells of a queue in which everybody talks: the first that can be said"
    )
    busy_to: str | None = Field(None, description="the stage where the caller then chooses")
    cannot_say: str = Field(description="replaces a line that the guard stops")
    resume: Resume | None = Field(
        None, description="without it, who rings back after an unfinished call starts anew"
    )


class Destination(Part):
    """Where a transfer leads. A bare queue name in the file means all the defaults."""

    queue: str
    priority: int = Field(0, ge=0, le=100, description="callers with more are answered first")
    choice: bool = Field(True, description="who would have to wait may choose something else")
    warm: bool = Field(False, description="the human hears it all, then takes the call by a key")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return {"queue": given} if isinstance(given, str) else given


_Named = TypeVar("_Named", Stage, Intent, Objection)


class Playbook(Part):
    """The whole behaviour of an agent."""

    playbook: Identity
    persona: Persona
    objective: Objective
    compliance: Compliance
    facts: Mapping[str, Fact]
    names: tuple[str, ...] = Field((), description="proper names the agent may say")
    derived: Mapping[str, Derived] = {}
    slots: Mapping[str, Slot]
    start: str
    stages: tuple[Stage, ...]
    intents: tuple[Intent, ...]
    objections: tuple[Objection, ...]
    lines: Mapping[str, Line]
    repair: Repair
    mood: MoodRules | None = Field(None, description="empty: moods are not looked for")
    outbound: Outbound | None = None
    keys: Mapping[str, str] = Field({}, description="telephone key -> intent")
    queues: Mapping[str, Destination] = Field(description="reason -> queue; 'default' is required")
    reasons: Mapping[str, str] = Field({}, description="reason -> how a human is told of it")

    def stage(self, stage_id: str) -> Stage:
        """KeyError when there is none."""
        return _by_id(self.stages, stage_id)

    def intent(self, intent_id: str) -> Intent:
        """KeyError when there is none."""
        return _by_id(self.intents, intent_id)

    def objection(self, objection_id: str) -> Objection:
        """KeyError when there is none."""
        return _by_id(self.objections, objection_id)

    def check(self, label: str) -> str | None:
        """The line that asks whether an intent or objection was meant, if it has one."""
        checks = {intent.id: intent.check for intent in self.intents}
        checks |= {objection.id: objection.check for objection in self.objections}
        return checks.get(label)

    def destination(self, reason: str) -> Destination:
        """Where a transfer for this reason leads."""
        return self.queues.get(reason, self.queues["default"])

    def assumed(self, slots: Mapping[str, str]) -> dict[str, str]:
        """The values, and the default of each `anywhere` choice that nobody has made yet.

        Only for what is said: the call's own slots keep what the caller told.
        """
        defaults = {
            slot_id: slot.default
            for slot_id, slot in self.slots.items()
            if slot.anywhere and slot.default is not None
        }
        return {**defaults, **slots}

    def variables(self, slots: Mapping[str, str]) -> dict[str, str]:
        """What each variable sounds like, given the spoken values of the call's choice slots."""
        known = {fact_id: fact.spoken for fact_id, fact in self.facts.items()}
        known["agent_name"] = self.persona.name
        known["company"] = self.persona.company
        for name, derived in self.derived.items():
            fact_id = derived.facts.get(slots.get(derived.slot, ""))
            if fact_id is not None:
                known[name] = self.facts[fact_id].spoken
        for slot_id, slot in self.slots.items():
            choice = slot.choices.get(slots.get(slot_id, ""))
            if choice is not None:
                known[slot_id] = choice.spoken
        return known

    def speakable_texts(self) -> tuple[str, ...]:
        """Every text that can be rendered before a call, for the cache of synthesised lines.

        A line whose variables depend on choice slots only counts once for each combination.
        """
        found: dict[str, None] = {}
        for line in self.lines.values():
            for text, known in itertools.product(line.texts, self._choice_worlds(line)):
                rendered = render(text, known)
                if rendered is not None:
                    found[rendered] = None
        return tuple(found)

    def _choice_worlds(self, line: Line) -> Iterator[dict[str, str]]:
        names = {name for text in line.texts for name in VARIABLE.findall(text)}
        slots = sorted(
            {self.derived[name].slot for name in names if name in self.derived}
            | {name for name in names if name in self.slots and self.slots[name].choices}
        )
        values = [
            [line.when[slot]] if slot in line.when else list(self.slots[slot].choices)
            for slot in slots
        ]
        for chosen in itertools.product(*values):
            yield self.variables(dict(zip(slots, chosen, strict=True)))


def render(text: str, known: Mapping[str, str]) -> str | None:
    """A line's text with its variables filled; None when one of them is unknown."""
    if any(name not in known for name in VARIABLE.findall(text)):
        return None
    filled = VARIABLE.sub(lambda match: known[match[1]], text)
    return re.sub(r"(^|[.?!]\s+)([a-z])", lambda m: m[1] + m[2].upper(), filled)


def _by_id(parts: tuple[_Named, ...], part_id: str) -> _Named:
    for part in parts:
        if part.id == part_id:
            return part
    raise KeyError(part_id)
