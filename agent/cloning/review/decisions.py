"""What a person decided about mined items, and where it is kept."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from agent.cloning.errors import CloneError
from agent.cloning.files import write_text
from agent.cloning.project import Project
from agent.cloning.recorded import Kept

Verdict = Literal["accept", "edit", "reject", "open"]
_FILE = "decisions.json"


class Decision(Kept):
    """One verdict. It holds for as long as the item is what the person has seen."""

    item: str = Field(description="kind, colon, id: fact:price, line:close.2")
    seen: str = Field(description="digest of what was decided about, see `seen`")
    verdict: Verdict = Field(description="open: an earlier one is taken back")
    text: str = Field("", description="edit: a line's new words, or a fact's value as spoken")

    @property
    def kind(self) -> str:
        """fact, line, ..."""
        return _kind(self.item)


class Decisions(Kept):
    """decisions.json in the project's folder."""

    decisions: tuple[Decision, ...] = ()

    def about(self, item: str, seen: str) -> Decision | None:
        """The one about an item as it is now; its id may have changed."""
        return next((d for d in self.decisions if d.kind == _kind(item) and d.seen == seen), None)

    def merged(self, newer: "Decisions") -> "Decisions":
        """The newer one of two about the same thing holds; what is taken back is gone."""
        kept = {(d.kind, d.seen): d for d in (*self.decisions, *newer.decisions)}
        return Decisions(decisions=tuple(d for d in kept.values() if d.verdict != "open"))


def _kind(item: str) -> str:
    return item.partition(":")[0]


def read_decisions(path: Path) -> Decisions:
    """Raises CloneError for a file that is none of ours."""
    try:
        return Decisions.model_validate_json(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CloneError(f"There is no {path}: save it from the review page first.") from None
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        detail = " ".join(str(error).split())[:200]
        raise CloneError(
            f"{path} holds no decisions ({detail}): save them from the review page again."
        ) from None


def decisions_of(project: Project) -> Decisions:
    """The decisions that were taken over so far."""
    path = project.root / _FILE
    # The page's file may have been put here as it is, with what is taken back in it.
    return Decisions().merged(read_decisions(path)) if path.exists() else Decisions()


def take_over(project: Project, decisions: Decisions) -> Decisions:
    """Add decisions to the project's; compose reads them. Returns all of them."""
    merged = decisions_of(project).merged(decisions)
    write_text(project.root / _FILE, merged.model_dump_json(indent=1) + "\n")
    return merged
