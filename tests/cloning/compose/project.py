"""A clone project of the dental practice, as far as mining."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.cloning.domain.description import Description, Objective, Style
from agent.cloning.engines import Engines
from agent.cloning.files import dump_yaml, write_text
from agent.cloning.grades import AgentGrade, Grades
from agent.cloning.project import CompanySettings, Project, ProjectSettings
from agent.cloning.recorded import Kept
from tests.cloning.compose.dental import FACTS, TALK

_TIERS = {"anna": "top", "bea": "middle", "carl": "weak"}

DESCRIPTION = Description(
    company="Willow Lane Dental", company_said=(), products=(), direction="inbound",
    direction_share=1.0,
    objective=Objective(outcome="Booked", words="book a check-up", otherwise=("lost",), said=()),
    outcomes={"Booked": 0.6, "lost": 0.4}, topics=(), customers=(), vocabulary=(), duties=(),
    style=Style(words=("calm", "brief"), words_a_turn=14.0, words_per_minute=160.0, questions=0.4,
                talk_share=0.5, pause_s=0.6, evidence=()),
)  # fmt: skip
GRADES = Grades(
    calls=(),
    agents=tuple(
        AgentGrade(agent=agent, calls=9, decided=8, won=5, rate=0.6, low=0.4, high=0.8, quality=0.7,
                   rank=rank, tier=tier, trust=0.6)
        for rank, (agent, tier) in enumerate(_TIERS.items(), 1)
    ),
)  # fmt: skip


def dental_project(root: Path) -> Project:
    """With the files that compose reads."""
    project = Project.create(root, ProjectSettings(company=CompanySettings(agent_name="Joe")))
    files: dict[tuple[str, str], Kept] = {
        ("domain", "domain.yaml"): DESCRIPTION,
        ("mine", "facts.yaml"): FACTS,
        ("mine", "talk.yaml"): TALK,
        ("grade", "grades.json"): GRADES,
    }
    for (step, name), content in files.items():
        dumped = content.model_dump(mode="json")
        text = json.dumps(dumped) if name.endswith(".json") else dump_yaml(dumped)
        write_text(project.folder(step) / name, text)
    return project


class NoModels(Engines):
    """Nothing judges what lines mean, so that no model is loaded."""

    encoder = None  # type: ignore[assignment]


class Silent:
    """Progress that nobody watches."""

    @contextmanager
    def work(self, what: str, total: float) -> Iterator["Silent"]:
        yield self

    def advance(self, amount: float = 1.0) -> None:
        pass

    def tell(self, text: str) -> None:
        pass
