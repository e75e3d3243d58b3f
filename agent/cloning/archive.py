"""What the first steps left for the others: the calls, and what was said in them, redacted."""

from collections.abc import Iterable

from agent.cloning.errors import CloneError
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall

CALLS_FILE = "calls.jsonl"


def recorded_calls(project: Project) -> dict[str, RecordedCall]:
    """The calls by their ids, in ingest's order. Raises CloneError when there are none."""
    path = project.folder("ingest") / CALLS_FILE
    try:
        lines = path.read_text("utf-8").splitlines()
        calls = [RecordedCall.model_validate_json(line) for line in lines if line.strip()]
    except OSError:
        raise CloneError(f"{path} is missing: run `understudy clone ingest` first.") from None
    except ValueError as error:
        raise CloneError(
            f"{path} can't be read ({' '.join(str(error).split())[:200]}): make it anew with "
            "`understudy clone ingest --again`."
        ) from None
    return {call.id: call for call in calls}


def redacted_conversations(project: Project, calls: Iterable[str]) -> dict[str, Conversation]:
    """What was said in these calls; one without a file was left out by an earlier step."""
    there = (call for call in calls if (project.folder("redact") / f"{call}.json").is_file())
    return {call: project.read("redact", f"{call}.json", Conversation) for call in there}
