"""The step that describes what the calls are about and what their agents do."""

from agent.cloning.archive import recorded_calls, redacted_conversations
from agent.cloning.domain.description import Description
from agent.cloning.domain.duties import duties_of
from agent.cloning.domain.names import company_of, products_of
from agent.cloning.domain.purpose import direction_of, objective_of, outcome_mix
from agent.cloning.domain.report import report_of
from agent.cloning.domain.style import style_of
from agent.cloning.domain.topics import customer_types, topics_of
from agent.cloning.domain.vocabulary import vocabulary_of
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.grades import Grades
from agent.cloning.made import Made, digest
from agent.cloning.mine.material import Material
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project


class Domain:
    """Writes domain.yaml and report.md."""

    name = "domain"
    needs = ("ingest", "redact", "grade")
    version = "1"

    def source_key(self, project: Project) -> str:
        """The company's name, where it is given."""
        return digest(project.settings.company.name)

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when no call may be read."""
        grades = project.read("grade", "grades.json", Grades)
        calls = recorded_calls(project)
        readable = grades.used_for("lines", "contrast", "facts")
        conversations = redacted_conversations(
            project, (call for call in calls if call in readable)
        )
        if not conversations:
            raise CloneError("No call can be read: 4-grade/report.md says why, call by call.")
        found = describe(
            Material(calls, conversations, grades), engines, progress, project.settings.company.name
        )
        folder = project.folder("domain")
        write_text(folder / "report.md", report_of(found))
        write_text(folder / "domain.yaml", dump_yaml(found.model_dump(mode="json")))
        return Report(
            f"{found.direction} calls of {found.company or 'an unnamed company'}; "
            f"{len(found.topics)} topics, {len(found.products)} names of products",
            _problems(found),
        )


def describe(
    material: Material, engines: Engines, progress: Progress, company: str = ""
) -> Description:
    """Everything of it; `company`: its name where that is known."""
    with progress.work("describe", 4) as bar:
        said = company_of(material)
        directed = direction_of(material)
        vocabulary = vocabulary_of(material.conversations)
        bar.advance()
        topics = topics_of(material, vocabulary, engines.encoder)
        bar.advance()
        customers = customer_types(material, engines.encoder)
        bar.advance()
        duties = duties_of(material, engines.grammar)
        bar.advance()
    return Description(
        company=company or (said.name if said else ""),
        company_said=said.evidence if said else (),
        products=products_of(material, said),
        direction=directed.direction,
        direction_share=directed.share,
        objective=objective_of(material, directed.direction),
        outcomes=outcome_mix(material.calls),
        topics=topics,
        customers=customers,
        vocabulary=vocabulary,
        duties=duties,
        style=style_of(material),
    )


def _problems(found: Description) -> tuple[Problem, ...]:
    problems = []
    if not found.company:
        problems.append(
            Problem(
                "company",
                "agents name no company in common",
                "Give its name as company.name in clone.toml",
            )
        )
    if not found.direction_share:
        problems.append(
            Problem(
                "direction",
                "nothing tells who calls whom; outbound is assumed",
                "Give a column `direction` with inbound or outbound",
            )
        )
    if not found.objective.outcome:
        problems.append(
            Problem(
                "objective",
                "no call was won, so what counts as success is not known",
                "Name the outcomes that do with --won",
            )
        )
    return tuple(problems)
