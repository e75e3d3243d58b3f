"""Which recording, which transcript and which row of the table are the same call."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from agent.cloning.ingest.given.said import GivenTranscript
from agent.cloning.ingest.recordings import LEG_NAME, Recording
from agent.cloning.ingest.rows import CallRow, Digests
from agent.cloning.pipeline import Problem

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_TOKEN = re.compile(r"[A-Za-z0-9]+")
# Longer names are cut into pieces no further: they are matched whole or by their first ones.
_MOST_TOKENS = 16
# Telephone numbers; dates (2025...) and Asterisk's times (17..., with a fraction) are none.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?:\d{6})?(?!\d))(?!1\d{9}(?!\d))\+?\d{9,15}(?!\d)")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Matched:
    """One call's parts, under an id that is fit for a file's name."""

    id: str
    row: CallRow | None
    recording: Recording | None = None
    transcript: GivenTranscript | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """All calls in order of id; a row without words or sound is in `rows_alone`."""

    calls: tuple[Matched, ...]
    rows_alone: tuple[CallRow, ...]
    problems: tuple[Problem, ...]


def match(
    rows: Sequence[CallRow],
    recordings: Sequence[Recording],
    transcripts: Sequence[GivenTranscript],
    digests: Digests,
) -> Matching:
    """By the table's recording column, by ids in file names, by a transcript's own call id.

    A recording or a transcript without a row is a call all the same: nobody knows how it ended.
    """
    rows, problems = _once(rows)
    index = _Index(rows)
    calls: dict[str, Matched] = {}
    for transcript in transcripts:
        name = transcript.call or transcript.path.stem
        row = index.row(transcript.call) or index.row(transcript.path.stem)
        problems += _add(calls, row, name, transcript=transcript)
    for recording in recordings:
        row = index.row(recording.name, recording.audio.files[0].name)
        problems += _add(calls, row, recording.name, recording=recording)
    taken = {id(call.row) for call in calls.values()}
    alone = tuple(row for row in rows if id(row) not in taken)
    problems += _without_row(calls.values(), bool(rows))
    named = tuple(sorted(_named(calls.values(), digests), key=lambda call: call.id))
    return Matching(named, alone, tuple(problems))


def _once(rows: Sequence[CallRow]) -> tuple[list[CallRow], list[Problem]]:
    """Rows with ids of their own; of those that share one, the first with an outcome."""
    by_id: dict[str, CallRow] = {}
    twice: list[str] = []
    nameless: list[CallRow] = []
    for row in rows:
        if not row.id:
            nameless.append(row)
            continue
        earlier = by_id.setdefault(row.id.casefold(), row)
        if earlier is not row:
            twice.append(row.id)
            if row.outcome and not earlier.outcome:
                by_id[row.id.casefold()] = row
    problems = []
    if twice:
        problems.append(
            Problem(
                f"{len(twice)} rows of the table ({shown(twice)})",
                "their call has another row",
                "The first one with an outcome counts.",
            )
        )
    return [*by_id.values(), *(row for row in nameless if row.recording)], problems


class _Index:
    """Rows by all names that a file of theirs may have."""

    def __init__(self, rows: Sequence[CallRow]) -> None:
        self._exact: dict[str, CallRow] = {}
        within: defaultdict[str, dict[int, CallRow]] = defaultdict(dict)
        for row in rows:
            for name in _names(row):
                self._exact.setdefault(name, row)
                for span in _spans(name):
                    within[span][id(row)] = row
        self._within = {span: next(iter(r.values())) for span, r in within.items() if len(r) == 1}

    def row(self, *names: str) -> CallRow | None:
        """By the whole name, by the longest id inside it, or as a part of just one id."""
        for name in map(str.casefold, names):
            if name in self._exact:
                return self._exact[name]
        for name in map(str.casefold, names):
            spans = sorted(_spans(name), key=len, reverse=True)
            inside = next((self._exact[span] for span in spans if span in self._exact), None)
            if inside is not None:
                return inside
            if name in self._within:
                return self._within[name]
        return None


def _names(row: CallRow) -> Iterator[str]:
    if row.id:
        yield row.id.casefold()
    if row.recording:
        path = PurePosixPath(row.recording.replace("\\", "/").casefold())
        yield path.name
        yield path.stem
        leg = LEG_NAME.match(path.stem)
        if leg:
            yield leg["call"]


def _spans(name: str) -> Iterator[str]:
    """The parts of a name between any two of its borders: "a-1_in" has a, a-1, 1, ..."""
    tokens = list(_TOKEN.finditer(name))[:_MOST_TOKENS]
    for first in range(len(tokens)):
        for last in range(first, len(tokens)):
            yield name[tokens[first].start() : tokens[last].end()]


def _add(
    calls: dict[str, Matched],
    row: CallRow | None,
    name: str,
    *,
    recording: Recording | None = None,
    transcript: GivenTranscript | None = None,
) -> list[Problem]:
    """Put a part to its call; a second one of its kind is told and left out."""
    key = f"row {row.id.casefold() or row.recording}" if row else name.casefold()
    call = calls.get(key) or Matched(row.id if row and row.id else name, row)
    if recording and call.recording is None:
        calls[key] = replace(call, recording=recording)
    elif transcript and call.transcript is None:
        calls[key] = replace(call, transcript=transcript)
    else:
        file = recording.audio.files[0] if recording else transcript.path if transcript else name
        return [Problem(str(file), f"the call {call.id} has another one", "The first one counts.")]
    return []


def _without_row(calls: Iterable[Matched], there_are_rows: bool) -> list[Problem]:
    lonely = sorted(call.id for call in calls if call.row is None)
    if not lonely or not there_are_rows:
        return []
    return [
        Problem(
            f"{len(lonely)} calls without a row in the table ({shown(lonely)})",
            "nobody says who took them and how they ended",
            "They are read for what is said in them; give --columns recording=NAME if the table "
            "names the files in a column of its own.",
        )
    ]


def _named(calls: Iterable[Matched], digests: Digests) -> Iterator[Matched]:
    """With ids that can be files' names, that tell nobody's number, and that differ."""
    used: Counter[str] = Counter()
    for call in sorted(calls, key=lambda call: call.id):
        safe = _UNSAFE.sub("_", call.id).lstrip("._")[:80]
        if _NUMBER.search(call.id) or not safe:
            safe = f"call-{digests.of(call.id)}"
        used[safe.casefold()] += 1
        number = used[safe.casefold()]
        yield replace(call, id=safe if number == 1 else f"{safe}-{number}")


def shown(names: Sequence[str]) -> str:
    """The first few of a list, for one line."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
