"""What is simulated, and a name for it that changes with everything that could change a call."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agent.app import model_store
from agent.config import Settings
from agent.dialogue.loader import find_playbook
from agent.source_code import source_sha256
from agent.speech.hashing import file_sha256

# Where code and data are that decide how a simulated call goes.
_CODE = (
    "agent.dialogue", "agent.evaluation.customers", "agent.evaluation.rubric",
    "agent.evaluation.simulation",
)  # fmt: skip


@dataclass(frozen=True)
class Version:
    """A playbook, and the one whose facts are approved, both as files that exist.

    `vectors` is the folder where sentence vectors of playbooks are kept; it changes no call.
    """

    playbook: Path
    approved: Path
    threshold: float
    encoder: Path
    tokenizer: Path
    vectors: Path

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the files' contents, the settings and the code."""
        digest = hashlib.sha256(f"{self.threshold} {source_sha256(*_CODE)}".encode())
        for file in (self.playbook, self.approved, self.encoder, self.tokenizer):
            digest.update(bytes.fromhex(file_sha256(file)))
        return digest.hexdigest()[:32]

    @cached_property
    def short(self) -> str:
        """The first digits of the playbook's own SHA-256."""
        return file_sha256(self.playbook)[:8]


def version_of(settings: Settings, playbook: str, approved: str = "") -> Version:
    """A playbook under these settings, by default held against its own facts.

    Raises UnderstudyError where there is no such playbook, or a model is missing.
    """
    store, name = model_store(settings), settings.speech.embedding_model
    return Version(
        playbook=find_playbook(playbook),
        approved=find_playbook(approved or playbook),
        threshold=settings.dialogue.intent_threshold,
        encoder=store.locate("embedding", name),
        tokenizer=store.locate_tokenizer(name),
        vectors=settings.speech.cache_dir,
    )
