"""A caller who follows a script: the demo's customer and the PBX tests' one.

A script is a list of steps, in Python or in a YAML file:

    name: asks for a person
    voice: rms                                  # one of flite's; slt without it
    steps:
      - listen                                  # until the agent has finished
      - say: "Hello, who is this?"
      - interrupt: {after_s: 1.2, text: "Sorry, how much is that?"}
      - press: "1"
      - wait: 2.5
      - hang_up                                 # or: expect_hang_up
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agent.errors import UnderstudyError
from agent.evaluation.caller_voice import Pcm
from agent.evaluation.phone_call import CallEnded, PhoneCall, PhoneTimeout
from agent.yaml_text import read_yaml

_FINISHED_SILENCE_MS = 700
_LISTEN_TIMEOUT_S = 30.0
_WATCH_MS = 40


class ScriptError(UnderstudyError):
    """A script that can't be read, or a call that did not go as it says."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait until the agent has spoken and been silent for a while."""

    silence_ms: int = _FINISHED_SILENCE_MS
    timeout_s: float = _LISTEN_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a line to its end."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Speak a line once the agent has been speaking for `after_s`."""

    text: str
    after_s: float = 1.0
    timeout_s: float = _LISTEN_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys (RFC 4733)."""

    digits: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class ExpectHangUp:
    """Wait until the other side ends the call."""

    timeout_s: float = _LISTEN_TIMEOUT_S


Step = Listen | Say | Interrupt | Press | Wait | HangUp | ExpectHangUp


@dataclass(frozen=True, slots=True)
class Script:
    """What a caller does, in order, in one of flite's voices."""

    name: str
    steps: tuple[Step, ...]
    voice: str = "slt"

    @property
    def lines(self) -> tuple[str, ...]:
        """Every text that is spoken."""
        return tuple(step.text for step in self.steps if isinstance(step, Say | Interrupt))


@dataclass(frozen=True, slots=True)
class CallerEvent:
    """Something that happened on the caller's side; `at_s` counts from the answer.

    kind: says, interrupts, finished, presses, agent_speaks, agent_silent, hangs_up, agent_hung_up.
    """

    at_s: float
    kind: str
    text: str = ""


class Voice(Protocol):
    """Anything that turns a line into PCM, such as CallerVoice."""

    async def speak(self, text: str, sample_rate_hz: int) -> Pcm: ...


class ScriptedCaller:
    """Plays one script on one answered call."""

    def __init__(self, script: Script, voice: Voice, call: PhoneCall) -> None:
        self._script = script
        self._voice = voice
        self._call = call
        self._events: asyncio.Queue[CallerEvent | None] = asyncio.Queue()
        self._started_s = call.answered_s or time.monotonic()
        self._earlier_utterances = 0

    async def perform(self) -> AsyncIterator[CallerEvent]:
        """Run the script, giving events as they happen; ends when the call has ended.

        A script that stops without hanging up hangs up. Raises ScriptError with the number of the
        step that could not be done.
        """
        watching = asyncio.create_task(self._watch_agent())
        acting = asyncio.create_task(self._act())
        try:
            while (event := await self._events.get()) is not None:
                yield event
            await acting
        finally:
            watching.cancel()
            acting.cancel()
            await asyncio.gather(watching, acting, return_exceptions=True)
            await self._call.hang_up()

    async def _act(self) -> None:
        step: Step | None = None
        number = 0
        try:
            # Spoken before the first step, so that no synthesis delays a turn.
            clips = {
                text: await self._voice.speak(text, self._call.sample_rate_hz)
                for text in self._script.lines
            }
            for number, step in enumerate(self._script.steps, 1):  # noqa: B007 - for the error
                await self._do(step, clips)
            if not self._call.ended:
                await self._hang_up()
        except (CallEnded, PhoneTimeout) as error:
            raise ScriptError(
                f"script {self._script.name!r}, step {number} ({type(step).__name__}): {error}"
            ) from error
        finally:
            self._events.put_nowait(None)

    async def _do(self, step: Step, clips: dict[str, Pcm]) -> None:
        call = self._call
        match step:
            case Listen(silence_ms, timeout_s):
                await call.wait_until(
                    lambda: call.meter.utterances > self._earlier_utterances,
                    "speech of the agent",
                    timeout_s,
                )
                await call.wait_for_silence(silence_ms, timeout_s)
            case Interrupt(text, after_s, timeout_s):
                await call.wait_until(
                    lambda: call.meter.speaking_ms >= after_s * 1000,
                    f"{after_s:g} s of the agent's speech",
                    timeout_s,
                )
                await self._speak("interrupts", text, clips)
            case Say(text):
                await self._speak("says", text, clips)
            case Press(digits):
                self._emit("presses", digits)
                call.press(digits)
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case HangUp():
                await self._hang_up()
            case ExpectHangUp(timeout_s):
                ending = await call.wait_for_end(timeout_s)
                self._emit("agent_hung_up", f"{ending.sip_status} {ending.reason}")

    async def _speak(self, kind: str, text: str, clips: dict[str, Pcm]) -> None:
        self._emit(kind, text)
        said = await self._call.say(clips[text])
        # The agent's earlier lines are no answer to this one; one that it still speaks may be.
        meter = self._call.meter
        self._earlier_utterances = meter.utterances - (1 if meter.speaking else 0)
        if not said.whole:
            raise ScriptError(f"script {self._script.name!r}: cut off while saying {text!r}")
        self._emit("finished", text)

    async def _hang_up(self) -> None:
        self._emit("hangs_up")
        await self._call.hang_up()

    async def _watch_agent(self) -> None:
        speaking = False
        while not self._call.ended:
            if self._call.agent_is_speaking != speaking:
                speaking = not speaking
                self._emit("agent_speaks" if speaking else "agent_silent")
            await asyncio.sleep(_WATCH_MS / 1000)

    def _emit(self, kind: str, text: str = "") -> None:
        at_s = time.monotonic() - self._started_s
        self._events.put_nowait(CallerEvent(round(at_s, 3), kind, text))


def load_script(path: Path) -> Script:
    """Read a script; ScriptError names the file and the step that is wrong."""
    try:
        _, content = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScriptError(f"{path}: can't be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
        raise ScriptError(f"{path}: a script needs `name` and a list `steps`")
    steps = []
    for number, item in enumerate(content["steps"], 1):
        try:
            steps.append(_read_step(item))
        except (KeyError, TypeError, ValueError) as error:
            raise ScriptError(f"{path}: step {number}: {item!r} is no step ({error})") from error
    name, voice = content.get("name", path.stem), content.get("voice", "slt")
    return Script(str(name), tuple(steps), str(voice))


def _read_step(item: Any) -> Step:
    """One YAML step: a bare name, or one name with its text, seconds or a mapping of fields."""
    kinds: dict[str, type[Any]] = {
        "listen": Listen,
        "say": Say,
        "interrupt": Interrupt,
        "press": Press,
        "wait": Wait,
        "hang_up": HangUp,
        "expect_hang_up": ExpectHangUp,
    }
    if isinstance(item, str):
        return kinds[item]()  # type: ignore[no-any-return]
    if not isinstance(item, dict):
        raise TypeError("a step is a name, or a name with its text, seconds or fields")
    (name, value), *others = item.items()
    if others:
        raise ValueError("one step has one name")
    if isinstance(value, dict):
        return kinds[name](**value)  # type: ignore[no-any-return]
    if name in ("wait", "expect_hang_up"):
        value = float(value)
    elif name not in ("hang_up", "listen"):
        value = str(value)
    return kinds[name](value)  # type: ignore[no-any-return]
