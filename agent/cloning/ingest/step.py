"""Step 1: which calls there are, what is known of each, and what can't be used."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from agent.cloning.archive import CALLS_FILE
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.ingest.calls_table import CallsTable, read_calls_table
from agent.cloning.ingest.database import is_database
from agent.cloning.ingest.folder import Files, look_through
from agent.cloning.ingest.gaps import knowledge_missing, parts_missing
from agent.cloning.ingest.given.conversations import GivenConversations, conversations_from
from agent.cloning.ingest.given.read import read_transcripts
from agent.cloning.ingest.given.said import GivenTranscript, NoTranscript
from agent.cloning.ingest.language import other_language
from agent.cloning.ingest.matching import Matched, Matching, match
from agent.cloning.ingest.recordings import Recordings, understand
from agent.cloning.ingest.report import problems_json, report_text
from agent.cloning.ingest.rows import Digests
from agent.cloning.made import Made, digest
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall

GIVEN_FOLDER = "given"


class Ingest:
    """Writes calls.jsonl, given/ID.json, report.md and problems.json."""

    name = "ingest"
    needs: tuple[str, ...] = ()
    version = "2"

    def source_key(self, project: Project) -> str:
        """The settings, and name, size and time of every file; a database is asked only anew."""
        source = project.settings.source
        paths: list[Path] = []
        # A folder that can't be used is told by `run`.
        with contextlib.suppress(CloneError):
            files = _files(project)
            paths += [*files.sounds, *files.texts]
        if source.calls and not is_database(source.calls):
            paths.append(Path(source.calls))
        return digest(
            source.model_dump_json(), project.settings.company.language, *map(_state, paths)
        )

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when there is no folder, no table that can be read, or no call."""
        source = project.settings.source
        files = _files(project)
        digests = Digests.of_project(project.root)
        transcripts, unread = _transcripts(files, source.calls, progress)
        recordings = _recordings(files, project, progress)
        names = {transcript.call or transcript.path.stem for transcript in transcripts}
        names |= {recording.name for recording in recordings.found}
        table = read_calls_table(source, digests, frozenset(map(str.casefold, names)))
        matching = match(table.rows, recordings.found, transcripts, digests)
        given = _conversations(matching, table)
        foreign = _foreign(given.conversations, project.settings.company.language)
        said = {call: c for call, c in given.conversations.items() if call not in foreign}
        calls = [
            _call(matched, table, said.get(matched.id))
            for matched in matching.calls
            if matched.id in said or (matched.recording and matched.id not in foreign)
        ]
        problems = [
            *files.problems, *unread, *recordings.problems, *table.problems, *matching.problems,
            *parts_missing(matching), *given.left_out.values(), *foreign.values(),
            *knowledge_missing(calls),
        ]  # fmt: skip
        if not calls:
            told = "".join(f" {problem}" for problem in problems[:5])
            raise CloneError(f"{source.recordings} has no call that can be used.{told}")
        report = report_text(calls, table, given.notes, problems)
        _write(project.folder(self.name), calls, said, problems, report)
        return Report(_summary(calls), problems)


def _files(project: Project) -> Files:
    folder = project.settings.source.recordings
    if folder is None:
        raise CloneError("No folder of recordings is named: `understudy clone run FOLDER`.")
    return look_through(folder, leave_out=project.root)


def _state(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {stat.st_size} {stat.st_mtime_ns}"


def _transcripts(
    files: Files, calls: str, progress: Progress
) -> tuple[list[GivenTranscript], list[Problem]]:
    found: list[GivenTranscript] = []
    problems = []
    table = None if is_database(calls) or not calls else Path(calls).resolve()
    texts = [path for path in files.texts if path.resolve() != table]
    with progress.work("transcripts", len(texts)) as bar:
        for path in texts:
            try:
                found += [given for given in read_transcripts(path) if given.said]
            except NoTranscript as error:
                problems.append(
                    Problem(
                        path.name,
                        f"it is not read as a transcript: {error}",
                        "It is left out; if it is the table of calls, give it with --calls.",
                    )
                )
            bar.advance()
    return found, problems


def _recordings(files: Files, project: Project, progress: Progress) -> Recordings:
    source = project.settings.source
    with progress.work("recordings", len(files.sounds)) as bar:
        return understand(
            files.sounds,
            customer_channel=0 if source.customer_channel == "left" else 1,
            advance=bar.advance,
        )


def _conversations(matching: Matching, table: CallsTable) -> GivenConversations:
    return conversations_from(
        {call.id: call.transcript for call in matching.calls if call.transcript is not None},
        {row.agent for row in table.rows if row.agent},
    )


def _foreign(conversations: Mapping[str, Conversation], language: str) -> dict[str, Problem]:
    found = {}
    for call, conversation in conversations.items():
        other = other_language(conversation, language)
        if other:
            found[call] = Problem(
                call,
                f"all or part of it is in another language ({other}) than the project's "
                f"({language})",
                "It is left out; make a project of its own for that language.",
            )
    return found


def _call(matched: Matched, table: CallsTable, conversation: Conversation | None) -> RecordedCall:
    row, recording, transcript = matched.row, matched.recording, matched.transcript
    audio = recording.audio if recording else None
    duration_s = row.duration_s if row else None
    if duration_s is None and audio:
        duration_s = audio.duration_s
    elif duration_s is None and conversation:
        duration_s = conversation.turns[-1].end
    return RecordedCall(
        id=matched.id,
        agent=(row.agent if row else "") or (transcript.agent if transcript else ""),
        outcome=row.outcome if row else "",
        won=table.success.of(row.outcome, row.value) if row else None,
        value=row.value if row else None,
        started_at=row.started_at if row else None,
        duration_s=duration_s,
        customer=row.customer if row else "",
        case=dict(row.case) if row else {},
        audio=audio,
        transcript=conversation is not None,
    )


def _write(
    folder: Path,
    calls: Iterable[RecordedCall],
    conversations: Mapping[str, Conversation],
    problems: Sequence[Problem],
    report: str,
) -> None:
    given = folder / GIVEN_FOLDER
    for old in given.glob("*.json"):
        if old.stem not in conversations:
            old.unlink()
    for call, conversation in conversations.items():
        write_text(given / f"{call}.json", conversation.model_dump_json(indent=1))
    write_text(folder / CALLS_FILE, "".join(f"{call.model_dump_json()}\n" for call in calls))
    write_text(folder / "problems.json", problems_json(problems))
    write_text(folder / "report.md", report)


def _summary(calls: Sequence[RecordedCall]) -> str:
    def number(test: Callable[[RecordedCall], bool], what: str) -> str:
        return f"{sum(map(test, calls))} {what}"

    hours = sum(call.audio.duration_s for call in calls if call.audio) / 3600
    return (
        f"{len(calls)} calls: {number(lambda c: c.transcript, 'with transcripts')}, "
        f"{number(lambda c: c.audio is not None, 'with sound')} ({hours:.1f} h), "
        f"{number(lambda c: c.won is True, 'won')}, {number(lambda c: c.won is False, 'lost')}"
    )
