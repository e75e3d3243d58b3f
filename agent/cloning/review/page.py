"""The review page: one HTML file that needs nothing but itself and the redacted sound beside it."""

import json

from jinja2 import Environment

from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.mined import Evidence
from agent.cloning.project import FOLDERS, Project
from agent.cloning.recorded import Conversation
from agent.cloning.review.items import Heard, Listing, Materials, tier_of
from agent.pages.environment import page_environment

PAGE = "review.html"
# Where no transcript tells when a turn ends.
_USUAL_TURN_S = 8.0
_LEAD_S = 0.3


def write_page(project: Project, materials: Materials) -> None:
    """Write 7-compose/review.html."""
    sections = Listing(materials, _Places(project, materials)).sections()
    book, not_used = materials.composition.book, materials.composition.not_used
    text = _environment().get_template("review.html").render(
        title=book["playbook"]["title"],
        version=book["playbook"]["version"],
        sections=[section for section in sections if section.items],
        gaps=not_used.gaps,
        left_out=not_used.left_out,
        refused=materials.given.refused,
        put_it=project.root.resolve() / "decisions.json",
    )  # fmt: skip
    write_text(project.folder("compose") / PAGE, text)


class _Places:
    """Where a quote is heard; a call's transcript is read once."""

    def __init__(self, project: Project, materials: Materials) -> None:
        self._project = project
        self._grades = materials.inputs.grades
        self._ends: dict[str, tuple[float, ...]] = {}

    def __call__(self, evidence: Evidence) -> Heard:
        sound = self._project.folder("redact") / "audio" / f"{evidence.call}.flac"
        relative = f"../{FOLDERS['redact']}/audio/{evidence.call}.flac"
        start = max(0.0, evidence.start - _LEAD_S)
        minutes, seconds = divmod(int(evidence.start), 60)
        return Heard(
            call=evidence.call, who=tier_of(self._grades, evidence.agent), quote=evidence.quote,
            at=f"{minutes}:{seconds:02}", audio=relative if sound.exists() else "",
            start=round(start, 2), end=round(self._end(evidence) + _LEAD_S, 2),
        )  # fmt: skip

    def _end(self, evidence: Evidence) -> float:
        if evidence.call not in self._ends:
            self._ends[evidence.call] = self._turn_ends(evidence.call)
        ends = self._ends[evidence.call]
        known = evidence.turn < len(ends)
        return ends[evidence.turn] if known else evidence.start + _USUAL_TURN_S

    def _turn_ends(self, call: str) -> tuple[float, ...]:
        try:
            conversation = self._project.read("redact", f"{call}.json", Conversation)
        except CloneError:
            return ()
        return tuple(turn.end for turn in conversation.turns)


def _environment() -> Environment:
    environment = page_environment("agent.cloning.review")
    environment.filters["json"] = json.dumps
    return environment
