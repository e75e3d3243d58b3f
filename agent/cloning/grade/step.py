"""The step that grades calls and ranks their people."""

from collections.abc import Mapping

from agent.cloning.archive import recorded_calls, redacted_conversations
from agent.cloning.domain.names import company_of
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.grade.judged import JudgedCall, customs, judge, without
from agent.cloning.grade.ranking import Ranking, Tier, rank
from agent.cloning.grade.report import agents_csv, calls_csv, problems_of, report_of
from agent.cloning.grade.uses import Measure, use_of
from agent.cloning.grades import CallGrade, Grades
from agent.cloning.made import Made, digest
from agent.cloning.mine.material import Material
from agent.cloning.pipeline import Progress, Report
from agent.cloning.project import Project
from agent.cloning.recorded import Conversation, RecordedCall


class Grade:
    """Writes grades.json, calls.csv, agents.csv and report.md."""

    name = "grade"
    needs = ("ingest", "redact")
    version = "1"

    def source_key(self, project: Project) -> str:
        """Calls in another language are not read; the company is known by its name."""
        return digest(project.settings.company.language, project.settings.company.name)

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when no call has any words."""
        calls = recorded_calls(project)
        conversations = redacted_conversations(project, calls)
        if not conversations:
            raise CloneError(
                "No call has any words: look at the reports in 1-ingest and 2-transcribe for why."
            )
        company = project.settings.company.name or company_said(calls, conversations)
        judged = []
        with progress.work("grade", len(calls)) as bar:
            for call in calls.values():
                judged.append(judge(call, conversations.get(call.id), company))
                bar.advance()
        usual = customs(judged)
        judged = list(without(usual, judged))
        ranking = rank(judged)
        grades = graded(judged, ranking, project.settings.company.language)
        folder = project.folder("grade")
        write_text(folder / "calls.csv", calls_csv(grades, calls))
        write_text(folder / "agents.csv", agents_csv(grades))
        write_text(folder / "report.md", report_of(grades, ranking, usual))
        write_text(folder / "grades.json", grades.model_dump_json(indent=1))
        used = len(grades.used_for("lines"))
        top = ", ".join(agent.agent for agent in grades.agents if agent.tier == "top")
        return Report(
            f"{len(grades.calls)} calls graded, {used} to learn lines from; "
            f"best: {top or 'nobody is named'}",
            problems_of(grades, ranking, usual),
        )


def company_said(
    calls: Mapping[str, RecordedCall], conversations: Mapping[str, Conversation]
) -> str:
    nobody = Grades(calls=(), agents=())
    said = company_of(Material(calls, conversations, nobody))
    return said.name if said else ""


def graded(judged: list[JudgedCall], ranking: Ranking, language: str) -> Grades:
    """Agents as ranked, and what each call may be used for."""
    tiers = {agent.agent: agent.tier for agent in ranking.agents}
    top = frozenset(agent for agent, tier in tiers.items() if tier == "top")
    measure = Measure.of(judged, top)
    # Where nobody is named, good calls are all there is to go by.
    unnamed: Tier = "middle" if tiers else "top"
    calls = []
    for one in judged:
        use, reasons = use_of(one, tiers.get(one.call.agent, unnamed), measure, language)
        calls.append(
            CallGrade(
                call=one.call.id,
                agent=one.call.agent,
                won=one.won,
                score=None if one.score is None else round(one.score, 4),
                scores=one.scores,
                breaches=one.breaches,
                use=use,
                reasons=reasons,
            )
        )
    return Grades(calls=tuple(calls), agents=ranking.agents)
