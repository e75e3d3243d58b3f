"""Step 8: what the agent's own calls say about its playbook, as changes to accept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.cloning.compose.assemble import compose
from agent.cloning.compose.composition import Composition, Provenance
from agent.cloning.compose.inputs import PROPOSALS, Inputs, read_inputs
from agent.cloning.compose.playbook_file import playbook_text
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.pipeline import Report
from agent.cloning.project import Project
from agent.cloning.refine.own_calls import NOT_UNDERSTOOD, OwnCall
from agent.cloning.refine.proposals import Proposal, Proposals
from agent.cloning.refine.propose import interval, propose
from agent.dialogue.changes import changes
from agent.dialogue.loader import load_playbook
from agent.dialogue.playbook import Playbook
from agent.speech.protocols import SentenceEncoder

BEFORE, AFTER = "before.yaml", "after.yaml"


def refine(project: Project, calls: Sequence[OwnCall], encoder: SentenceEncoder) -> Report:
    """Write 8-refine from the agent's own calls. Compose then shows the proposals on its page.

    Raises CloneError without calls.
    """
    if not calls:
        raise CloneError(
            "No ended call with this playbook is in the records: let the agent take calls with "
            "7-compose/playbook.yaml first, name the right database, or look for what fails with "
            "--simulate 200."
        )
    inputs = read_inputs(project)
    done = inputs.brief.done
    found = propose(calls, inputs.talk, placed_lines(project), done, encoder)
    return put_forward(
        project, inputs, found.proposals, encoder,
        told=["# The agent's own calls", "", *_table(calls, done)], of=f"{len(calls)} calls",
    )  # fmt: skip


def placed_lines(project: Project) -> dict[str, str]:
    """Which mined line each line of 7-compose/playbook.yaml is."""
    used = project.read("compose", "provenance.yaml", Provenance)
    return {
        place.removeprefix("lines."): origin.item.removeprefix("line:")
        for place, origin in used.origins.items()
        if place.startswith("lines.") and origin.item.startswith("line:")
    }


def put_forward(
    project: Project,
    inputs: Inputs,
    found: Sequence[Proposal],
    encoder: SentenceEncoder,
    *,
    told: Sequence[str],
    of: str,
) -> Report:
    """Write 8-refine: proposals.yaml, changes.diff and report.md, which begins with `told`.

    before.yaml is the playbook as it is, after.yaml with all of it accepted. What was accepted
    earlier stays among the proposals: the playbook holds it.
    """
    accepted = inputs.proposals.accepted(inputs.decisions).proposals
    kept = {one.item for one in accepted}
    new = Proposals(proposals=tuple(one for one in found if one.item not in kept))
    before = compose(inputs.given(), inputs.brief, encoder)
    proposed = replace(inputs, proposals=new).with_all_proposals()
    after = compose(proposed.given(), inputs.brief, encoder)
    folder = project.folder("refine")
    both = Proposals(proposals=(*accepted, *new.proposals))
    write_text(folder / PROPOSALS, dump_yaml(both.model_dump(mode="json")))
    write_text(folder / "changes.diff", _diff(before, after))
    current = project.folder("compose") / "playbook.yaml"
    write_text(folder / BEFORE, current.read_text("utf-8"))
    after.book["playbook"]["version"] = load_playbook(str(current)).playbook.version + 1
    write_text(folder / AFTER, playbook_text(after.book))
    write_text(folder / "report.md", _report(told, new))
    return Report(f"{of}, {len(new.proposals)} changes proposed")


def _diff(before: Composition, after: Composition) -> str:
    return "".join(
        f"{change.kind} {change.place}\n- {change.before}\n+ {change.after}\n"
        for change in changes(_playbook(before), _playbook(after))
    )


def _playbook(composition: Composition) -> Playbook:
    return Playbook.model_validate(composition.book)


def _report(told: Sequence[str], proposals: Proposals) -> str:
    lines = [
        f"- {one.change} `{one.about}`: {one.why}: “{one.text}”" for one in proposals.proposals
    ]
    return "\n".join([*told, "", "## Proposed", "", *(lines or ["Nothing."]), ""])


def _table(calls: Sequence[OwnCall], done: str) -> list[str]:
    return [
        f"| version | calls | {done} | 90 % interval | caller's turns not understood |",
        "|---|---|---|---|---|",
        *_versions(calls, done),
        "",
        "Versions that ran at different times met different callers: a difference within the "
        "intervals is none.",
    ]


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
