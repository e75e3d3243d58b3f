"""Where calls to be scored come from: the call records, transcript files, a clone project."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cloning.archive import recorded_calls, redacted_conversations
from agent.cloning.errors import CloneError
from agent.cloning.ingest.folder import TRANSCRIPT_SUFFIXES
from agent.cloning.ingest.given.conversations import conversations_from
from agent.cloning.ingest.given.read import read_transcripts
from agent.cloning.ingest.given.said import GivenTranscript, NoTranscript
from agent.cloning.mined import Facts
from agent.cloning.pipeline import Problem
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, Turn
from agent.evaluation.rubric.knowledge import Knowledge, of_mined
from agent.records.models import Speaker
from agent.records.report import CallReport

_PROJECT_FILE = "clone.toml"
_ONE_SIDE = "only one side is heard in it: the other leg is missing"
_BOTH_SIDES = "Give a transcript of both sides."


@dataclass(frozen=True)
class Gathered:
    """Calls of one origin. `redacted`: names and numbers in them are placeholders already;
    `recorded`: they are in the call records.
    """

    conversations: tuple[Conversation, ...] = ()
    problems: tuple[Problem, ...] = ()
    agents: tuple[str, ...] = ()
    company: str = ""
    knowledge: Knowledge | None = None
    redacted: bool = False
    recorded: bool = False


def of_files(paths: Sequence[Path]) -> Gathered:
    """Transcripts in files; of a folder, those directly in it that may be transcripts."""
    transcripts: dict[str, GivenTranscript] = {}
    problems: list[Problem] = []
    for path in (file for one in paths for file in _files(one)):
        try:
            found = read_transcripts(path)
        except NoTranscript as error:
            problems.append(Problem(str(path), f"it is no transcript: {error}", "It is left out."))
            continue
        for number, transcript in enumerate(found, 1):
            call = transcript.call or (path.stem if len(found) == 1 else f"{path.stem} {number}")
            if call in transcripts:
                why = f"there is already a call {call}, of {transcripts[call].path}"
                problems.append(Problem(str(path), why, "It is left out."))
            else:
                transcripts[call] = transcript
    for call in [call for call, of in transcripts.items() if _one_sided(of)]:
        problems.append(Problem(call, _ONE_SIDE, _BOTH_SIDES))
        del transcripts[call]
    given = conversations_from(transcripts, ())
    agents = {call: transcripts[call].agent for call in given.conversations}
    kept, unfit = _fit(given.conversations.values())
    return Gathered(
        conversations=kept,
        problems=(*problems, *given.left_out.values(), *unfit),
        agents=tuple(agents[one.call] for one in kept),
    )


def of_project(folder: Path) -> Gathered:
    """A clone project's calls as it redacted them, with the facts that it mined.

    Raises CloneError where the project has no redacted calls, or its files are damaged.
    """
    project = Project.open(folder)
    calls = recorded_calls(project)
    said = redacted_conversations(project, calls)
    if not said:
        raise CloneError(f"{folder} has no redacted calls: run `understudy clone redact` first.")
    kept, unfit = _fit(said.values())
    mined = None
    if (project.folder("mine") / "facts.yaml").is_file():
        mined = of_mined(project.read("mine", "facts.yaml", Facts).facts)
    return Gathered(
        conversations=kept,
        problems=unfit,
        agents=tuple(calls[one.call].agent for one in kept),
        company=project.settings.company.name,
        knowledge=mined,
        redacted=True,
    )


def of_records(reports: Iterable[CallReport]) -> Gathered:
    """Calls that the agent took; of a turn that was cut off, what the caller heard."""
    kept, unfit = _fit(_conversation(report) for report in reports)
    return Gathered(conversations=kept, problems=unfit, agents=("",) * len(kept), recorded=True)


def is_project(path: Path) -> bool:
    """Whether a folder is a clone project."""
    return (path / _PROJECT_FILE).is_file()


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix.lower() in TRANSCRIPT_SUFFIXES)


def _fit(
    conversations: Iterable[Conversation],
) -> tuple[tuple[Conversation, ...], tuple[Problem, ...]]:
    """Those that have both sides, and why the others can't be scored."""
    kept, problems = [], []
    for said in conversations:
        sides = {turn.speaker for turn in said.turns}
        if len(sides) == 2:
            kept.append(said)
        elif len(said.turns) < 2:
            why = f"{'only one turn' if said.turns else 'nothing'} is spoken in it"
            problems.append(Problem(said.call, why, "It is left out."))
        else:
            problems.append(Problem(said.call, _ONE_SIDE, _BOTH_SIDES))
    return tuple(kept), tuple(problems)


def _one_sided(transcript: GivenTranscript) -> bool:
    labels = {turn.label for turn in transcript.said}
    return len(transcript.said) > 1 and len(labels) == 1 and labels != {""}


def _conversation(report: CallReport) -> Conversation:
    turns = []
    for turn in report.turns:
        heard = turn.text if turn.heard_text is None else turn.heard_text
        if heard.strip():
            speaker = "agent" if turn.speaker is Speaker.AGENT else "customer"
            turns.append(Turn(speaker=speaker, start=turn.start_s, end=turn.end_s, text=heard))
    return Conversation(call=report.call.id, source="recognised", turns=tuple(turns))
