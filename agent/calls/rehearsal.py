"""One conversation without a PBX, for work on a playbook.

With a recorded caller everything is as in a live call but the telephone side: RTP on loopback,
jitter buffer, recognition, turn-taking, dialogue, synthesis, recording, record.
"""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from rich.console import Console

from agent.app import build_engines, open_conversation
from agent.asterisk.events import Channel
from agent.calls.actor import CallActor
from agent.calls.events import CallerGone
from agent.calls.line import Handoff, MediaEndpoint
from agent.calls.live_view import LiveView
from agent.config import Settings
from agent.dialogue.conversation import CallerTurn, Continue, Transfer
from agent.errors import UnderstudyError
from agent.media.codecs import FRAME_S, TIMESTAMP_STEP, open_codec
from agent.media.rtp import RtpPacket

_RATE_HZ = 8000
# The caller hangs up this long after its recording has ended, so that the last reply is heard.
_AFTER_RECORDING_S = 12.0


class LocalLine:
    """Implements `calls.line.Line`: a recorded caller on the loopback interface."""

    def __init__(self, caller: NDArray[np.int16]) -> None:
        self._caller = caller
        self._player: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self.on_hang_up: Callable[[], None] = lambda: None

    async def codec(self) -> str:
        """Always ulaw."""
        return "ulaw"

    async def attach(self, media: MediaEndpoint) -> None:
        """Open the caller's socket."""
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol,
            local_addr=("127.0.0.1", 0),
            remote_addr=media.local_address,
        )
        media.connect(self._transport.get_extra_info("sockname"))

    async def answer(self) -> None:
        """The caller starts to speak."""
        self._player = asyncio.create_task(self._play())

    async def hang_up(self) -> None:
        """Nothing to do: the call ends with its actor."""

    async def hand_over(self, handoff: Handoff) -> None:
        """There is no queue here: the caller is gone once it would be in one."""
        self.on_hang_up()

    async def take_back(self) -> None:
        """Never asked for: nobody gives the caller back."""

    async def release(self) -> None:
        """Close the caller's socket."""
        if self._player is not None:
            self._player.cancel()
        if self._transport is not None:
            self._transport.close()

    async def _play(self) -> None:
        codec = open_codec("ulaw")
        loop = asyncio.get_running_loop()
        start = loop.time()
        size = codec.samples_per_frame
        silence = np.zeros(int(_AFTER_RECORDING_S * _RATE_HZ), np.int16)
        samples = np.concatenate([self._caller, silence])
        for number in range(len(samples) // size):
            packet = RtpPacket(
                payload_type=codec.payload_type,
                sequence=number % 2**16,
                timestamp=number * TIMESTAMP_STEP,
                ssrc=1,
                payload=codec.encode(samples[number * size : (number + 1) * size]),
            )
            assert self._transport is not None  # noqa: S101 - answer comes after attach
            self._transport.sendto(packet.serialize())
            await asyncio.sleep(max(0.0, start + (number + 1) * FRAME_S - loop.time()))
        self.on_hang_up()


def read_caller(path: Path) -> NDArray[np.int16]:
    """A recorded caller as 8 kHz mono. Raises UnderstudyError."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise UnderstudyError(
            f"{path} can't be read as audio ({error}): give a WAV file."
        ) from None
    left = samples[:, 0]
    resampled = left if rate == _RATE_HZ else soxr.resample(left, rate, _RATE_HZ)
    pcm: NDArray[np.int16] = (np.clip(resampled, -1.0, 1.0) * 32767.0).astype(np.int16)
    return pcm


async def rehearse_wav(settings: Settings, wav: Path, out: Path) -> None:
    """Run a recorded caller through the audio pipeline; writes the stereo recording to `out`."""
    caller = await asyncio.to_thread(read_caller, wav)
    async with build_engines(settings, observers=(LiveView(Console()),)) as engines:
        line = LocalLine(caller)
        call_id = str(uuid.uuid4())
        channel = Channel(call_id, str(wav), "rehearsal", "", "")
        actor = CallActor(
            call_id, line, engines.services, engines.open_journal(call_id, channel, out), out
        )
        line.on_hang_up = lambda: actor.post(CallerGone(16))
        await actor.run()
    Console().print(f"Recording: {out} (caller left, agent right)")


async def rehearse_text(settings: Settings, lines: TextIO) -> None:
    """A typed conversation: each input line is a caller's turn."""
    console = Console()
    conversation = await asyncio.to_thread(open_conversation, settings)
    reply = conversation.open()
    while True:
        for line in reply.lines:
            console.print(f"agent   {line.text}", style="cyan", highlight=False)
        if not isinstance(reply.action, Continue):
            break
        with contextlib.suppress(KeyboardInterrupt):
            typed = await asyncio.to_thread(_next_line, lines, console)
        if typed is None:
            return
        reply = conversation.respond(CallerTurn(typed, 1.0, interrupted=False))
        understood = reply.understanding
        if understood is not None:
            console.print(
                f"        [{reply.stage}] {understood.intent} {understood.confidence:.2f}",
                style="dim",
                highlight=False,
                markup=False,
            )
    if isinstance(reply.action, Transfer):
        summary = conversation.handoff_summary()
        console.print(f"-> queue {summary.queue}: {summary.summary_text}", style="magenta")
    console.print(f"-> {conversation.disposition}", style="magenta")


def _next_line(lines: TextIO, console: Console) -> str | None:
    if lines.isatty():
        console.print("caller  ", end="")
    line = lines.readline()
    if line and not lines.isatty():
        console.print(f"caller  {line.strip()}", style="green", highlight=False)
    return line.strip() if line else None
