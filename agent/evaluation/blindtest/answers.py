"""What raters send back, read with suspicion: each file is used whole, in part, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from agent.evaluation.blindtest.kit import ADJUDICATOR, Kit
from agent.evaluation.blindtest.ratings import Answer, AnswerFile, Rating


@dataclass(frozen=True, slots=True)
class Read:
    """The files that count, and a line for each that does not, or not wholly."""

    files: tuple[AnswerFile, ...]
    problems: tuple[str, ...]


def read_answers(kit: Kit, paths: Sequence[Path]) -> Read:
    """In the order given; of two files for one session the fuller one counts, else the first."""
    files: dict[tuple[str, int], tuple[Path, AnswerFile]] = {}
    problems = []
    for path in paths:
        try:
            file = AnswerFile.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            problems.append(
                f"{path} is no file of a rating page ({_short(error)}); it is left out."
            )
            continue
        before = files.get((file.rater, file.session))
        problem = _foreign(kit, file)
        if problem:
            problems.append(f"{path} {problem}; it is left out.")
        elif before is None:
            files[file.rater, file.session] = (path, file)
        elif before[1] == file:
            problems.append(f"{path} is the same as {before[0]}; it counts once.")
        else:
            fuller = max(before, (path, file), key=_filled)
            files[file.rater, file.session] = fuller
            problems.append(
                f"{path} and {before[0]} differ and are both {file.rater}'s session "
                f"{file.session}: {fuller[0].name}, the fuller one, counts; move away the one that "
                "is not meant."
            )
    return Read(tuple(file for _, file in files.values()), tuple(problems))


def unfinished(kit: Kit, files: Sequence[AnswerFile]) -> list[str]:
    """What raters still owe, a sentence each; the third rater's part is not in it."""
    there = {(file.rater, file.session): file for file in files}
    told = []
    for session in kit.sessions:
        file = there.get((session.rater, session.number))
        if file is None:
            told.append(f"{session.rater}: session {session.number} is missing.")
            continue
        open_items = [name for name in session.items if not _whole(kit, file.answers.get(name))]
        if open_items:
            told.append(
                f"{session.rater}: session {session.number} is half filled, "
                f"{len(open_items)} of {len(session.items)} calls are not finished "
                f"({', '.join(open_items[:5])}{', …' if len(open_items) > 5 else ''})."
            )
    return told


def ratings_of(files: Sequence[AnswerFile]) -> tuple[Rating, ...]:
    """Everything that raters have scored, the half filled calls too."""
    return tuple(
        Rating(rater=file.rater, item=item, answer=answer)
        for file in sorted(files, key=lambda file: (file.rater, file.session))
        if file.rater != ADJUDICATOR
        for item, answer in sorted(file.answers.items())
        if answer.scores
    )


def _filled(read: tuple[Path, AnswerFile]) -> int:
    """How many scores a file has: who goes on with a session saves it again."""
    return sum(len(answer.scores) for answer in read[1].answers.values())


def _whole(kit: Kit, answer: Answer | None) -> bool:
    if answer is None or answer.guess is None or answer.sure is None:
        return False
    return all(criterion.id in answer.scores for criterion in kit.criteria)


def _foreign(kit: Kit, file: AnswerFile) -> str:
    """Why a file does not belong to this test; "" when it does."""
    if file.test != kit.test:
        return f"is of another test ({file.test}, this one is {kit.test})"
    known = {criterion.id for criterion in kit.criteria}
    strange = sorted({name for answer in file.answers.values() for name in answer.scores} - known)
    if strange:
        return f"scores what this test does not ask: {', '.join(strange)}"
    if file.rater == ADJUDICATOR:
        of_session = {item.id for item in kit.items}
    else:
        sessions = [s for s in kit.sessions if (s.rater, s.number) == (file.rater, file.session)]
        if not sessions:
            return f"is from {file.rater}, session {file.session}, which this test does not have"
        of_session = set(sessions[0].items)
    others = sorted(file.answers.keys() - of_session)
    return f"has calls that are not of its session: {', '.join(others)}" if others else ""


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place}: {first['msg']}" if place else str(first["msg"])
    return " ".join(str(error).split())[:120]
