"""The audio of a phone's calls, inside the phone's process, and its events on the way out."""

import base64
import ctypes
import json
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
import pjsua2 as pj

FRAME_US = 20_000


class Outbox:
    """Events on their way to the parent; putting one never blocks the audio thread."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def put(self, event: str, **fields: Any) -> None:
        """Queue an event; `bytes` values are sent as base64."""
        self._events.put({"event": event, **fields})

    def close(self) -> None:
        """Write what is queued and stop."""
        self._events.put(None)
        self._thread.join(1.0)

    def _write(self) -> None:
        while (event := self._events.get()) is not None:
            line = json.dumps(event, separators=(",", ":"), default=_as_base64) + "\n"
            try:
                self._pipe.write(line.encode())
                self._pipe.flush()
            except OSError:
                return


@dataclass(slots=True)
class Clip:
    """Audio to be sent, and how far it is."""

    clip_id: int
    pcm: bytes
    position: int = 0


@dataclass(slots=True)
class Mouth:
    """What a call is to send; filled by the reader thread, emptied by the conference thread.

    `background` is repeated under everything; its length is a multiple of a frame's.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    clips: deque[Clip] = field(default_factory=deque)
    stopped: list[int] = field(default_factory=list)
    background: bytes = b""
    ticks: int = 0

    def queue(self, clip: Clip) -> None:
        with self.lock:
            self.clips.append(clip)

    def stop(self) -> None:
        with self.lock:
            self.stopped += [clip.clip_id for clip in self.clips]
            self.clips.clear()

    def next_frame(self, size: int) -> tuple[bytes | None, list[tuple[int, bool]]]:
        """The next `size` bytes, None for silence, and the clips that ended: (id, whole)."""
        said, ended = self._next_of_clips(size)
        if not self.background:
            return said, ended
        start = self.ticks * size % len(self.background)
        self.ticks += 1
        background = self.background[start : start + size]
        return (background if said is None else _mixed(said, background)), ended

    def _next_of_clips(self, size: int) -> tuple[bytes | None, list[tuple[int, bool]]]:
        with self.lock:
            ended = [(clip_id, False) for clip_id in self.stopped]
            self.stopped.clear()
            if not self.clips:
                return None, ended
            clip = self.clips[0]
            frame = clip.pcm[clip.position : clip.position + size]
            clip.position += size
            if clip.position >= len(clip.pcm):
                self.clips.popleft()
                ended.append((clip.clip_id, True))
            return frame.ljust(size, b"\0"), ended


class AudioPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Python's side of one call's audio; the conference thread calls it every 20 ms."""

    def __init__(self, outbox: Outbox, sample_rate_hz: int) -> None:
        super().__init__()
        self._outbox = outbox
        self._size = sample_rate_hz * FRAME_US // 1_000_000 * 2
        self._silence = pj.ByteVector(bytes(self._size))
        self._said: bytes | None = None
        self._call: str | None = None
        self._mouth = Mouth()
        audio = pj.MediaFormatAudio()
        audio.init(pj.PJMEDIA_FORMAT_PCM, sample_rate_hz, 1, FRAME_US, 16)
        self.createPort("understudy", audio)

    def attach(self, call: str, mouth: Mouth) -> None:
        """Speak and listen for this call from now on."""
        self._mouth, self._said, self._call = mouth, None, call

    def detach(self) -> None:
        """Belong to no call."""
        self._call = None

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """Give the conference the next 20 ms to send."""
        self._said, ended = self._mouth.next_frame(self._size)
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = self._silence if self._said is None else pj.ByteVector(self._said)
        for clip_id, whole in ended:
            self._outbox.put("said", call=self._call, clip=clip_id, whole=whole, at=now_s())

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """Pass on 20 ms as heard, with what was said in the same tick."""
        if self._call is None:
            return
        heard = _bytes_of(frame.buf) if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO else b""
        fields = {"said": self._said} if self._said is not None else {}
        self._outbox.put("frame", call=self._call, at=now_s(), heard=heard, **fields)


def _mixed(first: bytes, second: bytes) -> bytes:
    both = np.frombuffer(first, "<i2").astype(np.int32) + np.frombuffer(second, "<i2")
    return bytes(np.clip(both, -32768, 32767).astype("<i2"))


def now_s() -> float:
    """Monotonic seconds, to the microsecond."""
    return round(time.monotonic(), 6)


def _as_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes_of(vector: Any) -> bytes:
    """The content of a `std::vector<uint8_t>`.

    Copied from its first word, the address of its elements, because SWIG's own iteration takes
    150 microseconds a frame and ten calls need five hundred frames a second.
    """
    start = ctypes.c_void_p.from_address(int(vector.this)).value
    return ctypes.string_at(start, len(vector)) if start else b""
