"""Engines, loaded and looked after: each behind its check, in a pool with a deadline."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from agent.dialogue.language_model import LanguageModel
from agent.speech.protocols import RecognizerFactory, SentenceEncoder, Synthesizer
from agent.watchdog.engines import EngineWatch
from agent.watchdog.pool import WatchedPool
from agent.watchdog.settings import WatchdogSettings
from agent.watchdog.steady_encoder import SteadyEncoder
from agent.watchdog.steady_model import SteadyLanguageModel
from agent.watchdog.steady_recognizer import SteadyRecognizers
from agent.watchdog.steady_voice import SteadyVoice


@dataclass(frozen=True, slots=True)
class Loaders:
    """How each engine is loaded; every one blocks. Without a language model the last is None."""

    recognizers: Callable[[], RecognizerFactory]
    voice: Callable[[], Synthesizer]
    encoder: Callable[[], SentenceEncoder]
    language_model: Callable[[], LanguageModel] | None


@dataclass(frozen=True, slots=True)
class SteadyEngines:
    """The engines of all calls and the pools that they run in."""

    recognizers: SteadyRecognizers
    voice: SteadyVoice
    encoder: SteadyEncoder
    language_model: SteadyLanguageModel | None
    recognition: WatchedPool
    decisions: WatchedPool
    synthesis: WatchedPool


async def load_engines(
    watch: EngineWatch, loaders: Loaders, settings: WatchdogSettings, recognition_threads: int
) -> SteadyEngines:
    """Load them side by side. Raises CorruptModel and LanguageModelError."""
    faults, load_model = watch.faults, loaders.language_model
    recognizers, voice, encoder, model = await asyncio.gather(
        asyncio.to_thread(loaders.recognizers),
        asyncio.to_thread(lambda: SteadyVoice(loaders.voice, faults)),
        asyncio.to_thread(lambda: SteadyEncoder(loaders.encoder, faults)),
        asyncio.to_thread(lambda: load_model and SteadyLanguageModel(load_model, faults)),
    )

    def renew_what_decides() -> None:
        encoder.renew()
        if model is not None:
            model.renew()

    return SteadyEngines(
        SteadyRecognizers(recognizers, faults),
        voice,
        encoder,
        model or None,
        # A call that loses its recogniser opens another one of the same model, which is read only.
        recognition=watch.pool("asr", recognition_threads, settings.recognition_s),
        decisions=watch.pool("decide", 1, settings.decision_s, renew_what_decides),
        synthesis=watch.pool("tts", 1, settings.synthesis_s, voice.renew),
    )
