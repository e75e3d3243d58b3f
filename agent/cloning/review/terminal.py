"""Reviewing without the page: what there is to decide, and deciding it by its name."""

from dataclasses import dataclass

from agent.cloning.compose.composition import Provenance
from agent.cloning.compose.inputs import proposals_of
from agent.cloning.errors import CloneError
from agent.cloning.mined import Facts, MinedFact, MinedLine, MinedSlot, MinedStage, Talk
from agent.cloning.project import Project
from agent.cloning.review.decisions import Decision, Decisions, Verdict, decisions_of, take_over
from agent.cloning.review.reviewed import Mined, all_items, item_of, seen


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing to decide; `verdict` is empty while it is open."""

    item: str
    text: str
    verdict: str


def listed(project: Project) -> tuple[Listed, ...]:
    """Everything but lines that are not in the playbook; facts first.

    Raises CloneError before there is a playbook.
    """
    used = project.read("compose", "provenance.yaml", Provenance)
    items = {origin.item for origin in used.origins.values()}
    decisions = decisions_of(project)
    found = []
    for mined in _mined(project):
        decision = decisions.about(item_of(mined), seen(mined))
        if decision or not isinstance(mined, MinedLine) or item_of(mined) in items:
            verdict = decision.verdict if decision is not None else ""
            found.append(Listed(item_of(mined), _text(mined), verdict))
    found += [
        Listed(one.item, f"{one.text} ({one.why})", "" if kept is None else kept.verdict)
        for one in proposals_of(project).proposals
        for kept in [decisions.about(one.item, one.seen)]
    ]
    return tuple(found)


def decide(project: Project, item: str, verdict: Verdict, text: str = "") -> Decisions:
    """Note a verdict about an item of `listed`; compose then has something new to read.

    Raises CloneError for an item that is none, and for an edit of what has no words.
    """
    proposal = next((p for p in proposals_of(project).proposals if p.item == item), None)
    if proposal is not None and verdict != "edit":
        kept = Decision(item=item, seen=proposal.seen, verdict=verdict)
        return take_over(project, Decisions(decisions=(kept,)))
    mined = next((one for one in _mined(project) if item_of(one) == item), None)
    if mined is None:
        raise CloneError(f"There is nothing called '{item}': `understudy clone review --list`.")
    if verdict == "edit" and not isinstance(mined, MinedFact | MinedLine):
        raise CloneError(f"'{item}' has no words to edit: edit its lines, or reject it.")
    if verdict == "edit" and not text.strip():
        raise CloneError(f"'{item}' can't be edited to nothing: reject it instead.")
    decision = Decision(item=item, seen=seen(mined), verdict=verdict, text=text.strip())
    return take_over(project, Decisions(decisions=(decision,)))


def _mined(project: Project) -> tuple[Mined, ...]:
    facts = project.read("mine", "facts.yaml", Facts)
    return tuple(all_items(facts, project.read("mine", "talk.yaml", Talk)))


def _text(mined: Mined) -> str:
    if isinstance(mined, MinedFact):
        return f"{mined.spoken}: {mined.statement}"
    if isinstance(mined, MinedLine):
        return mined.text
    if isinstance(mined, MinedSlot):
        return mined.label
    return mined.goal if isinstance(mined, MinedStage) else mined.description
