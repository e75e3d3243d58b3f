"""What is missing from the calls: parts of single ones, and what nobody says of any."""

from collections.abc import Sequence

from agent.cloning.ingest.matching import Matching, shown
from agent.cloning.pipeline import Problem
from agent.cloning.recorded import RecordedCall

# With fewer, little can be told apart from chance.
_FEW_CALLS = 10


def parts_missing(matching: Matching) -> list[Problem]:
    """Calls of the table without sound, or without anything."""
    problems = []
    alone = [row.id or row.recording for row in matching.rows_alone]
    if alone:
        problems.append(
            Problem(
                f"{len(alone)} calls of the table ({shown(alone)})",
                "there is neither a recording nor a transcript of them in the folder",
                "They are left out.",
            )
        )
    silent = [
        call.id
        for call in matching.calls
        if call.row is not None and call.row.recording and call.recording is None
    ]
    if silent:
        problems.append(
            Problem(
                f"{len(silent)} recordings that the table names (of {shown(silent)})",
                "they are not in the folder, or can't be used",
                "Their transcripts are used without the sound.",
            )
        )
    return problems


def knowledge_missing(calls: Sequence[RecordedCall]) -> list[Problem]:
    """What weakens everything that is learned from these calls."""
    gaps = []
    if len(calls) < _FEW_CALLS:
        few = f"there are only {len(calls)}: what is learned from them may be chance"
        gaps.append((few, "Give more recordings; fifty are a beginning."))
    gaps += _about_outcomes(calls)
    if not any(call.agent for call in calls):
        nobody = "nobody says who took them, so the best people can't be told"
        gaps.append((nobody, "Name the column: --columns agent=NAME."))
    return [Problem("The calls", why, remedy) for why, remedy in gaps] if calls else []


def _about_outcomes(calls: Sequence[RecordedCall]) -> list[tuple[str, str]]:
    known = [call for call in calls if call.won is not None]
    outcomes = ", ".join(sorted({call.outcome for call in known if call.outcome}))
    if not known:
        why = "nobody says how they ended, so nothing tells good ones from bad ones"
        return [(why, "Give a table with an outcome of each call: --calls FILE.csv.")]
    if not any(call.won for call in known):
        remedy = f"Say which outcomes are successes: --won OUTCOME; there are: {outcomes}."
        return [("all with a known outcome count as lost", remedy)]
    if len(known) > 1 and all(call.won for call in known):
        why = "all with a known outcome count as won, so nothing tells good ones from bad ones"
        return [(why, "Say which are successes: --won OUTCOME, or give lost calls, too.")]
    return []
