"""What the real recogniser says of an item, and when: recorded once, then replayed.

Audio takes the product's way: through the real jitter buffer and its concealment, in batches of
80 ms, as `agent.speech.streaming` feeds them. A text is available at the tick that completes its
batch plus the CPU time of decoding it (CPU and not wall time: a busy machine must not change it).
"""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.media.comfort_noise import ComfortNoise
from agent.media.concealment import Concealer
from agent.media.jitter import JitterBuffer
from agent.media.rtp import RtpPacket
from agent.speech.hashing import tree_sha256
from agent.speech.protocols import Pcm
from agent.speech.store import ModelStore
from agent.speech.vosk import VoskModel
from tests.bench.turns.channel import FRAME, FRAME_S, coded, tables
from tests.bench.turns.corpus import Item
from tests.bench.turns.voices import CACHE_DIR, RATE_HZ, Samples

BATCH_FRAMES = 4
_VERSION = "2"
_SEED = 7
_PAYLOAD_TYPE = 0


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


class PartialRecorder:
    """Partials of items, from disk where they were recorded before."""

    def __init__(self) -> None:
        self._model_path = ModelStore(Path("/nonexistent")).locate("asr")
        self._model: VoskModel | None = None
        self.model_hash = tree_sha256(self._model_path)
        self.recorded = 0

    def partials(self, item: Item) -> tuple[Partial, ...]:
        """Every change of the text over the item."""
        frames = received(item)
        key = hashlib.sha256(f"{_VERSION}|{self.model_hash}|{BATCH_FRAMES}".encode())
        key.update(np.concatenate(frames).tobytes())
        path = CACHE_DIR / "partials" / f"{key.hexdigest()[:32]}.json"
        if path.exists():
            return tuple(Partial(*row) for row in json.loads(path.read_text(encoding="utf-8")))
        found = self._record(frames)
        self.recorded += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{time.monotonic_ns()}")
        unfinished.write_text(json.dumps([[p.at_s, p.text] for p in found]), encoding="utf-8")
        unfinished.replace(path)
        return found

    def _record(self, frames: tuple[Pcm, ...]) -> tuple[Partial, ...]:
        if self._model is None:
            self._model = VoskModel(self._model_path)
        recognizer = self._model.open(RATE_HZ)
        found = []
        for start in range(0, len(frames), BATCH_FRAMES):
            batch = frames[start : start + BATCH_FRAMES]
            started_s = time.thread_time()
            transcript = recognizer.accept(np.concatenate(batch).tobytes())
            cost_s = time.thread_time() - started_s
            if transcript is not None:
                ready_s = (start + len(batch) - 1) * FRAME_S + cost_s
                found.append(Partial(round(ready_s, 4), transcript.text))
        return tuple(found)
