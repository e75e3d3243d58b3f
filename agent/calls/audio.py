"""One call's ears, mouth and sense of turns, opened and closed together."""

import asyncio
import contextlib
import math
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from agent.calls.events import CallEvent, Failed, RecognitionBehind, RecordingStopped
from agent.calls.floor import Floor
from agent.calls.speaker import Speaker
from agent.media.clock import MediaClock
from agent.media.codecs import open_codec
from agent.media.endpoint import Network
from agent.media.recording import StereoRecorder
from agent.media.session import MediaSession
from agent.media.sound_file import SoundFormat, WavFormat
from agent.media.stats import MediaStats
from agent.speech.line_cache import LineCache
from agent.speech.paired_vad import PairedVad
from agent.speech.protocols import RecognizerFactory
from agent.speech.streaming import StreamingRecognizer
from agent.turns.settings import TurnSettings


@dataclass(frozen=True, slots=True)
class RecognitionLimits:
    """How late recognition may be before it skips audio, and how much of a call it may skip."""

    behind_s: float = 10.0
    lost_s: float = math.inf


@dataclass(frozen=True, slots=True)
class AudioServices:
    """What all calls' audio shares."""

    turns: TurnSettings
    network: Network
    lost_after_s: float
    clock: MediaClock
    recognition: Executor
    recognizers: RecognizerFactory
    open_vad: Callable[[int], PairedVad]
    lines: LineCache
    sound_format: SoundFormat = field(default_factory=WavFormat)
    limits: RecognitionLimits = RecognitionLimits()


@dataclass(frozen=True, slots=True)
class CallAudio:
    """Media, recognition, speech and turn-taking of one call."""

    media: MediaSession
    recognizer: StreamingRecognizer
    speaker: Speaker
    floor: Floor

    @classmethod
    async def open(
        cls,
        codec: str,
        services: AudioServices,
        recording: Path | None,
        post: Callable[[CallEvent], None],
    ) -> "CallAudio":
        """Open everything at the codec's rate. Raises UnknownCodec and NoFreePort."""
        rate = open_codec(codec).sample_rate_hz
        # What can fail is opened before what would have to be closed then.
        engine = services.recognizers.open(rate)
        floor = Floor(services.turns, services.open_vad(rate), post)
        media = await MediaSession.open(
            codec,
            floor,
            network=services.network,
            clock=services.clock,
            open_recorder=_recorder(recording, services.sound_format, post),
            lost_after_s=services.lost_after_s,
        )
        recognizer = StreamingRecognizer(
            engine,
            services.recognition,
            rate,
            on_partial=floor.on_words,
            on_error=lambda error: post(Failed(str(error))),
            reopen=lambda: services.recognizers.open(rate),
            on_behind=lambda lag_ms: post(RecognitionBehind(lag_ms)),
            max_backlog_ms=round(1000 * services.limits.behind_s),
            max_dropped_ms=1000 * services.limits.lost_s,
        )
        speaker = Speaker(
            media.playout,
            services.lines,
            rate,
            on_finished=floor.agent_finished,
            on_failed=lambda reason: post(Failed(reason)),
        )
        floor.attach(media, speaker, recognizer)
        return cls(media, recognizer, speaker, floor)

    @property
    def now_s(self) -> float:
        """Audio time: the one clock of frames, words, recording and records."""
        return self.media.now_s

    async def aclose(self) -> MediaStats:
        """Close everything; the media's counts are the last thing known of it."""
        await self.speaker.aclose()
        await self.floor.aclose()
        await self.recognizer.aclose()
        stats = self.media.stats()
        await self.media.close()
        return stats


def _recorder(
    path: Path | None, sound_format: SoundFormat, post: Callable[[CallEvent], None]
) -> Callable[[int], StereoRecorder] | None:
    """What records the call, and says from its thread that it no longer does."""
    if path is None:
        return None
    loop = asyncio.get_running_loop()

    def failed(reason: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            loop.call_soon_threadsafe(post, RecordingStopped(reason))

    return lambda rate_hz: StereoRecorder(path, rate_hz, sound_format, failed)
