"""Step 7: facts and talk to a playbook that a call can run, and the page to review it on."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from agent.cloning.compose.assemble import compose
from agent.cloning.compose.brief import NAMELESS
from agent.cloning.compose.composition import Composition, Provenance
from agent.cloning.compose.inputs import Inputs, proposals_of, read_inputs
from agent.cloning.compose.playbook_file import playbook_text
from agent.cloning.compose.report import report_text
from agent.cloning.engines import Engines
from agent.cloning.errors import CloneError
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.made import Made, digest
from agent.cloning.pipeline import Problem, Progress, Report
from agent.cloning.project import Project
from agent.cloning.review.decisions import decisions_of
from agent.cloning.review.items import Materials
from agent.cloning.review.page import write_page
from agent.cloning.review.reviewed import Reviewed
from agent.dialogue.lint import lint
from agent.dialogue.loader import PlaybookError, PlaybookLoader, load_with_source

PLAYBOOK, PROVENANCE, NOT_USED = "playbook.yaml", "provenance.yaml", "left_out.yaml"
_PIECES = 3


class Compose:
    """Writes 7-compose: playbook.yaml, provenance.yaml, left_out.yaml, report.md, review.html."""

    name = "compose"
    needs = ("grade", "domain", "mine")
    version = "2"

    def source_key(self, project: Project) -> str:
        """The company's settings, what a person has decided, and what step 8 proposes."""
        return digest(
            project.settings.company.model_dump_json(),
            decisions_of(project).model_dump_json(),
            proposals_of(project).model_dump_json(),
        )

    def run(self, project: Project, engines: Engines, made: Made, progress: Progress) -> Report:
        """Compose, check and write. Raises CloneError when earlier steps' files are not there."""
        inputs = read_inputs(project)
        with progress.work("composing", _PIECES) as bar:
            given = inputs.given()
            composition = compose(given, inputs.brief, engines.encoder)
            bar.advance()
            _write(project.folder(self.name), composition, given)
            bar.advance()
            write_page(project, Materials(composition, inputs, given))
            bar.advance()
        return _report(composition, inputs, given)


def _write(folder: Path, composition: Composition, given: Reviewed) -> None:
    path = folder / PLAYBOOK
    composition.book["playbook"]["version"] = _next_version(path, composition.book)
    text = playbook_text(composition.book)
    write_text(path, text)
    _check(path)
    provenance = Provenance(
        playbook_sha256=hashlib.sha256(text.encode()).hexdigest(), origins=composition.origins
    )
    write_text(
        folder / PROVENANCE, dump_yaml(provenance.model_dump(mode="json", exclude_defaults=True))
    )
    write_text(folder / NOT_USED, dump_yaml(composition.not_used.model_dump(mode="json")))
    write_text(folder / "report.md", report_text(composition, given.refused))


def _next_version(path: Path, book: dict[str, Any]) -> int:
    """The version of the playbook that is there, and one more when its content changes."""
    try:
        before = yaml.load(path.read_text("utf-8"), Loader=PlaybookLoader)  # noqa: S506  safe
        version = int(before["playbook"].pop("version"))
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
        return 1
    now = yaml.load(playbook_text(book), Loader=PlaybookLoader)  # noqa: S506  safe
    del now["playbook"]["version"]
    return version if before == now else version + 1


def _check(path: Path) -> None:
    """A playbook with an error is never handed on. Raises CloneError."""
    try:
        findings = lint(load_with_source(path), today=datetime.now(UTC).date())
    except PlaybookError as error:
        raise CloneError(f"The composed playbook can't be read: {error}") from None
    errors = [str(finding) for finding in findings if finding.severity == "error"]
    if errors:
        raise CloneError("The composed playbook has errors:\n" + "\n".join(errors))


def _report(composition: Composition, inputs: Inputs, given: Reviewed) -> Report:
    book, facts = composition.book, inputs.facts
    open_facts = sum(bool(fact.disputes) for fact in facts.facts) + len(facts.contradictions)
    problems = [
        Problem(gap.place, gap.why, "See 7-compose/review.html.")
        for gap in composition.not_used.gaps
        if gap.place.startswith("must_say.") or gap.place == "stages"
    ]
    problems += [Problem("decision", why, "Decide it again on the page.") for why in given.refused]
    if inputs.brief.company == NAMELESS:
        remedy = 'Write name = "..." under [company] in clone.toml.'
        problems.append(Problem("company", "nobody says its name often enough", remedy))
    summary = (
        f"version {book['playbook']['version']}: {len(book['facts'])} facts, "
        f"{len(book['stages'])} stages, {len(book['objections'])} objections, "
        f"{len(book['lines'])} lines; {open_facts} contradictions to look at, "
        f"{len(inputs.decisions.decisions)} decided"
    )
    return Report(summary, tuple(problems))
