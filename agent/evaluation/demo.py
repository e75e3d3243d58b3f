"""The demo: one real SIP call to the agent, printed as it happens.

Everything is real: Asterisk, two SIP phones (a caller with a voice of its own and a human agent at
the queue), RTP, recognition, dialogue, synthesis, the transfer, and the record.
"""

import asyncio
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from statistics import median

from rich.console import Console

from agent.config import Settings
from agent.evaluation.agent_process import AgentProcess
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.phone import AnswerAfter, Phone
from agent.evaluation.phone_call import CallEnded, PhoneCall
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.scripted_caller import (
    CallerEvent,
    Script,
    ScriptedCaller,
    ScriptError,
    load_script,
)
from agent.evaluation.wire import CallWire, WireCapture
from agent.records.database import create_engine
from agent.records.recordings import Recordings
from agent.records.store import CallStore
from agent.sealing.keys import load_keys
from agent.web.export import export_report

_HUMAN_SAYS = "hello this is the sales desk i have your details here how can i help"


async def run_demo(settings: Settings, scripts: Sequence[Script]) -> None:
    """Start the agent, place a call for each script, and say where everything is.

    A call that did not go as its script says is told, and the next one placed. Raises
    AgentProcessError.
    """
    console = Console()
    console.print("Starting the agent (the first time it speaks every line of its playbook once)")
    with AgentProcess.start(settings.web, "--live") as agent:
        await asyncio.to_thread(agent.wait_until_ready)
        for script in scripts:
            console.print(f"\nRinging 1000: {script.name}\n", style="bold")
            wire = await _place_call(script, console)
            await asyncio.sleep(1.0)  # the record's last lines are on their way to the database
            await _report(settings, wire, console)


def demo_script(name: str = "demo") -> Script:
    """A script that comes with the package, or a YAML file. Raises ScriptError."""
    shipped = resources.files("agent.evaluation") / "scripts" / f"{name}.yaml"
    if not shipped.is_file():
        if not name.endswith((".yaml", ".yml")):
            known = ", ".join(demo_names())
            raise ScriptError(f"There is no script {name!r}: name a YAML file, or one of {known}.")
        return load_script(Path(name))
    with resources.as_file(shipped) as path:
        return load_script(path)


def demo_names() -> tuple[str, ...]:
    """The scripts that come with the package."""
    folder = resources.files("agent.evaluation") / "scripts"
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir()))


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
                async for event in ScriptedCaller(
                    script, CallerVoice(script.voice), call
                ).perform():
                    _print_caller(event, console)
            except ScriptError as error:
                console.print(f"          {error}", style="red", soft_wrap=True)
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
    keys = load_keys(settings.records.key_file)
    recordings = Recordings(settings.records.recordings_dir, keys)
    engine = create_engine(settings.records.database_url.get_secret_value(), keys)
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
    await asyncio.to_thread(export_report, report, page, "html", recordings.open)
    console.print(f"Recording:   {recording} (caller left, agent right)", soft_wrap=True)
    console.print(f"Report:      {page}", soft_wrap=True)
    console.print(f"Record:      understudy calls show {newest.id[:8]}")
