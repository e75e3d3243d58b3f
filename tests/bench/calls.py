"""Latencies of real calls as the wire shows them: `make bench`, or `python -m tests.bench.calls`.

Each call is the demo's: eight caller turns and one interruption, against the test PBX and an agent
process with the settings in force. Nothing of the agent's own clocks is used.
"""

import argparse
import asyncio

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from agent.config import Settings, load_settings
from agent.errors import UnderstudyError
from agent.evaluation.agent_process import AgentProcess
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.demo import demo_script
from agent.evaluation.phone import AnswerAfter, Phone
from agent.evaluation.phone_call import CallEnded
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.scripted_caller import Script, ScriptedCaller
from agent.evaluation.wire import CallWire, WireCapture


async def one_call(phone: Phone, script: Script) -> CallWire:
    with WireCapture() as capture:
        call = await phone.place("1000")
        try:
            async for _ in ScriptedCaller(script, CallerVoice("slt"), call).perform():
                pass
        except CallEnded:
            pass
        await call.hang_up()
        return capture.call(call.sip_call_id)


async def measure(calls: int, script: Script) -> list[CallWire]:
    colleague = PhoneOptions("agent1", "agent1", register=True)
    async with (
        Phone.start(colleague, AnswerAfter(0.5)),
        Phone.start(PhoneOptions("caller", "caller")) as phone,
    ):
        return [await one_call(phone, script) for _ in track(range(calls), "calls")]


def report(wires: list[CallWire]) -> Table:
    rows = {
        "answer to first greeting sample": [w.greeting_ms for w in wires],
        "end of caller's speech to reply": [r.latency_ms for w in wires for r in w.responses],
        "caller speaks to agent silent": [i.latency_ms for w in wires for i in w.interruptions],
    }
    table = Table("ms, on the wire", "n", "p50", "p95", "max")
    for name, values in rows.items():
        known = [value for value in values if value is not None]
        if known:
            p50, p95 = np.percentile(known, [50, 95])
            table.add_row(name, str(len(known)), f"{p50:.0f}", f"{p95:.0f}", f"{max(known):.0f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=3)
    calls: int = parser.parse_args().calls
    settings: Settings = load_settings()
    script = demo_script()
    try:
        with AgentProcess.start(settings.web) as agent:
            agent.wait_until_ready()
            wires = asyncio.run(measure(calls, script))
    except UnderstudyError as error:
        raise SystemExit(f"bench: {error}") from None
    Console().print(report(wires))


if __name__ == "__main__":
    main()
