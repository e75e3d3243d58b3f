"""What ingest found, for a reader and for a program."""

import json
from collections.abc import Iterator, Sequence

from agent.cloning.ingest.calls_table import CallsTable
from agent.cloning.ingest.columns import MEANINGS
from agent.cloning.pipeline import Problem
from agent.cloning.recorded import RecordedCall

_COUNTS = {True: "won", False: "lost", None: "unknown"}


def problems_json(problems: Sequence[Problem]) -> str:
    """A list of {what, why, remedy}."""
    return json.dumps(
        [{"what": p.what, "why": p.why, "remedy": p.remedy} for p in problems],
        indent=1,
        ensure_ascii=False,
    )


def report_text(
    calls: Sequence[RecordedCall],
    table: CallsTable,
    speakers: Sequence[str],
    problems: Sequence[Problem],
) -> str:
    """Markdown: the calls, how the table was understood, and what was left out and why."""
    parts = ["# Ingest\n", *_calls(calls), *_columns(table), *_outcomes(table)]
    if speakers:
        parts += ["\n## Speakers\n", *(f"- {note}" for note in speakers)]
    parts.append("\n## Not used, or not as it could be\n")
    parts += [f"- {problem}" for problem in problems] or ["Nothing."]
    return "\n".join(parts) + "\n"


def _calls(calls: Sequence[RecordedCall]) -> Iterator[str]:
    hours = sum(call.audio.duration_s for call in calls if call.audio) / 3600
    layouts = sorted({call.audio.layout for call in calls if call.audio})
    yield f"- calls: {len(calls)}, of {len({c.agent for c in calls if c.agent})} agents"
    yield f"- with a transcript that came with them: {sum(c.transcript for c in calls)}"
    yield (
        f"- with sound: {sum(c.audio is not None for c in calls)}, {hours:.2f} hours"
        + (f" ({', '.join(layouts)})" if layouts else "")
    )
    for won, word in ((True, "won"), (False, "lost"), (None, "with an unknown outcome")):
        yield f"- {word}: {sum(call.won is won for call in calls)}"


def _columns(table: CallsTable) -> Iterator[str]:
    if table.columns is None:
        yield "\nNo table of calls was given: nobody says who took them and how they ended."
        return
    yield "\n## Columns\n"
    yield "| what | column | |"
    yield "|---|---|---|"
    for meaning in MEANINGS:
        column = table.columns.meant.get(meaning)
        how = "guessed by what stands in it" if meaning in table.columns.guessed else ""
        yield f"| {meaning} | {column or 'none'} | {how} |"
    yield f"\nCase mix: {', '.join(table.columns.case) or 'none'}.\n"
    for column, why in table.columns.dropped:
        yield f"- '{column}' is not read: {why}."
    yield "\nCorrect it with `--columns OURS=THEIRS`."


def _outcomes(table: CallsTable) -> Iterator[str]:
    if not table.outcomes:
        return
    yield "\n## Outcomes\n"
    yield "| outcome | calls | counts as |"
    yield "|---|---|---|"
    for outcome, number in table.outcomes.most_common():
        counts = _COUNTS[table.success.of(outcome, None)]
        yield f"| {outcome} | {number} | {counts} |"
    yield f"\nWhat counts as won is known so: {table.success.by}. Correct it with `--won OUTCOME`."
