"""Raters' answers together, and what a third rater has to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from agent.cloning.files import write_text
from agent.evaluation.blindtest.answers import ratings_of, read_answers, unfinished
from agent.evaluation.blindtest.kit import ADJUDICATOR, ANSWERS, RATINGS, Kit, read_kit
from agent.evaluation.blindtest.make import give_sound
from agent.evaluation.blindtest.rating_page import rating_page
from agent.evaluation.blindtest.ratings import AnswerFile, Rating, Ratings, Score
from agent.evaluation.blindtest.schedule import Session

_FAR_APART = 2


@dataclass(frozen=True, slots=True)
class Collected:
    """`disputed`: by item the criteria on which two raters are two points apart.

    `page` is the third rater's; None where nothing is disputed.
    """

    ratings: Ratings
    problems: tuple[str, ...]
    disputed: Mapping[str, tuple[str, ...]]
    page: Path | None


def collect(folder: Path) -> Collected:
    """Read the files in answers/, and write ratings.json and the third rater's page.

    Raises BlindTestError for a folder without a kit.
    """
    kit = read_kit(folder)
    read = read_answers(kit, sorted((folder / ANSWERS).glob("*.json")))
    ratings = ratings_of(read.files)
    disputed = _disputed(kit, ratings)
    decided = _decided(read.files, disputed)
    missing = unfinished(kit, read.files)
    undecided = sum(len(asked) - len(decided.get(item, {})) for item, asked in disputed.items())
    if undecided:
        missing.append(f"{ADJUDICATOR}: {undecided} scores are far apart and not decided.")
    found = Ratings(test=kit.test, ratings=ratings, adjudicated=decided, missing=tuple(missing))
    write_text(folder / RATINGS, found.model_dump_json(indent=1) + "\n")
    return Collected(found, read.problems, disputed, _third_page(folder, kit, disputed))


def _disputed(kit: Kit, ratings: Sequence[Rating]) -> dict[str, tuple[str, ...]]:
    by_item: dict[str, list[Rating]] = {}
    for rating in ratings:
        by_item.setdefault(rating.item, []).append(rating)
    found = {}
    for item, of_item in sorted(by_item.items()):
        apart = tuple(
            criterion.id
            for criterion in kit.criteria
            if _far_apart([rating.answer.scores.get(criterion.id) for rating in of_item])
        )
        if apart:
            found[item] = apart
    return found


def _far_apart(scores: Sequence[Score | None]) -> bool:
    given = [score for score in scores if isinstance(score, int)]
    return any(abs(a - b) >= _FAR_APART for a, b in combinations(given, 2))


def _decided(
    files: Sequence[AnswerFile], disputed: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, Score]]:
    """The third rater's scores, of what is disputed only."""
    found: dict[str, dict[str, Score]] = {}
    for file in files:
        for item, answer in file.answers.items() if file.rater == ADJUDICATOR else ():
            asked = disputed.get(item, ())
            scores = {name: score for name, score in answer.scores.items() if name in asked}
            if scores:
                found[item] = scores
    return found


def _third_page(folder: Path, kit: Kit, disputed: Mapping[str, tuple[str, ...]]) -> Path | None:
    path = folder / ADJUDICATOR / "session-1.html"
    if not disputed:
        path.unlink(missing_ok=True)
        return None
    session = Session(rater=ADJUDICATOR, number=1, items=tuple(disputed))
    write_text(path, rating_page(kit, session, disputed))
    give_sound(folder, kit, ADJUDICATOR, session.items)
    return path


def as_json(found: Collected) -> dict[str, Any]:
    """What came of it; the answers themselves are in ratings.json."""
    return {
        "test": found.ratings.test,
        "ratings": len(found.ratings.ratings),
        "problems": found.problems,
        "missing": found.ratings.missing,
        "disputed": found.disputed,
        "decided": {item: list(scores) for item, scores in found.ratings.adjudicated.items()},
        "page": None if found.page is None else str(found.page),
    }
