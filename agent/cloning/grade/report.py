"""Grades for a reader: tables, and what can't be concluded from them."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent.cloning.grade.ranking import Ranking
from agent.cloning.grades import AgentGrade, CallGrade, Grades, Use
from agent.cloning.pipeline import Problem
from agent.cloning.recorded import RecordedCall

_FEW_CALLS = 10
_USES: Mapping[Use, str] = {
    "lines": "to learn what to say from",
    "contrast": "to measure against",
    "facts": "for what is stated in them only",
    "none": "not used",
}


def agents_csv(grades: Grades) -> str:
    """A row an agent, best first."""
    fields = list(AgentGrade.model_fields)
    return _csv(fields, ([getattr(agent, field) for field in fields] for agent in grades.agents))


def calls_csv(grades: Grades, calls: Mapping[str, RecordedCall]) -> str:
    """A row a call, in the table's order."""
    fields = ("call", "agent", "outcome", "won", "score", "use", "breaches", "reasons")
    rows = (
        [
            grade.call, grade.agent, calls[grade.call].outcome, grade.won, grade.score, grade.use,
            "; ".join(f"{b.kind} ({b.turn})" for b in grade.breaches), "; ".join(grade.reasons),
        ]
        for grade in grades.calls
    )  # fmt: skip
    return _csv(fields, rows)


def report_of(grades: Grades, ranking: Ranking, usual: Sequence[str]) -> str:
    """4-grade/report.md"""
    parts = [
        "# Who is learned from, and which calls",
        _agents(grades, ranking),
        *_notes(grades, ranking, usual),
        "## Calls",
        _uses(grades),
        _breaches(grades.calls),
        "## Why calls are not used for more",
        "\n".join(
            f"* {g.call} ({g.use}): {'; '.join(g.reasons)}" for g in grades.calls if g.reasons
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def problems_of(grades: Grades, ranking: Ranking, usual: Sequence[str]) -> tuple[Problem, ...]:
    """What a reader has to know before trusting the ranking."""
    return tuple(Problem(*told) for told in _doubts(grades, ranking, usual))


def _doubts(
    grades: Grades, ranking: Ranking, usual: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    agents = grades.agents
    if not agents:
        yield (
            "agents",
            "no call says who took it, so nobody is ranked",
            "Name the agents' column with --columns agent=...",
        )
    elif not ranking.by_outcome:
        yield (
            "outcomes",
            "no call has a known outcome, so agents are ranked by how they talk alone",
            "Give a table with outcomes, or name the good ones with --won",
        )
    elif not any(agent.won for agent in agents):
        yield (
            "outcomes",
            "no call was won, so nothing shows what wins",
            "Check which outcomes count as won in clone.toml, or add calls",
        )
    elif all(agent.won == agent.decided for agent in agents):
        yield (
            "outcomes",
            "every call with an outcome was won, so nothing shows what loses",
            "Add the calls that came to nothing, with their outcomes",
        )
    if len(agents) == 1:
        yield (
            "agents",
            "there is one agent only, with nobody to compare to",
            "Lines are learned from them; add other people's calls to see what is better",
        )
    for kind in usual:
        yield (
            kind.replace("_", " "),
            "most agents do it, so it is taken for the house's way",
            "Decide in the review whether the agent may",
        )


def _agents(grades: Grades, ranking: Ranking) -> str:
    lines = [
        "| | agent | tier | calls | decided | won | rate | 80 % interval | rubric | trust |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_agent_row(agent) for agent in grades.agents),
    ]
    considered = ", ".join(ranking.considered) or "nothing: too few outcomes to tell by more"
    how = (
        "Ranked by the lower end of the interval. The rate is shrunk towards everybody's by how "
        f"few calls there are. Considered beside who had the call: {considered}."
        if ranking.by_outcome
        else "No outcomes: ranked by the rubric alone."
    )
    return "\n".join(lines) + "\n\n" + how if grades.agents else ""


def _agent_row(agent: AgentGrade) -> str:
    quality = "" if agent.quality is None else f"{agent.quality:.0%}"
    return (
        f"| {agent.rank} | {agent.agent} | {agent.tier} | {agent.calls} | {agent.decided} | "
        f"{agent.won} | {agent.rate:.0%} | {agent.low:.0%} to {agent.high:.0%} | {quality} | "
        f"{agent.trust:.2f} |"
    )


def _notes(grades: Grades, ranking: Ranking, usual: Sequence[str]) -> list[str]:
    few = [agent.agent for agent in grades.agents if agent.decided < _FEW_CALLS]
    notes = [str(problem) + "." for problem in problems_of(grades, ranking, usual)]
    if few and ranking.by_outcome:
        notes.append(
            f"Fewer than {_FEW_CALLS} decided calls, so their rates say little: {', '.join(few)}."
        )
    return notes


def _uses(grades: Grades) -> str:
    count = Counter(grade.use for grade in grades.calls)
    return "\n".join(f"* {count[use]} {words}" for use, words in _USES.items())


def _breaches(calls: Sequence[CallGrade]) -> str:
    found = [
        f"* {grade.call}, turn {breach.turn}, {grade.agent}: {breach.kind.replace('_', ' ')}: "
        f'"{breach.quote}"'
        for grade in calls
        for breach in grade.breaches
    ]
    return "## Breaches\n\n" + "\n".join(found) if found else ""


def _csv(fields: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue()
