"""Judged calls for tests: agents with so many won and lost, or with words."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from agent.cloning.grade.endings import Ending
from agent.cloning.grade.judged import JudgedCall
from agent.cloning.grades import Breach, CriterionScore
from agent.cloning.recorded import RecordedCall
from tests.evaluation.talk import talk

WORDS = talk(
    "a: Good morning, what can we do for you?",
    "c: I would like to have the roof of my house looked at.",
    "a: Of course. When did you see that it leaks?",
    "c: It was on Monday, and it was not there in the week before.",
)


def judged(
    call: str,
    agent: str = "ann",
    won: bool | None = True,
    score: int | None = None,
    *,
    breaches: int = 0,
    ending: Ending | None = None,
    case: Mapping[str, str] | None = None,
) -> JudgedCall:
    """One call; `score` 0 to 2 on one criterion."""
    return JudgedCall(
        RecordedCall(
            id=call, agent=agent, outcome="x", won=won, duration_s=60.0, case=dict(case or {}),
            started_at=datetime(2025, 3, 3, 10, tzinfo=UTC),
        ),
        WORDS,
        () if score is None else (CriterionScore(criterion="C1", score=score),),
        tuple(Breach(kind="pressure", turn=0, quote="x", why="x") for _ in range(breaches)),
        ending,
    )  # fmt: skip


def desk(
    wins: Mapping[str, tuple[int, int]], scores: Mapping[str, int] | None = None
) -> list[JudgedCall]:
    """Agents with (won, lost) calls, each agent with one score for all of theirs."""
    return list(_desk(wins, scores or {}))


def _desk(wins: Mapping[str, tuple[int, int]], scores: Mapping[str, int]) -> Iterable[JudgedCall]:
    for agent, (won, lost) in wins.items():
        for number in range(won + lost):
            yield judged(f"{agent}-{number}", agent, number < won, scores.get(agent))
