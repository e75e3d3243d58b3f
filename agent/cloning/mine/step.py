"""Step 6: facts and talk out of the calls that may be learned from."""

from collections.abc import Sequence

from agent.cloning.archive import recorded_calls, redacted_conversations
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.grades import Grades
from agent.cloning.made import Made, digest
from agent.cloning.mine.acts.label import label
from agent.cloning.mine.acts.sentences import sentences
from agent.cloning.mine.acts.wording import plain
from agent.cloning.mine.encoding import encoded
from agent.cloning.mine.facts import mine_facts
from agent.cloning.mine.material import Material
from agent.cloning.mine.objections.mine import mine_objections
from agent.cloning.mine.picture import flow_svg
from agent.cloning.mine.report import report_of
from agent.cloning.mine.talk import compose_talk, find_all
from agent.cloning.mine.thin import too_thin
from agent.cloning.mined import Facts, MinedStage, Talk
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.dialogue.graph import GraphError

_STAGES = ("facts", "sentences' acts", "objections", "stages, slots, intents, must-say", "lines")


class Mine:
    """Writes facts.yaml, talk.yaml, flow.svg and report.md."""

    name = "mine"
    needs = ("ingest", "redact", "grade")
    version = "2"

    def source_key(self, project: Project) -> str:
        """Nothing else: all it reads is what earlier steps wrote."""
        return digest(self.version)

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Raises CloneError when no call has words, or none may be learned from."""
        material = read_material(project)
        if not material.grades.used_for("lines", "contrast", "facts"):
            raise CloneError(
                "No call may be learned from: 4-grade/report.md tells why for each of them."
            )
        encoder = encoded(_texts(material), engines, progress)
        with progress.work("mining", len(_STAGES)) as bar:
            bar.tell(_STAGES[0])
            facts = mine_facts(material, engines.grammar, encoder)
            bar.advance()
            bar.tell(_STAGES[1])
            said = label(material, encoder)
            bar.advance()
            bar.tell(_STAGES[2])
            objections, lines = mine_objections(material, said, facts, encoder)
            bar.advance()
            bar.tell(_STAGES[3])
            found = find_all(material, said, facts, objections, encoder)
            bar.advance()
            bar.tell(_STAGES[4])
            talk = compose_talk(material, found, facts, objections, lines)
            bar.advance()
        thin = too_thin(material, talk)
        folder = project.folder(self.name)
        problems = [*thin, *_draw(project, talk.stages)]
        write_text(folder / "report.md", report_of(facts, talk, problems))
        write_text(folder / "facts.yaml", dump_yaml(facts.model_dump(mode="json")))
        write_text(folder / "talk.yaml", dump_yaml(talk.model_dump(mode="json")))
        return Report(_summary(facts, talk), problems)


def read_material(project: Project) -> Material:
    """What ingest, redact and grade left. Raises CloneError where a file is missing or damaged."""
    calls = recorded_calls(project)
    conversations = redacted_conversations(project, calls)
    if not conversations:
        raise CloneError("No call has words: look at the reports in 1-ingest and 2-transcribe.")
    return Material(calls, conversations, project.read("grade", "grades.json", Grades))


def _texts(material: Material) -> list[str]:
    """Every sentence as it will be asked for."""
    return [
        plain(place.turn.text[start:end])
        for place in material.places()
        for start, end in sentences(place.turn)
    ]


def _draw(project: Project, stages: Sequence[MinedStage]) -> list[Problem]:
    path = project.folder("mine") / "flow.svg"
    try:
        write_text(path, flow_svg(stages))
    except GraphError as error:
        path.unlink(missing_ok=True)
        return [Problem("flow.svg", "the picture of the flow could not be drawn", str(error))]
    return []


def _summary(facts: Facts, talk: Talk) -> str:
    return (
        f"{len(facts.facts)} facts, {len(facts.contradictions)} contradictions, "
        f"{len(talk.stages)} stages, {len(talk.slots)} slots, {len(talk.intents)} intents, "
        f"{len(talk.objections)} objections, {len(talk.lines)} lines, "
        f"{len(talk.must_say)} to be said"
    )
