"""What a playbook is for, apart from what was mined."""

import re
from dataclasses import dataclass

from agent.cloning.domain.description import Description, Direction
from agent.cloning.project import CompanySettings

# What is said instead of a company's name: "Hello, customer service, this is Joe."
NAMELESS = "customer service"
_SLOWEST, _FASTEST, _USUAL = 80, 240, 150


@dataclass(frozen=True, slots=True)
class Brief:
    """Who speaks for whom, and when a call has gone well (`done`, the disposition of it)."""

    company: str
    agent_name: str
    objective: str
    done: str
    direction: Direction
    queue: str
    products: tuple[str, ...] = ()
    style: tuple[str, ...] = ()
    words_per_minute: int = _USUAL
    locale: str = "en-GB"
    version: int = 1

    @property
    def playbook_id(self) -> str:
        """What records of calls call the playbook."""
        return f"cloned-{_slug(self.company)}" if _slug(self.company) else "cloned"

    @property
    def not_done(self) -> str:
        """The disposition of a call that ended well without it."""
        return f"not_{self.done}"


def brief_of(description: Description, settings: CompanySettings) -> Brief:
    """What the settings say, and else what the calls tell."""
    pace = round(description.style.words_per_minute or _USUAL)
    return Brief(
        company=settings.name or description.company or NAMELESS,
        agent_name=settings.agent_name,
        objective=description.objective.words or "the customer has what they came for",
        done=_slug(description.objective.outcome) or "done",
        direction=description.direction,
        queue=settings.queue,
        products=tuple(product.name for product in description.products),
        style=description.style.words,
        words_per_minute=min(_FASTEST, max(_SLOWEST, pace)),
        locale=settings.locale,
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
