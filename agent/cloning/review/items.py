"""What the review page shows: each mined item with what it stands on, and what was decided."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from agent.cloning.compose.composition import Composition
from agent.cloning.compose.inputs import Inputs
from agent.cloning.grades import Grades
from agent.cloning.mine.acts.wording import PLACEHOLDER
from agent.cloning.mine.quantities import quantities
from agent.cloning.mine.words import content_words
from agent.cloning.mined import Evidence, Lift, MinedFact, MinedLine, MinedObjection
from agent.cloning.review.decisions import Decision
from agent.cloning.review.reviewed import Mined, Reviewed, item_of, seen

_MOST_HEARD = 5
_ONCE = "Said once only."
# They promise, deny or press, however little is said besides.
_ABSOLUTE = re.compile(
    r"\b(?:never|always|nobody|nothing|everything|everywhere|anything|any|no|free|won't|can't|"
    r"cannot|today|only|gone)\b",
    re.IGNORECASE,
)
_TIERS = {"top": "one of the best", "middle": "", "weak": "weak results"}
_CHANGES = {
    "add_answer": "Answer with this",
    "add_example": "Understand this as", "new_intent": "Listen for something new",
    "prefer_line": "Say this first", "drop_line": "Stop saying",
}  # fmt: skip
_STEPS = {
    "acknowledge": "first grant it", "clarify": "then find out what is behind it",
    "answer": "then answer", "re_ask": "then ask again",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """A quote and where it is heard. `audio` is relative to the page; empty: there is none."""

    call: str
    who: str
    quote: str
    at: str
    audio: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide. `editable` is the text that an edit starts from."""

    id: str
    seen: str
    title: str
    text: str = ""
    figures: str = ""
    notes: tuple[str, ...] = ()
    heard: tuple[Heard, ...] = ()
    more: int = 0
    against: tuple["Against", ...] = ()
    editable: str = ""
    verdict: str = ""
    edited: str = ""
    lines: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Against:
    """What somebody said that goes against a fact."""

    said: str
    why: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Items of one kind, with a sentence on how to judge them."""

    id: str
    title: str
    hint: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Materials:
    """All that is known when the page is written."""

    composition: Composition
    inputs: Inputs
    given: Reviewed


Place = Callable[[Evidence], Heard]


@dataclass
class Listing:
    """Makes the sections; a line is shown once, where it comes first."""

    materials: Materials
    place: Place
    _shown: set[str] = field(default_factory=set)

    def sections(self) -> tuple[Section, ...]:
        """Contradictions first, then what a caller could be told wrongly, then the rest."""
        facts = self.materials.inputs.facts.facts
        denied = {claim.fact for claim in self.materials.inputs.facts.contradictions}
        disputed = [f for f in facts if f.disputes or f.confidence == "disputed" or f.id in denied]
        calm = [f for f in facts if f not in disputed]
        return (
            Section("contradictions", "They contradict each other",
                    "Your people gave different answers. Which one is right?",
                    (*(self._fact(fact) for fact in disputed), *self._lone_claims())),
            Section("proposals", "From the agent's own calls",
                    "What might be better. Nothing of it is done until you accept it.",
                    tuple(self._proposals())),
            Section("facts", "Facts",
                    "The agent may say these numbers and promises, and no others.",
                    tuple(self._fact(fact) for fact in calm)),
            Section("must_say", "What has to be said",
                    "Trusted people say this in nearly every call that gets so far.",
                    tuple(self._must_say())),
            Section("objections", "When customers hesitate",
                    "Reasons not to go on, and the words that met them best.",
                    tuple(self._objection(o) for o in self.materials.inputs.talk.objections)),
            Section("stages", "The way through a call",
                    "Parts of a call in their order, with what is said there.",
                    tuple(self._stages())),
            Section("slots", "What the agent asks",
                    "The answers are kept for your people.", tuple(self._slots())),
            Section("intents", "What customers want",
                    "How customers say it, and how it is answered.", tuple(self._intents())),
            Section("others", "Said elsewhere", "Lines that stand in for the house's own.",
                    self._lines(line.id for line in self.materials.inputs.talk.lines)),
        )  # fmt: skip

    # -- kinds

    def _fact(self, fact: MinedFact) -> Item:
        said = fact in self.materials.given.believed
        rejected = self.materials.inputs.decisions.about(item_of(fact), seen(fact)) is not None
        notes = [] if said or rejected else ["Not in the playbook until you accept it."]
        if fact.confidence == "once":
            notes.append(_ONCE)
        against = [
            Against(d.said, d.why, tuple(map(self.place, d.evidence))) for d in fact.disputes
        ]
        against += [
            Against(claim.evidence.quote, claim.why, (self.place(claim.evidence),))
            for claim in self.materials.inputs.facts.contradictions
            if claim.fact == fact.id
        ]
        return self._item(
            fact, fact.spoken, f"{fact.subject}: “{fact.statement}”", fact.evidence,
            figures=_said_by(fact.calls, len(fact.agents)), notes=tuple(notes),
            against=tuple(against), editable=fact.spoken,
        )  # fmt: skip

    def _lone_claims(self) -> Iterator[Item]:
        for number, claim in enumerate(self.materials.inputs.facts.contradictions, 1):
            if not claim.fact and _claims_something(claim.evidence.quote):
                yield Item(
                    f"claim:{number}", "", "", f"“{claim.evidence.quote}”",
                    notes=(claim.why,), heard=(self.place(claim.evidence),),
                )  # fmt: skip

    def _proposals(self) -> Iterator[Item]:
        for proposal in self.materials.inputs.proposals.proposals:
            decision = self.materials.inputs.decisions.about(proposal.item, proposal.seen)
            yield Item(
                proposal.item, proposal.seen, f"{_CHANGES[proposal.change]}: {proposal.about}",
                f"“{proposal.text}”", proposal.why,
                heard=tuple(map(self.place, proposal.evidence[:_MOST_HEARD])),
                more=max(0, len(proposal.evidence) - _MOST_HEARD),
                verdict=decision.verdict if decision else "",
            )  # fmt: skip

    def _must_say(self) -> Iterator[Item]:
        for must in self.materials.inputs.talk.must_say:
            yield self._item(
                must, must.description, "", must.evidence, lines=self._lines([must.line]),
                figures=f"said in {must.share:.0%} of the calls that got there",
            )  # fmt: skip

    def _objection(self, mined: MinedObjection) -> Item:
        steps = {"acknowledge": mined.acknowledge, "clarify": mined.clarify,
                 "answer": mined.answer, "re_ask": mined.re_ask}  # fmt: skip
        lines = [item for step, ids in steps.items() for item in self._lines(ids, _STEPS[step])]
        times = "once" if mined.met == 1 else f"{mined.met} times"
        return self._item(
            mined, mined.description, "", mined.examples, lines=tuple(lines),
            notes=(_ONCE,) if len({one.call for one in mined.examples}) == 1 else (),
            figures=f"raised {times}, {mined.overcome} of these calls then went well",
        )  # fmt: skip

    def _stages(self) -> Iterator[Item]:
        talk = self.materials.inputs.talk
        for stage in sorted(talk.stages, key=lambda stage: stage.place):
            named = [line.id for line in talk.lines if line.stage == stage.id]
            lines = self._lines([*stage.lines, *named])
            yield self._item(
                stage, stage.goal, "", stage.evidence, lines=lines,
                figures=_said_by(stage.calls, 0),
            )  # fmt: skip

    def _slots(self) -> Iterator[Item]:
        for slot in self.materials.inputs.talk.slots:
            told = ", ".join(value.replace("_", " ") for value in slot.choices)
            yield self._item(
                slot, slot.label, f"One of: {told}" if told else "", slot.evidence,
                lines=self._lines(slot.asks), figures=_said_by(slot.calls, 0),
            )  # fmt: skip

    def _intents(self) -> Iterator[Item]:
        answered = {i["id"]: i.get("then", {}) for i in self.materials.composition.book["intents"]}
        for intent in self.materials.inputs.talk.intents:
            says = answered.get(intent.id, {}).get("say", [])
            notes = ("No answer is known: a colleague is offered.",) if _unknown(says) else ()
            yield self._item(
                intent, intent.description, "", intent.examples, notes=notes,
                lines=self._lines(intent.answers, "is answered"),
            )  # fmt: skip

    # -- lines and the rest of an item

    def _lines(self, ids: Iterable[str], title: str = "") -> tuple[Item, ...]:
        """Those in the playbook, and those that a person has decided about."""
        known = {line.id: line for line in self.materials.inputs.talk.lines}
        found = []
        for line in (known[line_id] for line_id in dict.fromkeys(ids) if line_id in known):
            decided = self.materials.inputs.decisions.about(item_of(line), seen(line))
            if line.id in self._shown or not (decided or item_of(line) in self._used):
                continue
            self._shown.add(line.id)
            found.append(self._line(line, title))
        return tuple(found)

    def _line(self, line: MinedLine, title: str) -> Item:
        return self._item(
            line, title, line.text, line.evidence, editable=line.text,
            figures=", ".join(filter(None, (
                _said_by(line.uses, len(line.agents), "used"),
                f"about {line.win_rate:.0%} of calls with it go well", _lift(line.lift),
            ))),
            notes=tuple(
                f"Your words can't be said: {out.why}."
                for out in self.materials.composition.not_used.left_out
                if out.item == item_of(line) and out.item in self.materials.given.edited
            ),
        )  # fmt: skip

    @property
    def _used(self) -> set[str]:
        return {origin.item for origin in self.materials.composition.origins.values()}

    def _item(
        self, mined: Mined, title: str, text: str, evidence: tuple[Evidence, ...], *,
        figures: str = "", notes: tuple[str, ...] = (), against: tuple[Against, ...] = (),
        editable: str = "", lines: tuple[Item, ...] = (),
    ) -> Item:  # fmt: skip
        decision = self.materials.inputs.decisions.about(item_of(mined), seen(mined))
        first = sorted(evidence, key=lambda item: self._rank(item.agent))[:_MOST_HEARD]
        return Item(
            id=item_of(mined), seen=seen(mined), title=title, text=text, figures=figures,
            notes=notes, heard=tuple(map(self.place, first)), more=len(evidence) - len(first),
            against=against, editable=editable, verdict=decision.verdict if decision else "",
            edited=_words(decision), lines=lines,
        )  # fmt: skip

    def _rank(self, agent: str) -> int:
        grade = self.materials.inputs.grades.agent(agent)
        return grade.rank if grade is not None else len(self.materials.inputs.grades.agents) + 1


def tier_of(grades: Grades, agent: str) -> str:
    """Who speaks, for a reader: "anna, one of the best"."""
    grade = grades.agent(agent)
    return ", ".join(filter(None, (agent or "the customer", _TIERS[grade.tier] if grade else "")))


def _said_by(count: int, agents: int, verb: str = "heard") -> str:
    calls = f"{verb} in {count} call" + ("s" if count != 1 else "")
    return calls + (f", by {agents} " + ("people" if agents != 1 else "person") if agents else "")


def _lift(lift: Lift | None) -> str:
    if lift is None:
        return "too few like calls to compare"
    points = round(100 * lift.mean)
    than = f"{abs(points)} points {'more' if points >= 0 else 'less'} often than like calls without"
    return f"{than} (between {100 * lift.low:+.0f} and {100 * lift.high:+.0f})"


def _words(decision: Decision | None) -> str:
    return decision.text if decision is not None and decision.verdict == "edit" else ""


def _claims_something(quote: str) -> bool:
    """Whether a remark of somebody who is not believed could mislead: "it's a standard one" can't.

    Whatever it is, no line is learned from it.
    """
    words = content_words(PLACEHOLDER.sub(" ", quote))
    return len(words) > 1 or bool(quantities(quote)) or bool(_ABSOLUTE.search(quote))


def _unknown(says: list[str]) -> bool:
    return says == ["scope.unknown"]
