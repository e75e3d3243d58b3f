"""Calls of a clone project: redacted words, redacted sound, how they ended."""

from agent.cloning.archive import recorded_calls, redacted_conversations
from agent.cloning.errors import CloneError
from agent.cloning.grade.endings import ending_of, won_by_words
from agent.cloning.grades import AgentGrade, Grades
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall
from agent.evaluation.blindtest.candidate import Arm, Candidate
from agent.evaluation.blindtest.errors import BlindTestError

_PRODUCT = "product"


def project_calls(project: Project, arm: Arm = "human") -> list[Candidate]:
    """Every call that has words; a project may be of the agent's own recordings, too.

    Raises CloneError for a damaged project, BlindTestError for one without redacted transcripts.
    """
    calls = recorded_calls(project)
    said = redacted_conversations(project, calls)
    if not said:
        raise BlindTestError(
            f"{project.root} has no redacted transcripts: run `understudy clone run --until grade "
            f"--project {project.root}` first."
        )
    tiers = _tiers(project) if arm == "human" else {}
    return [
        _candidate(project, calls[call], conversation, arm, tiers)
        for call, conversation in said.items()
    ]


def _candidate(
    project: Project,
    call: RecordedCall,
    conversation: Conversation,
    arm: Arm,
    tiers: dict[str, AgentGrade],
) -> Candidate:
    sound = project.folder("redact") / "audio" / f"{call.id}.flac"
    grade = tiers.get(call.agent)
    return Candidate(
        arm=arm,
        call=call.id,
        conversation=conversation,
        won=won_by_words(call, ending_of(conversation)),
        tier=grade.tier if grade else "",
        product=call.case.get(_PRODUCT, "").casefold(),
        company=project.settings.company.name,
        recording=sound if sound.is_file() else None,
    )


def _tiers(project: Project) -> dict[str, AgentGrade]:
    """By agent; none where the project was not graded."""
    try:
        grades = project.read("grade", "grades.json", Grades)
    except CloneError:
        if (project.folder("grade") / "grades.json").exists():
            raise
        return {}
    return {agent.agent: agent for agent in grades.agents}
