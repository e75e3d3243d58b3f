"""All the steps of cloning, in their order."""

from agent.cloning.compose.step import Compose
from agent.cloning.domain.step import Domain
from agent.cloning.grade.step import Grade
from agent.cloning.ingest.step import Ingest
from agent.cloning.mine.step import Mine
from agent.cloning.pipeline import Step
from agent.cloning.redact.step import Redact
from agent.cloning.transcribe.step import Transcribe


def all_steps() -> tuple[Step, ...]:
    """Ingest to compose; refine waits for calls of the agent itself."""
    return (Ingest(), Transcribe(), Redact(), Grade(), Domain(), Mine(), Compose())
