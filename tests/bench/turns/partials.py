"""What the real recogniser says of an item, and when: recorded once, then replayed.

Audio takes the product's way: through the real jitter buffer and its concealment, in batches of
80 ms, as `agent.speech.streaming` feeds them. A text is available at the tick that completes its
batch plus the CPU time of decoding it (CPU and not wall time: a busy machine must not change it).
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.evaluation.sound.channel import FRAME, FRAME_S, coded, tables
from agent.evaluation.sound.voices import RATE_HZ, Samples
from agent.media.comfort_noise import ComfortNoise
from agent.media.concealment import Concealer
from agent.media.jitter import JitterBuffer
from agent.media.rtp import RtpPacket
from agent.speech.hashing import tree_sha256
from agent.speech.protocols import Pcm, Word
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from tests.bench.turns.corpus import Item
from tests.bench.turns.voices import CACHE_DIR

BATCH_FRAMES = 4
_VERSION = "3"
_SEED = 7
_PAYLOAD_TYPE = 0


Row = tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """A text as it became available, since the item's start."""

    at_s: float
    text: str


def received(item: Item) -> tuple[Pcm, ...]:
    """What the jitter buffer hands to the recogniser, a frame a tick from the first tick on."""
    track = item.caller if item.echo is None else _with_echo(item)
    table = tables(item.condition.codec)
    payloads = table.encode[track.view(np.uint16)].reshape(-1, FRAME)
    order = [int(i) for i in np.argsort(item.arrival_s) if not np.isnan(item.arrival_s[i])]
    buffer, concealer = JitterBuffer(), Concealer(ComfortNoise(FRAME, _SEED))
    frames, upcoming = [], 0
    for tick in range(len(payloads)):
        now_s = tick * FRAME_S
        while upcoming < len(order) and item.arrival_s[order[upcoming]] <= now_s:
            index = order[upcoming]
            packet = RtpPacket(_PAYLOAD_TYPE, index, index * FRAME, 1, payloads[index].tobytes())
            buffer.push(packet, float(item.arrival_s[index]))
            upcoming += 1
        payload = buffer.pop()
        if payload is None:
            frames.append(concealer.conceal())
        else:
            frame: Pcm = table.decode[np.frombuffer(payload, np.uint8)]
            concealer.good(frame)
            frames.append(frame)
    return tuple(frames)


def uninterrupted(item: Item) -> Samples:
    """What the agent sends if nothing stops it, at full scale 1.0 and as long as the caller."""
    sent = np.zeros(len(item.caller))
    at = round(item.agent_start_s * RATE_HZ)
    for utterance in item.agent:
        end = min(at + len(utterance.pcm), len(sent))
        sent[at:end] = utterance.pcm[: end - at] / 32768.0
        at = end + round(NEXT_TURN_S * RATE_HZ)
        if at >= len(sent):
            break
    return sent


NEXT_TURN_S = 0.8  # between two agent turns of one item


def _with_echo(item: Item) -> Pcm:
    """The echo of an agent whom nothing stops: the replay mixes its own, this is for Vosk."""
    assert item.echo is not None
    sent = uninterrupted(item)
    echo = np.convolve(sent, item.echo.response)[: len(sent)]
    delayed = np.concatenate([np.zeros(item.echo.delay_samples), echo])[: len(sent)]
    mixed = np.clip(item.caller + np.rint(delayed * 32768.0), -32768, 32767).astype(np.int16)
    return coded(mixed, item.condition.codec)


@dataclass(frozen=True, slots=True)
class ClipWords:
    """What a stretch of an item says, by itself; word times are seconds since the item's start.

    `cost_s` is the CPU time of decoding it.
    """

    words: tuple[Word, ...]
    cost_s: float


class ItemWords:
    """What the recogniser makes of one item, in segments that a replay may end where it likes.

    A segment starts at a tick. Each is decoded as far as somebody asked, and then read from disk.
    """

    def __init__(self, item: Item, recorder: "PartialRecorder") -> None:
        self._frames = received(item)
        self._recorder = recorder
        self._audio = hashlib.sha256(np.concatenate(self._frames).tobytes()).hexdigest()

    @property
    def ticks(self) -> int:
        """The item's length."""
        return len(self._frames)

    def partials(self, start: int, end: int) -> tuple[Partial, ...]:
        """Every change of the text between two ticks, for a segment that starts at the first."""
        rows = self._recorder.recall(
            f"{self._audio}|{start}|{end}", lambda model: self._decode(model, start, end)
        )
        return tuple(Partial(float(at_s), str(text)) for at_s, text in rows)

    def clip(self, start: int, end: int) -> ClipWords:
        """What was said between two ticks, apart from all that was said before."""
        (_, cost_s), *rows = self._recorder.recall(
            f"{self._audio}|{start}|{end}|clip", lambda model: self._hear(model, start, end)
        )
        at_s = start * FRAME_S
        words = tuple(
            Word(str(text), at_s + float(begins), at_s + float(ends), float(sure))
            for text, begins, ends, sure in rows
        )
        return ClipWords(words, float(cost_s))

    def _decode(self, model: VoskModel, start: int, end: int) -> list[Row]:
        recognizer = model.open(RATE_HZ)
        found: list[Row] = []
        for first in range(start, end, BATCH_FRAMES):
            batch = self._frames[first : min(first + BATCH_FRAMES, end)]
            started_s = time.thread_time()
            transcript = recognizer.accept(np.concatenate(batch).tobytes())
            cost_s = time.thread_time() - started_s
            if transcript is not None:
                ready_s = (first + len(batch) - 1) * FRAME_S + cost_s
                found.append((round(ready_s, 4), transcript.text))
        return found

    def _hear(self, model: VoskModel, start: int, end: int) -> list[Row]:
        started_s = time.thread_time()
        heard = model.open(RATE_HZ).hear(np.concatenate(self._frames[start:end]).tobytes())
        cost_s = round(time.thread_time() - started_s, 4)
        return [
            ("", cost_s),
            *((w.text, w.start_s, w.end_s, round(w.confidence, 3)) for w in heard.words),
        ]


class PartialRecorder:
    """The recogniser, asked only for what is not on disk yet."""

    def __init__(self) -> None:
        self._model_path = ModelStore(Path("/nonexistent")).locate("asr")
        self._model: VoskModel | None = None
        self._model_hash = tree_sha256(self._model_path)

    def words(self, item: Item) -> ItemWords:
        """An item as this recogniser hears it."""
        return ItemWords(item, self)

    def recall(self, what: str, record: Callable[[VoskModel], list[Row]]) -> list[Row]:
        """Rows recorded under this name, recorded now if there are none."""
        key = hashlib.sha256(f"{_VERSION}|{self._model_hash}|{BATCH_FRAMES}|{what}".encode())
        path = CACHE_DIR / "partials" / f"{key.hexdigest()[:32]}.json"
        if path.exists():
            known: list[Row] = json.loads(path.read_text(encoding="utf-8"))
            return known
        if self._model is None:
            self._model = VoskModel(self._model_path)
        rows = record(self._model)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{time.monotonic_ns()}")
        unfinished.write_text(json.dumps(rows), encoding="utf-8")
        unfinished.replace(path)
        return rows
