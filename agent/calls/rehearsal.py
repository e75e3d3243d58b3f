"""One conversation without a PBX, for work on a playbook.

With a recorded caller everything is as in a live call but the telephone side: RTP on loopback,
jitter buffer, recognition, turn-taking, dialogue, synthesis, recording, record.
"""

import asyncio
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from rich.console import Console

from agent.asterisk.events import Channel
from agent.asterisk.queue_log import CONNECT, QueueEvent
from agent.building.dialogue import open_conversation
from agent.building.engines import build_engines
from agent.calls.actor import CallActor
from agent.calls.events import CallerGone, InQueue
from agent.calls.line import Handoff, MediaEndpoint
from agent.calls.live_view import LiveView
from agent.config import Settings
from agent.dialogue.conversation import CallerTurn, Continue, Transfer
from agent.errors import UnderstudyError
from agent.logs import configure_logs
from agent.media.codecs import FRAME_S, TIMESTAMP_STEP, open_codec
from agent.media.rtp import RtpPacket
from agent.records.models import Direction

_RATE_HZ = 8000
# The caller hangs up this long after its recording has ended, so that the last reply is heard.
_AFTER_RECORDING_S = 12.0
_NORMAL_CLEARING = 16  # Q.850: somebody hung up
_INSTANCE = "rehearsal"


class LocalLine:
    """Implements `calls.line.Line`: a recorded caller on the loopback interface."""

    def __init__(self, caller: NDArray[np.int16]) -> None:
        self._caller = caller
        self._player: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self.handoff: Handoff | None = None
        self.on_hang_up: Callable[[], None] = lambda: None
        self.on_taken: Callable[[], None] = lambda: None

    async def codec(self) -> str:
        """Always ulaw."""
        return "ulaw"

    async def linked_id(self) -> str:
        """No PBX knows this call."""
        return ""

    async def attach(self, media: MediaEndpoint, codec: str) -> None:
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
        """There is no queue here: a human takes the caller at once."""
        self.handoff = handoff
        self.on_taken()

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
    """Run a recorded caller through the audio pipeline; writes the stereo recording to `out`.

    Raises UnderstudyError, before any model is loaded when one of the two files can't be used.
    """
    caller = await asyncio.to_thread(read_caller, wav)
    recording = await asyncio.to_thread(_prepare_recording, out, wav)
    configure_logs(settings.log)
    console = Console()
    async with build_engines(_off_line(settings), observers=(LiveView(console),)) as engines:
        line = LocalLine(caller)
        call_id = str(uuid.uuid4())
        channel = Channel(call_id, str(wav), wav.name, "", _INSTANCE)
        arm = engines.arms.outside
        journal = arm.open_journal(call_id, channel, recording, Direction.INBOUND)
        actor = CallActor(call_id, line, arm.services, journal, recording)
        line.on_hang_up = lambda: actor.post(CallerGone(_NORMAL_CLEARING))
        taken = QueueEvent(CONNECT, call_id, "", "", {"member": "nobody"})
        line.on_taken = lambda: actor.post(InQueue(taken))
        await actor.run()
    if line.handoff is not None:
        summary = line.handoff.variables["UNDERSTUDY_SUMMARY"]
        _show(console, f"-> queue {line.handoff.queue}: {summary}", "magenta")
    _show(console, f"Recording: {out} (caller left, agent right)")


def _off_line(settings: Settings) -> Settings:
    """A running `serve` keeps its own calls in the same database, and nobody hears a whisper.

    Who rehearses sees at once that the database is away: nothing is spooled for later.
    """
    return settings.model_copy(
        update={
            "ari": settings.ari.model_copy(update={"app": _INSTANCE}),
            "handoff": settings.handoff.model_copy(update={"whisper": False}),
            "records": settings.records.model_copy(update={"spool_dir": None}),
        }
    )


def _prepare_recording(out: Path, wav: Path) -> Path:
    """The absolute path of `out`, which can be written. Raises UnderstudyError."""
    if out.exists() and out.samefile(wav):
        raise UnderstudyError(f"{out} is the caller's recording: give another file to --out.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.open("ab").close()
    except OSError as error:
        raise UnderstudyError(
            f"The recording can't be written to {out} ({error.strerror}): give a file that can "
            "be made to --out."
        ) from None
    return out.resolve()


def rehearse_text(settings: Settings, lines: TextIO) -> None:
    """A typed conversation: each input line is a caller's turn."""
    configure_logs(settings.log)
    console = Console()
    conversation = open_conversation(settings)
    reply = conversation.open()
    while True:
        for line in reply.lines:
            _show(console, f"agent   {line.text}", "cyan")
        if not isinstance(reply.action, Continue):
            break
        typed = _next_line(lines, console)
        if typed is None:
            break
        reply = conversation.respond(CallerTurn(typed))
        understood = reply.understanding
        if understood is not None:
            details = f"[{reply.stage}] {understood.intent} {understood.confidence:.2f}"
            _show(console, f"        {details}", "dim")
    if isinstance(reply.action, Transfer):
        summary = conversation.handoff_summary()
        _show(console, f"-> queue {summary.queue}: {summary.summary_text}", "magenta")
    if conversation.disposition:
        _show(console, f"-> {conversation.disposition}", "magenta")


def _next_line(lines: TextIO, console: Console) -> str | None:
    if lines.isatty():
        console.print("caller  ", end="")
    try:
        line = lines.readline()
    except UnicodeDecodeError:
        raise UnderstudyError("The caller's side is not UTF-8 text: pipe in plain text.") from None
    if line and not lines.isatty():
        _show(console, f"caller  {line.strip()}", "green")
    return line.strip() if line else None


def _show(console: Console, text: str, style: str = "") -> None:
    """One line whatever its length, and no markup: people's words may have brackets."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
