"""Step 8: what the agent's own calls say about its playbook, as changes to accept."""

from collections.abc import Iterator, Sequence

from agent.cloning.compose.assemble import compose
from agent.cloning.compose.composition import Composition, Provenance
from agent.cloning.compose.inputs import PROPOSALS, Inputs, read_inputs
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.pipeline import Report
from agent.cloning.project import Project
from agent.cloning.refine.own_calls import NOT_UNDERSTOOD, OwnCall
from agent.cloning.refine.proposals import Proposals
from agent.cloning.refine.propose import interval, propose
from agent.dialogue.changes import changes
from agent.dialogue.playbook import Playbook
from agent.speech.protocols import SentenceEncoder


def refine(project: Project, calls: Sequence[OwnCall], encoder: SentenceEncoder) -> Report:
    """Write 8-refine: proposals.yaml, changes.diff (all of them accepted) and report.md.

    Compose then shows the proposals on its page. Raises CloneError without calls.
    """
    if not calls:
        raise CloneError(
            "No ended call with this playbook is in the records: let the agent take calls with "
            "7-compose/playbook.yaml first, or name the right database."
        )
    inputs = read_inputs(project)
    used = project.read("compose", "provenance.yaml", Provenance)
    placed = {
        place.removeprefix("lines."): origin.item.removeprefix("line:")
        for place, origin in used.origins.items()
        if place.startswith("lines.") and origin.item.startswith("line:")
    }
    proposals = propose(calls, inputs.talk, placed, inputs.brief.done, encoder)
    folder = project.folder("refine")
    write_text(folder / PROPOSALS, dump_yaml(proposals.model_dump(mode="json")))
    write_text(folder / "changes.diff", _diff(inputs, proposals, encoder))
    write_text(folder / "report.md", _report(calls, proposals, inputs.brief.done))
    return Report(f"{len(calls)} calls, {len(proposals.proposals)} changes proposed")


def _diff(inputs: Inputs, proposals: Proposals, encoder: SentenceEncoder) -> str:
    before = compose(inputs.given(), inputs.brief, encoder)
    proposed = Inputs(
        inputs.brief, inputs.facts, inputs.talk, inputs.grades, inputs.decisions, proposals
    ).with_all_proposals()
    after = compose(proposed.given(), proposed.brief, encoder)
    return "".join(
        f"{change.kind} {change.place}\n- {change.before}\n+ {change.after}\n"
        for change in changes(_playbook(before), _playbook(after))
    )


def _playbook(composition: Composition) -> Playbook:
    return Playbook.model_validate(composition.book)


def _report(calls: Sequence[OwnCall], proposals: Proposals, done: str) -> str:
    return "\n".join(
        [
            "# The agent's own calls",
            "",
            f"| version | calls | {done} | 90 % interval | caller's turns not understood |",
            "|---|---|---|---|---|",
            *_versions(calls, done),
            "",
            "Versions that ran at different times met different callers: a difference within the "
            "intervals is none.",
            "",
            "## Proposed",
            "",
            *(
                [f"- {p.change} `{p.about}`: {p.why}: “{p.text}”" for p in proposals.proposals]
                or ["Nothing."]
            ),
            "",
        ]
    )


def _versions(calls: Sequence[OwnCall], done: str) -> Iterator[str]:
    for version in sorted({call.version for call in calls}, key=lambda v: (len(v), v)):
        own = [call for call in calls if call.version == version]
        well = sum(call.disposition == done for call in own)
        low, high = interval(well, len(own))
        said = [turn.intent for call in own for turn in call.turns if turn.caller]
        missed = said.count(NOT_UNDERSTOOD) / max(len(said), 1)
        yield (
            f"| {version or '?'} | {len(own)} | {well / len(own):.0%} | {low:.0%} to {high:.0%} "
            f"| {missed:.0%} |"
        )
