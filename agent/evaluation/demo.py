"""The demo: one real SIP call to the agent, printed as it happens.

Everything is real: Asterisk, two SIP phones (a caller with a voice of its own and a human agent at
the queue), RTP, recognition, dialogue, synthesis, the transfer, and the record.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from statistics import median

import aiohttp
from rich.console import Console

from agent.config import Settings
from agent.errors import UnderstudyError
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone
from agent.evaluation.phone_call import CallEnded, PhoneCall
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.scripted_caller import CallerEvent, Script, ScriptedCaller, load_script
from agent.evaluation.wire import CallWire, WireCapture
from agent.records.database import create_engine
from agent.records.store import CallStore
from agent.web.export import export_report

_READY_WITHIN_S = 120.0
_HUMAN_SAYS = "hello this is the sales desk i have your details here how can i help"


class DemoError(UnderstudyError):
    """The demo can't go on."""


async def run_demo(settings: Settings) -> None:
    """Start the agent, place the call, and say where everything is. Raises DemoError."""
    console = Console()
    console.print("Starting the agent (the first time it speaks every line of its playbook once)")
    with resources.as_file(resources.files("agent.evaluation") / "scripts" / "demo.yaml") as path:
        script = load_script(path)
    async with running_agent(settings):
        console.print("Ringing 1000\n", style="bold")
        wire = await _place_call(script, console)
        await asyncio.sleep(1.0)  # the record's last lines are on their way to the database
    await _report(settings, wire, console)


@contextlib.asynccontextmanager
async def running_agent(settings: Settings, *options: str) -> AsyncIterator[None]:
    """`understudy serve --live` as a process of its own, ready for calls. Raises DemoError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", "serve", "--live", *options, env=os.environ.copy()
    )
    try:
        await _wait_until_ready(settings, process)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _wait_until_ready(settings: Settings, process: asyncio.subprocess.Process) -> None:
    url = f"http://{settings.web.host}:{settings.web.port}/health/ready"
    deadline_s = time.monotonic() + _READY_WITHIN_S
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline_s:
            if process.returncode is not None:
                raise DemoError("The agent did not start: its message is above.")
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.2)
    raise DemoError(f"The agent is not ready after {_READY_WITHIN_S:.0f} s: is the PBX up?")


async def _place_call(script: Script, console: Console) -> CallWire:
    human_options = PhoneOptions("agent1", "agent1", register=True)
    async with (
        Phone.start(human_options, AnswerAfter(2.0)) as human,
        Phone.start(PhoneOptions("caller", "caller")) as phone,
    ):
        with WireCapture() as capture:
            call = await phone.place("1000")
            colleague = asyncio.create_task(_be_the_colleague(human, call, console))
            try:
                async for event in ScriptedCaller(script, CallerVoice("slt"), call).perform():
                    _print_caller(event, console)
            except CallEnded:
                console.print("          the call was ended by the other side", style="dim")
            finally:
                colleague.cancel()
                await asyncio.gather(colleague, return_exceptions=True)
                await call.hang_up()
            return capture.call(call.sip_call_id)


async def _be_the_colleague(human: Phone, call: PhoneCall, console: Console) -> None:
    """The human agent's phone: shows what it is told, listens to the whisper, talks, hangs up."""
    ringing = await human.incoming(timeout_s=180.0)
    if ringing.caller is not None:
        console.print(f"          agent1's phone rings: {ringing.caller.name}", style="magenta")
        summary = ringing.caller.headers.get("x-understudy-summary", "")
        console.print(f"          and shows: {summary}", style="magenta", soft_wrap=True)
    await ringing.wait_for_answer(15.0)
    await ringing.wait_for_speech(10.0)
    console.print("          agent1 answers and hears the whispered summary", style="magenta")
    await ringing.wait_for_silence(900, 30.0)
    voice = await CallerVoice("rms").speak(_HUMAN_SAYS, ringing.sample_rate_hz)
    console.print(f"          agent1: {_HUMAN_SAYS}", style="magenta")
    await ringing.say(voice)
    await call.hang_up()


def _print_caller(event: CallerEvent, console: Console) -> None:
    if event.kind in ("says", "interrupts", "presses"):
        console.print(f"          the caller {event.kind}: {event.text}", style="dim")


async def _report(settings: Settings, wire: CallWire, console: Console) -> None:
    engine = create_engine(settings.records.database_url.get_secret_value())
    try:
        store = CallStore(engine)
        newest = (await store.list_calls(limit=1))[0]
        report = await store.report(newest.id)
    finally:
        await engine.dispose()
    console.print()
    if wire.greeting_ms is not None:
        console.print(f"On the wire: first greeting sample {wire.greeting_ms:.0f} ms after answer")
    waits = [response.latency_ms for response in wire.responses]
    if waits:
        console.print(
            f"             end of speech to reply: median {median(waits):.0f} ms "
            f"of {len(waits)}, longest {max(waits):.0f} ms"
        )
    for stop in wire.interruptions:
        if stop.latency_ms is not None:
            console.print(f"             agent silent {stop.latency_ms:.0f} ms after interruption")
    recording = report.call.recording_path
    page = Path(recording).with_suffix(".html") if recording else Path("call.html")
    await asyncio.to_thread(export_report, report, page, "html")
    console.print(f"Recording:   {recording} (caller left, agent right)", soft_wrap=True)
    console.print(f"Report:      {page}", soft_wrap=True)
    console.print(f"Record:      understudy calls show {newest.id[:8]}")
