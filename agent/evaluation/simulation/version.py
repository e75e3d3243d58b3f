"""What is simulated, and a name for it that changes with everything that could change a call."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agent.building.models import model_store
from agent.config import Settings
from agent.dialogue.loader import find_playbook
from agent.source_code import source_sha256
from agent.speech.hashing import file_sha256, tree_sha256
from agent.turns.settings import TurnSettings

# Where code and data are that decide how a simulated call goes.
_CODE = (
    "agent.dialogue", "agent.evaluation.customers", "agent.evaluation.rubric",
    "agent.evaluation.simulation",
)  # fmt: skip


_SOUND_CODE = (
    "agent.calls", "agent.evaluation.sound", "agent.evaluation.virtual_time", "agent.media",
    "agent.speech", "agent.turns",
)  # fmt: skip


@dataclass(frozen=True)
class SoundParts:
    """What a call with sound has besides; `lines` is the folder where spoken lines are kept."""

    turns: TurnSettings
    recogniser: Path
    voice: Path
    detector: Path
    lines: Path

    @property
    def digest(self) -> str:
        """Of the settings and the models."""
        models = (tree_sha256(self.recogniser), *map(file_sha256, (self.voice, self.detector)))
        return " ".join((self.turns.model_dump_json(), *models))


@dataclass(frozen=True)
class Version:
    """A playbook, and the one whose facts are approved, both as files that exist.

    `vectors` is the folder where sentence vectors of playbooks are kept; it changes no call.
    `sound` is None where calls are in text.
    """

    playbook: Path
    approved: Path
    threshold: float
    encoder: Path
    tokenizer: Path
    vectors: Path
    sound: SoundParts | None = None

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the files' contents, the settings and the code."""
        code = _CODE if self.sound is None else (*_CODE, *_SOUND_CODE)
        digest = hashlib.sha256(f"{self.threshold} {source_sha256(*code)}".encode())
        for file in (self.playbook, self.approved, self.encoder, self.tokenizer):
            digest.update(bytes.fromhex(file_sha256(file)))
        if self.sound is not None:
            digest.update(self.sound.digest.encode())
        return digest.hexdigest()[:32]

    @cached_property
    def short(self) -> str:
        """The first digits of the playbook's own SHA-256."""
        return file_sha256(self.playbook)[:8]


def version_of(
    settings: Settings, playbook: str, approved: str = "", *, with_sound: bool = False
) -> Version:
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
        sound=_sound(settings) if with_sound else None,
    )


def _sound(settings: Settings) -> SoundParts:
    store, speech = model_store(settings), settings.speech
    return SoundParts(
        turns=settings.turns,
        recogniser=store.locate("asr", speech.asr_model),
        voice=store.locate("tts", speech.tts_voice),
        detector=store.locate("vad", speech.vad_model),
        lines=speech.cache_dir,
    )
