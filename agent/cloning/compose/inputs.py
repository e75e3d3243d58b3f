"""What a playbook is composed from: files of earlier steps, settings, and what was decided."""

from dataclasses import dataclass, replace

from agent.cloning.compose.brief import Brief, brief_of
from agent.cloning.domain.description import Description
from agent.cloning.grades import Grades
from agent.cloning.mined import Facts, Talk
from agent.cloning.project import Project
from agent.cloning.refine.proposals import Proposals, refined
from agent.cloning.review.decisions import Decisions, decisions_of
from agent.cloning.review.reviewed import Reviewed, reviewed

PROPOSALS = "proposals.yaml"


@dataclass(frozen=True, slots=True)
class Inputs:
    """`proposals` are those of step 8; what was accepted of them is in `talk`."""

    brief: Brief
    facts: Facts
    talk: Talk
    grades: Grades
    decisions: Decisions
    proposals: Proposals

    def given(self) -> Reviewed:
        """What is left after the decisions."""
        return reviewed(self.facts, self.talk, self.decisions)

    def with_all_proposals(self) -> "Inputs":
        """As if everything that is proposed were accepted."""
        return replace(self, talk=refined(self.talk, self.proposals))


def read_inputs(project: Project) -> Inputs:
    """Raises CloneError for what is missing or damaged."""
    decisions, proposals = decisions_of(project), proposals_of(project)
    return Inputs(
        brief=brief_of(
            project.read("domain", "domain.yaml", Description), project.settings.company
        ),
        facts=project.read("mine", "facts.yaml", Facts),
        talk=refined(project.read("mine", "talk.yaml", Talk), proposals.accepted(decisions)),
        grades=project.read("grade", "grades.json", Grades),
        decisions=decisions,
        proposals=proposals,
    )


def proposals_of(project: Project) -> Proposals:
    """None before step 8 was run."""
    there = (project.folder("refine") / PROPOSALS).exists()
    return project.read("refine", PROPOSALS, Proposals) if there else Proposals()
