"""The models that the settings choose: where they are, and what they are opened as."""

from agent.calls.detectors import needs_neural
from agent.config import LanguageModelSettings, Settings
from agent.dialogue.language_model import LanguageModel
from agent.records.models import ModelUsed
from agent.speech.catalogue import ModelKind
from agent.speech.hashing import file_sha256, tree_sha256
from agent.speech.kept_vectors import KeptVectors
from agent.speech.minilm import MiniLmEncoder
from agent.speech.piper import PiperSynthesizer
from agent.speech.protocols import SentenceEncoder
from agent.speech.silero_vad import SileroModel
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from agent.watchdog.loading import Loaders


def model_store(settings: Settings) -> ModelStore:
    """The models that these settings choose."""
    return ModelStore(settings.speech.models_dir, chosen=_chosen(settings))


def _chosen(settings: Settings) -> dict[ModelKind, str]:
    """The models that calls use, by what they are for."""
    chosen: dict[ModelKind, str] = {
        "asr": settings.speech.asr_model,
        "tts": settings.speech.tts_voice,
        "embedding": settings.speech.embedding_model,
    }
    if any(map(needs_neural, settings.experiment.turns_over(settings.turns))):
        chosen["vad"] = settings.speech.vad_model
    if settings.dialogue.language_model.enabled:
        chosen["llm"] = settings.dialogue.language_model.model
    return chosen


def neural_vad(settings: Settings, store: ModelStore) -> SileroModel | None:
    """Loaded where some calls may need it."""
    if "vad" not in _chosen(settings):
        return None
    return SileroModel(store.locate("vad", settings.speech.vad_model))


def loaders(settings: Settings, store: ModelStore) -> Loaders:
    """How each engine is opened, the first time and when one that hangs is replaced."""
    speech, model = settings.speech, settings.dialogue.language_model
    return Loaders(
        recognizers=lambda: VoskModel(store.locate("asr", speech.asr_model)),
        voice=lambda: PiperSynthesizer(
            store.locate("tts", speech.tts_voice), threads=speech.tts_threads
        ),
        encoder=lambda: encoder(settings, store),
        language_model=(lambda: language_model(model, store)) if model.enabled else None,
    )


def encoder(settings: Settings, store: ModelStore) -> MiniLmEncoder:
    """The sentence encoder."""
    name = settings.speech.embedding_model
    return MiniLmEncoder(store.locate("embedding", name), store.locate_tokenizer(name))


def kept_vectors(settings: Settings, store: ModelStore, encoder: SentenceEncoder) -> KeptVectors:
    """Vectors of playbooks' examples, kept from one start to the next."""
    model = store.locate("embedding", settings.speech.embedding_model)
    return KeptVectors(encoder, settings.speech.cache_dir, file_sha256(model)[:16])


def language_model(settings: LanguageModelSettings, store: ModelStore) -> LanguageModel:
    """The language model."""
    # Off by default: a process without it need not load llama.cpp.
    from agent.dialogue.llama import LlamaCppModel

    return LlamaCppModel(store.locate("llm", settings.model), threads=settings.threads)


def models_used(settings: Settings, store: ModelStore) -> dict[str, ModelUsed]:
    """Names and checksums for the records: a transcript means little without its recogniser."""
    used: dict[str, ModelUsed] = {}
    for kind, name in _chosen(settings).items():
        path = store.locate(kind, name)
        digest = tree_sha256(path) if path.is_dir() else file_sha256(path)
        used[kind] = {"name": name or path.name, "sha256": digest}
    return used
