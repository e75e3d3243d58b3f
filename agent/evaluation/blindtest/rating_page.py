"""A rater's page: one HTML file that needs nothing but itself and the sound beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.evaluation.blindtest.kit import ADJUDICATOR, Kit
from agent.evaluation.blindtest.schedule import Session
from agent.evaluation.rubric.criteria import Group
from agent.pages.environment import page_environment

GROUPS: Mapping[Group, str] = {
    "introduction": "Introduction", "product": "Product", "drive": "Sales drive",
    "objections": "Objections", "closing": "Closing",
}  # fmt: skip


def rating_page(
    kit: Kit, session: Session, asked: Mapping[str, Sequence[str]] | None = None
) -> str:
    """The page's text. With `asked` only these criteria of each item are, and no guess is."""
    every = [criterion.id for criterion in kit.criteria]
    data: dict[str, Any] = {
        "test": kit.test,
        "rater": session.rater,
        "session": session.number,
        "guesses": session.rater != ADJUDICATOR,
        "groups": GROUPS,
        "criteria": [
            criterion.model_dump(mode="json", exclude={"by"}) for criterion in kit.criteria
        ],
        "items": [
            {
                "id": item.id,
                "lines": [(line.speaker, line.text) for line in item.lines],
                "audio": f"audio/{item.audio}" if item.audio else "",
                "asked": every if asked is None else list(asked[name]),
            }
            for name in session.items
            for item in [kit.item(name)]
        ],
    }
    environment = page_environment("agent.evaluation.blindtest")
    return environment.get_template("rating.html").render(data=data)
