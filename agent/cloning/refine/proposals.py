"""Changes that the agent's own calls speak for; a person accepts them on the review page."""

from typing import Literal, TypeVar

from pydantic import Field

from agent.cloning.made import digest
from agent.cloning.mine.objections.reasons import known_reasons
from agent.cloning.mined import Evidence, MinedIntent, MinedObjection, Talk
from agent.cloning.recorded import Kept
from agent.cloning.review.decisions import Decisions

_Learns = TypeVar("_Learns", MinedIntent, MinedObjection)
Change = Literal["add_example", "new_intent", "prefer_line", "drop_line", "add_answer"]


class Proposal(Kept):
    """One change. `about` is the mined item it changes; the new intent's id for a new one.

    Where the house has an intent or a reason of that name, it need not have been mined.
    """

    change: Change
    about: str
    text: str = Field(description="the words or the line that it is about")
    why: str
    evidence: tuple[Evidence, ...]

    @property
    def item(self) -> str:
        """How decisions name it."""
        return f"proposal:{self.change}.{self.about}.{self.seen[:6]}"

    @property
    def seen(self) -> str:
        """A digest of what is proposed."""
        return digest(self.change, self.about, self.text)


class Proposals(Kept):
    """8-refine/proposals.yaml"""

    proposals: tuple[Proposal, ...] = ()

    def accepted(self, decisions: Decisions) -> "Proposals":
        """Those that a person has accepted."""
        found = ((decisions.about(one.item, one.seen), one) for one in self.proposals)
        return Proposals(
            proposals=tuple(p for d, p in found if d is not None and d.verdict == "accept")
        )


def refined(talk: Talk, proposals: Proposals) -> Talk:
    """The talk with these changes; what a change is about may have gone since."""
    for proposal in proposals.proposals:
        talk = _changed(talk, proposal)
    return talk


def _changed(talk: Talk, proposal: Proposal) -> Talk:
    if proposal.change == "drop_line":
        kept = tuple(line for line in talk.lines if line.id != proposal.about)
        return talk.model_copy(update={"lines": kept})
    if proposal.change == "new_intent":
        if any(intent.id == proposal.about for intent in talk.intents):
            return talk
        found = MinedIntent(
            id=proposal.about, description=f"says: {proposal.text}", kind="question",
            examples=proposal.evidence,
        )  # fmt: skip
        return talk.model_copy(update={"intents": (*talk.intents, found)})
    if proposal.change == "add_example":
        talk = _with_place_for(talk, proposal)
        return talk.model_copy(
            update={
                "intents": tuple(_with_example(item, proposal) for item in talk.intents),
                "objections": tuple(_with_example(item, proposal) for item in talk.objections),
            }
        )
    if proposal.change == "add_answer":
        talk = _with_place_for(talk, proposal)
        line = next((line.id for line in talk.lines if line.text == proposal.text), "")
        objections = tuple(_with_answer(item, proposal.about, line) for item in talk.objections)
        return talk.model_copy(update={"objections": objections})
    objections = tuple(_with_first(item, proposal.about) for item in talk.objections)
    return talk.model_copy(update={"objections": objections})


def _with_place_for(talk: Talk, proposal: Proposal) -> Talk:
    """With the intent or objection that it is about, though no recording has it."""
    known = {intent.id for intent in talk.intents} | {one.id for one in talk.objections}
    if proposal.about in known:
        return talk
    reason = next((one for one in known_reasons() if one.label == proposal.about), None)
    if reason is None:
        intent = MinedIntent(id=proposal.about, description="", kind="request", examples=())
        return talk.model_copy(update={"intents": (*talk.intents, intent)})
    objection = MinedObjection(
        id=reason.label, description=reason.description, examples=(), met=0, overcome=0
    )
    return talk.model_copy(update={"objections": (*talk.objections, objection)})


def _with_example(item: _Learns, proposal: Proposal) -> _Learns:
    if item.id != proposal.about:
        return item
    return item.model_copy(update={"examples": (*item.examples, *proposal.evidence)})


def _with_answer(objection: MinedObjection, about: str, line_id: str) -> MinedObjection:
    if objection.id != about or not line_id or line_id in objection.answer:
        return objection
    return objection.model_copy(update={"answer": (line_id, *objection.answer)})


def _with_first(objection: MinedObjection, line_id: str) -> MinedObjection:
    if line_id not in objection.answer:
        return objection
    others = tuple(name for name in objection.answer if name != line_id)
    return objection.model_copy(update={"answer": (line_id, *others)})
