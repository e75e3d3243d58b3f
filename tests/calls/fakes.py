"""Engines and watchers made of arithmetic, behind the Protocols that a call uses."""

from collections import deque
from collections.abc import Iterator

import numpy as np

from agent.records.records import (
    CallAnswered,
    CallEnded,
    CallStarted,
    EventRecord,
    LatencyRecord,
    Record,
    TurnRecord,
)
from agent.speech.protocols import Pcm, Transcript, Word

RATE_HZ = 8000
LOUD = np.tile(np.array([8000, -8000], np.int16), 80)
QUIET = np.tile(np.array([8, -8], np.int16), 80)
_LOUD_FROM = 1000
_NEW_SOUND_S = 0.5


class LoudnessVad:
    """Takes whatever is loud for speech."""

    def confidence(self, frame: Pcm) -> float:
        return float(np.abs(frame).max() > _LOUD_FROM)


class ScriptedRecognizer:
    """Hears the next text of a script in each turn that holds loud audio.

    As with a real one the first partial lags the sound, here by `lag_s` of audio; an empty text is
    sound without words. A clip says the text that the turn will have; after half a second of quiet
    the next sound is another one.
    """

    def __init__(self, script: deque[str], lag_s: float = 0.2) -> None:
        self._script = script
        self._lag_s = lag_s
        self._fed_s = 0.0
        self._loud_from_s: float | None = None
        self._loud_until_s = 0.0
        self._text: str | None = None
        self._of_clip: str | None = None
        self._quiet_s = 0.0

    def accept(self, pcm: bytes) -> Transcript | None:
        began_s = self._fed_s
        samples = np.frombuffer(pcm, "<i2")
        self._fed_s += len(samples) / RATE_HZ
        if np.abs(samples).max(initial=0) <= _LOUD_FROM:
            self._quiet_s += len(samples) / RATE_HZ
            if self._quiet_s > _NEW_SOUND_S and self._loud_from_s is None:
                self._of_clip = None
        else:
            self._quiet_s = 0.0
            self._loud_until_s = self._fed_s
            if self._loud_from_s is None:
                self._loud_from_s = began_s
        lagging = self._loud_from_s is None or self._fed_s - self._loud_from_s < self._lag_s
        if lagging or self._text is not None:
            return None
        return self._transcript()

    def finish(self) -> Transcript:
        transcript = self._transcript()
        self._loud_from_s = self._text = None
        return transcript

    def hear(self, clip: bytes) -> Transcript:
        samples = np.frombuffer(clip, "<i2")
        loud = np.flatnonzero(np.abs(samples) > _LOUD_FROM) / RATE_HZ
        if not loud.size:
            return Transcript("", ())
        if self._of_clip is None:
            self._of_clip = self._text if self._text is not None else self._next()
        words = tuple(
            Word(word, float(loud[0]), float(loud[0]) + 0.1, 0.9) for word in self._of_clip.split()
        )
        return Transcript(self._of_clip, words)

    def _next(self) -> str:
        return self._script.popleft() if self._script else ""

    def _transcript(self) -> Transcript:
        if self._loud_from_s is None:
            return Transcript("", ())
        if self._text is None:
            self._text = self._next() if self._of_clip is None else self._of_clip
        words = tuple(
            Word(word, self._loud_from_s, self._loud_until_s, 0.9) for word in self._text.split()
        )
        return Transcript(self._text, words)


class ScriptedRecognizers:
    """Opens quick recognisers that share one script."""

    def __init__(self) -> None:
        self.script: deque[str] = deque()
        self.error: Exception | None = None

    def open(self, sample_rate_hz: int) -> ScriptedRecognizer:
        if self.error is not None:
            raise self.error
        return ScriptedRecognizer(self.script, lag_s=0.06)


class BlipVoice:
    """Says any text as 20 ms of a tone, so that calls in real time are short."""

    voice_id = "blip-1"
    sample_rate_hz = RATE_HZ

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.length_s = 0.02
        self.spoken: list[str] = []

    def synthesize(self, text: str) -> Iterator[Pcm]:
        self.spoken.append(text)
        if self.error is not None:
            raise self.error
        t = np.arange(int(self.length_s * RATE_HZ)) / RATE_HZ
        yield (20000 * np.sin(2 * np.pi * 400 * t)).astype(np.int16)


class Notes:
    """Keeps every record; implements `calls.journal.CallObserver`."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def call_started(self, record: CallStarted) -> None:
        self.records.append(record)

    def call_answered(self, record: CallAnswered) -> None:
        self.records.append(record)

    def turn(self, record: TurnRecord) -> None:
        self.records.append(record)

    def event(self, record: EventRecord) -> None:
        if record.kind not in ("turn_taking", "end_of_turn"):  # figures of every call and turn
            self.records.append(record)

    def latency(self, record: LatencyRecord) -> None:
        self.records.append(record)

    def call_ended(self, record: CallEnded) -> None:
        self.records.append(record)

    @property
    def turns(self) -> list[TurnRecord]:
        return [record for record in self.records if isinstance(record, TurnRecord)]

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(turn.speaker.value, turn.text) for turn in self.turns]

    @property
    def events(self) -> list[EventRecord]:
        return [record for record in self.records if isinstance(record, EventRecord)]

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def waits(self) -> dict[str, float]:
        return {r.name: r.ms for r in self.records if isinstance(r, LatencyRecord)}

    @property
    def ended(self) -> CallEnded:
        (record,) = (record for record in self.records if isinstance(record, CallEnded))
        return record
