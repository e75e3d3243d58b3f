"""Scores on their way to the database."""

import statistics
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from agent.dialogue.loader import load_playbook
from agent.evaluation.comparison.findings import Side, gates_of
from agent.evaluation.rubric.criteria import Group
from agent.evaluation.simulation.measures import DONE, OF_GROUP, measured
from agent.evaluation.simulation.version import Version
from agent.evaluation.trends.tally import tally
from agent.records.models import GateTally, ModelUsed, Score, StageTally, Tally
from agent.records.report import CallReport
from agent.records.scores import LIVE, ScoreStore
from agent.records.store import CallStore
from agent.source_code import source_sha256
from agent.speech.hashing import file_sha256

# The measures and gates of live calls that simulated ones do not have.
ANSWER_TIME = "answer time, ms"
ANY_RULE = "any rule broken"
_ANSWER = "end_of_speech_to_first_audio"
# Which code a simulated call is about, and which only asks the questions.
_AGENT_IN_TEXT = ("agent.dialogue",)
_SIMULATION = ("agent.evaluation.customers", "agent.evaluation.simulation")


def rubric_sha256() -> str:
    """The version of the rubric: its criteria, cues and rules."""
    return source_sha256("agent.evaluation.rubric")


async def keep_score(
    engine: AsyncEngine,
    call_id: str,
    groups: Mapping[Group, float],
    broken: Collection[str],
    *,
    goal: str = "",
    rubric: str = "",
) -> None:
    """Keep what a recorded call was scored, in the place of an earlier score of it.

    `groups` has the share of full marks, 0 to 1, of those that came up; `broken` names the rules
    that were broken. Playbook, models, code and answer times are those that the call was recorded
    with. `goal` is the disposition that counts as success, where that is known; `rubric` names a
    rubric of one's own by a digest. Raises CallNotFound, and DatabaseUnavailable.
    """
    report = await CallStore(engine).report(call_id)
    call = report.call
    score = Score(
        series=LIVE,
        call_id=call.id,
        happened_at=call.started_at,
        playbook_id=call.playbook_id,
        playbook_version=call.playbook_version,
        playbook_sha256=call.playbook_sha256,
        models=call.models,
        code_sha256=call.code_sha256,
        rubric_sha256=rubric or rubric_sha256(),
        calls=1,
        measures=_of_call(report, groups, goal),
        gates={
            ANY_RULE: GateTally(calls=1, broken=int(bool(broken))),
            **{kind: GateTally(calls=1, broken=1) for kind in broken},
        },
    )
    await ScoreStore(engine).add([score])


def _of_call(report: CallReport, groups: Mapping[Group, float], goal: str) -> dict[str, Tally]:
    waits = [wait.ms for wait in report.latencies if wait.name == _ANSWER]
    found: dict[str, float | None] = {
        DONE: float(report.call.disposition == goal) if goal else None,
        **{OF_GROUP[group]: mean for group, mean in groups.items()},
        # One figure a call: waits within a call are alike.
        ANSWER_TIME: statistics.median(waits) if waits else None,
    }
    return {name: one for name, value in found.items() if (one := tally([value])) is not None}


def score_of_simulation(version: Version, side: Side, series: str, at: datetime) -> Score:
    """What a version's simulated calls were worth; `series` names the customers, see Score."""
    book = load_playbook(str(version.playbook)).playbook
    encoder = ModelUsed(name=version.encoder.name, sha256=file_sha256(version.encoder))
    sums = {name: tally(values) for name, values in measured(side.calls).items()}
    return Score(
        series=series,
        happened_at=at,
        playbook_id=book.id,
        playbook_version=str(book.version),
        playbook_sha256=file_sha256(version.playbook),
        models={"embedding": encoder},
        settings={
            "intent threshold": version.threshold,
            "approved facts": file_sha256(version.approved),
            "simulation": source_sha256(*_SIMULATION),
        },
        code_sha256=source_sha256(*_AGENT_IN_TEXT),
        rubric_sha256=rubric_sha256(),
        calls=len(side.calls),
        measures={name: one for name, one in sums.items() if one is not None},
        gates={
            gate.gate: GateTally(calls=gate.calls, broken=gate.broken)
            for gate in gates_of(side.calls)
        },
        funnel={
            stage: StageTally(
                reached=sum(stage in call.stages for call in side.calls),
                left=sum(call.left and call.stages[-1] == stage for call in side.calls),
            )
            for stage in side.stages
        },
    )
