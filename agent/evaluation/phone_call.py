"""One call of a test phone, seen from the side of the test."""

import asyncio
import wave
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agent.errors import UnderstudyError
from agent.evaluation.speech_meter import SpeechMeter
from agent.turns.levels import SILENCE_DBFS, level_dbfs

Pcm = NDArray[np.int16]
_DTMF_MS = 100


class PhoneError(UnderstudyError):
    """A phone that could not do what it was told."""


class CallEnded(PhoneError):
    """The call is over, or was refused; carries the SIP status."""

    def __init__(self, text: str, ending: "Ending") -> None:
        super().__init__(text)
        self.ending = ending


class PhoneTimeout(PhoneError):
    """Something that was waited for did not happen in time."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: SIP status (200 for a normal BYE), Q.850 cause if Asterisk gave one."""

    sip_status: int
    reason: str
    cause: int | None
    by_remote: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Said:
    """A clip that was sent, wholly or until it was stopped; the end in monotonic seconds."""

    ended_s: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from an INVITE; header names in lower case."""

    name: str
    number: str
    headers: Mapping[str, str]


class Orders(Protocol):
    """The way to the phone's process."""

    def __call__(self, op: str, **arguments: Any) -> None: ...


class PhoneCall:
    """A call in any state. Audio is int16 mono at `sample_rate_hz`; times are monotonic seconds.

    Both directions are kept from the first frame on: frame n of `said` and `heard` belongs to the
    same 20 ms, so the two are the channels of the recording.
    """

    def __init__(
        self, ref: str, peer: str, sample_rate_hz: int, order: Orders, caller: Caller | None = None
    ) -> None:
        self.ref = ref
        self.peer = peer
        self.caller = caller
        self.sample_rate_hz = sample_rate_hz
        self.sip_call_id = ""
        self.state = "NULL"
        self.answered_s: float | None = None
        self.ending: Ending | None = None
        self.digits = ""
        self.meter = SpeechMeter()
        self._order = order
        self._frame_bytes = sample_rate_hz // 50 * 2
        self._times_s: list[float] = []
        self._levels_dbfs: list[float] = []
        self._heard = bytearray()
        self._said = bytearray()
        self._clips: dict[int, asyncio.Future[Said]] = {}
        self._next_clip = 0
        self._pulse = asyncio.Event()

    # What is known

    @property
    def agent_is_speaking(self) -> bool:
        """Whether speech is heard now, small gaps included."""
        return self.meter.speaking

    @property
    def ended(self) -> bool:
        """Whether the dialog is over."""
        return self.ending is not None

    @property
    def heard(self) -> Pcm:
        """Everything received so far."""
        return np.frombuffer(bytes(self._heard), dtype="<i2")

    @property
    def said(self) -> Pcm:
        """Everything sent so far, zeros where nothing was."""
        return np.frombuffer(bytes(self._said), dtype="<i2")

    @property
    def frame_times_s(self) -> tuple[float, ...]:
        """When each 20 ms frame was heard."""
        return tuple(self._times_s)

    @property
    def last_level_dbfs(self) -> float:
        """The level of the last frame heard; that of digital silence before the first."""
        return self._levels_dbfs[-1] if self._levels_dbfs else SILENCE_DBFS

    @property
    def levels_dbfs(self) -> tuple[float, ...]:
        """The level of each frame heard."""
        return tuple(self._levels_dbfs)

    def heard_since(self, since_s: float) -> Pcm:
        """What was received from a moment on."""
        first = bisect_left(self._times_s, since_s) * self._frame_bytes
        return np.frombuffer(bytes(self._heard[first:]), dtype="<i2")

    def save_recording(self, path: Path) -> None:
        """Write a stereo WAV: what the phone sent left, what it heard right."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(self.sample_rate_hz)
            file.writeframes(np.column_stack((self.said, self.heard)).astype("<i2").tobytes())

    # What can be done

    async def answer(self, code: int = 200, *, timeout_s: float = 5.0) -> None:
        """Answer a call that rings, or refuse it with a code such as 486."""
        self._order("answer", call=self.ref, code=code)
        if code < 300:
            await self.wait_for_answer(timeout_s)
        else:
            await self.wait_for_end(timeout_s)

    def start_saying(self, pcm: Pcm) -> asyncio.Future[Said]:
        """Queue audio behind what is being said; the result comes when it has been sent."""
        self._require_alive("say something")
        self._next_clip += 1
        saying = self._clips[self._next_clip] = asyncio.get_running_loop().create_future()
        content = np.ascontiguousarray(pcm, dtype="<i2").tobytes()
        self._order("say", call=self.ref, clip=self._next_clip, pcm=content)
        return saying

    async def say(self, pcm: Pcm) -> Said:
        """Send audio and wait until it has been sent or stopped."""
        return await self.start_saying(pcm)

    def stop_saying(self) -> None:
        """Fall silent at once and forget what is queued."""
        self._order("stop", call=self.ref)

    def start_background(self, pcm: Pcm) -> None:
        """Put a sound under everything that is sent from now on, over and over; whole frames."""
        self._require_alive("make a noise")
        content = np.ascontiguousarray(pcm, dtype="<i2").tobytes()
        self._order("background", call=self.ref, pcm=content)

    def press(self, digits: str) -> None:
        """Send digits as RFC 4733 events."""
        self._require_alive("press a key")
        self._order("press", call=self.ref, digits=digits, duration_ms=_DTMF_MS)

    def transfer(self, extension: str) -> None:
        """Put the other side through to an extension, unannounced."""
        self._require_alive("transfer")
        self._order("transfer", call=self.ref, extension=extension)

    async def hang_up(self, *, timeout_s: float = 5.0) -> Ending:
        """End the call in whatever state it is; harmless when it has ended."""
        if self.ending is None:
            self._order("hang_up", call=self.ref)
        return await self.wait_for_end(timeout_s)

    # What can be waited for

    async def wait_for_answer(self, timeout_s: float = 10.0) -> None:
        """Return when the call is up; CallEnded when it is refused."""
        await self.wait_until(lambda: self.answered_s is not None, "answer", timeout_s)

    async def wait_for_end(self, timeout_s: float = 10.0) -> Ending:
        """Return when the dialog is over, whoever ended it."""
        while self.ending is None:
            await self._next_change("end of the call", timeout_s)
        return self.ending

    async def wait_for_speech(self, timeout_s: float = 10.0) -> None:
        """Return when speech is heard, at once if it already is."""
        await self.wait_until(lambda: self.meter.speaking, "speech", timeout_s)

    async def wait_for_silence(self, silence_ms: int = 700, timeout_s: float = 30.0) -> None:
        """Return when nothing has been heard for so long."""
        await self.wait_until(
            lambda: self.meter.silence_ms >= silence_ms, f"{silence_ms} ms of silence", timeout_s
        )

    async def wait_until(self, happened: Callable[[], bool], what: str, timeout_s: float) -> None:
        """Return when a condition holds; it is asked again at every frame and event.

        Raises PhoneTimeout, or CallEnded when the call ends before.
        """
        deadline_s = asyncio.get_running_loop().time() + timeout_s
        while not happened():
            self._require_alive(f"wait for {what}")
            left_s = deadline_s - asyncio.get_running_loop().time()
            await self._next_change(what, timeout_s, left_s)

    # What the process reports

    def on_frame(self, at_s: float, heard: bytes, said: bytes) -> None:
        """Take in one 20 ms tick."""
        size = self._frame_bytes
        heard = heard[:size].ljust(size, b"\0")
        level = level_dbfs(np.frombuffer(heard, dtype="<i2"))
        self._times_s.append(at_s)
        self._levels_dbfs.append(level)
        self._heard += heard
        self._said += said[:size].ljust(size, b"\0")
        self.meter.update(level)
        self._pulse.set()

    def on_state(self, event: Mapping[str, Any]) -> None:
        """Take in the dialog's new state."""
        self.state = event["state"]
        self.sip_call_id = event["sip_call_id"]
        if self.state == "CONFIRMED":
            self.answered_s = event["at"]
        elif self.state == "DISCONNECTED":
            by_remote = event["ended_by"] == "remote" or event["code"] >= 300
            self.on_end(
                Ending(event["code"], event["reason"], event["cause"], by_remote, event["at"])
            )
        self._pulse.set()

    def on_end(self, ending: Ending) -> None:
        """The call is over, by SIP or because its phone has died."""
        self.ending = self.ending or ending
        for saying in self._clips.values():
            if not saying.done():
                saying.set_result(Said(ending.at_s, whole=False))
        self._clips.clear()
        self._pulse.set()

    def on_said(self, clip: int, at_s: float, whole: bool) -> None:
        """A clip has been sent or stopped."""
        saying = self._clips.pop(clip, None)
        if saying is not None and not saying.done():
            saying.set_result(Said(at_s, whole))

    def on_digit(self, digit: str) -> None:
        """The other side pressed a key."""
        self.digits += digit
        self._pulse.set()

    # Details

    async def _next_change(self, what: str, timeout_s: float, left_s: float | None = None) -> None:
        # One event for all waiters: each re-arms it and all are woken by the same set().
        self._pulse.clear()
        try:
            async with asyncio.timeout(timeout_s if left_s is None else max(left_s, 0.0)):
                await self._pulse.wait()
        except TimeoutError:
            raise PhoneTimeout(
                f"call to {self.peer}: no {what} within {timeout_s:g} s (state {self.state})"
            ) from None

    def _require_alive(self, wish: str) -> None:
        if self.ending is not None:
            end = self.ending
            raise CallEnded(
                f"call to {self.peer}: can't {wish}, it ended with {end.sip_status} {end.reason}",
                end,
            )
