"""How many conversations this machine carries at once: `python -m tests.bench.capacity`.

Real calls by real phones through the test PBX, level by level: 2, 4, 6 ... at once, each with the
demo's script. The phones' own processes take CPU of the same cores, so a machine of its own for the
agent carries more. Admission lets everybody in here and only notes what it would have done.
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.errors import UnderstudyError
from agent.evaluation.agent_process import AgentProcessError
from agent.evaluation.caller_voice import CallerVoice
from agent.evaluation.demo import demo_script
from agent.evaluation.phone import AnswerAfter, Phone
from agent.evaluation.phone_call import CallEnded
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.scripted_caller import HangUp, Script, ScriptedCaller, ScriptError
from agent.evaluation.wire import WireCapture
from tests.pbx.live_agent import LiveAgent

# Callers come one after the other, as they do: all at once is another question.
_APART_S = 1.5
_GOAL_P50_MS, _GOAL_P95_MS = 500, 900
LEVELS = (1, 2, 4, 6, 8, 10, 12)


@dataclass(frozen=True, slots=True)
class Level:
    """So many conversations at once; latencies wire to wire, `cores` those of the agent."""

    calls: int
    broken: int
    answers: int
    answer_p50_ms: float
    answer_p95_ms: float
    pacing_p99_ms: float
    recognition_lag_ms: float
    cores: float
    machine: float
    refused: int
    loads: tuple[float, ...]
    tightest: str

    @property
    def within_goals(self) -> bool:
        """Whether answers are as fast as they should be."""
        fast = self.answer_p50_ms <= _GOAL_P50_MS and self.answer_p95_ms <= _GOAL_P95_MS
        return fast and not self.broken


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="tests.bench.capacity", description=__doc__)
    parser.add_argument("--levels", type=int, nargs="+", default=LEVELS)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    console = Console(width=120)
    try:
        found = measure(asked.levels, console)
    except UnderstudyError as error:
        raise SystemExit(f"bench: {error}") from None
    if asked.json:
        asked.json.write_text(json.dumps([asdict(level) for level in found], indent=1), "utf-8")


def measure(levels: Sequence[int], console: Console) -> tuple[Level, ...]:
    """Each level in turn, told on the console. Raises UnderstudyError."""
    script = demo_script()
    talk = replace(script, steps=(*script.steps[:-3], HangUp()))  # without the transfer
    found: list[Level] = []
    for calls in levels:
        console.print(f"{calls} at once ...")
        found.append(asyncio.run(_level(calls, talk)))
        console.print(_table(found))
    console.print(
        f"Within {_GOAL_P50_MS} ms (p50) and {_GOAL_P95_MS} ms (p95): {carried(found)} at once."
    )
    return tuple(found)


def carried(found: Sequence[Level]) -> int:
    """The most calls at once that were within the goals; 0 when none were."""
    return max((level.calls for level in found if level.within_goals), default=0)


async def _level(calls: int, script: Script) -> Level:
    with tempfile.TemporaryDirectory(prefix="capacity-") as folder:
        try:
            return await _measured(calls, script, Path(folder))
        except AgentProcessError as error:
            log = (Path(folder) / "log.txt").read_text("utf-8").strip()
            raise UnderstudyError(f"{error} It said: {log.splitlines()[-1:]}") from None


async def _measured(calls: int, script: Script, folder: Path) -> Level:
    with LiveAgent.start(folder, UNDERSTUDY_ADMISSION__ENFORCE="false") as agent:
        began = _cpu_s(agent.process.pid), _busy_s(), asyncio.get_running_loop().time()
        with WireCapture() as capture:
            ids, broken = await _talk(calls, script)
            wires = [capture.call(sip_call_id) for sip_call_id in ids]
        spent_s = asyncio.get_running_loop().time() - began[2]
        cores = (_cpu_s(agent.process.pid) - began[0]) / spent_s
        machine = (_busy_s() - began[1]) / spent_s
        await agent.wait_until_idle(20.0)
        records = agent.records()
    waits = [response.latency_ms for wire in wires for response in wire.responses]
    ended = [record for record in records if record["record"] == "call_ended"]
    events = [record for record in records if record["record"] == "event"]
    asked = [event["data"] for event in events if event["kind"] == "admission"]
    whole = [event["data"] for event in events if event["kind"] == "turn_taking"]
    return Level(
        calls=calls,
        broken=broken,
        answers=len(waits),
        answer_p50_ms=float(np.percentile(waits, 50)) if waits else float("inf"),
        answer_p95_ms=float(np.percentile(waits, 95)) if waits else float("inf"),
        pacing_p99_ms=max(record["media"]["pacing_p99_ms"] for record in ended),
        recognition_lag_ms=max(data["recognition_lag_ms"] for data in whole),
        cores=cores,
        machine=machine,
        refused=sum(data["verdict"] != "taken" for data in asked),
        loads=tuple(data["load"] for data in asked),
        tightest=Counter(data["tightest"] for data in asked).most_common(1)[0][0],
    )


async def _talk(calls: int, script: Script) -> tuple[list[str], int]:
    """All calls to their ends; their SIP Call-IDs, and how many did not go by the script."""
    voice = CallerVoice("slt")
    colleague = PhoneOptions("agent1", "agent1", register=True)
    async with (
        Phone.start(colleague, AnswerAfter(0.5)),
        Phone.start(PhoneOptions("caller", "caller")) as phone,
    ):

        async def one(number: int) -> tuple[str, bool]:
            await asyncio.sleep(number * _APART_S)
            call = await phone.place("1000", answer_timeout_s=30.0)
            try:
                async for _ in ScriptedCaller(script, voice, call).perform():
                    pass
            except (CallEnded, ScriptError):
                return call.sip_call_id, False
            return call.sip_call_id, True

        done = await asyncio.gather(*(one(number) for number in range(calls)))
    return [call_id for call_id, _ in done], sum(not good for _, good in done)


def _cpu_s(pid: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _busy_s() -> float:
    """Time that all cores were not idle (proc(5), the first line of stat)."""
    fields = Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()[1:9]
    return (sum(map(int, fields)) - int(fields[3]) - int(fields[4])) / os.sysconf("SC_CLK_TCK")


def _table(found: Sequence[Level]) -> Table:
    table = Table(
        "calls", "broken", "answers", "p50", "p95", "pacing p99", "asr lag",
        "agent", "machine", "refused", "load", "by",
        title="ms wire to wire; cores; calls that admission would have refused, its highest load",
    )  # fmt: skip
    for level in found:
        table.add_row(
            str(level.calls), str(level.broken), str(level.answers),
            f"{level.answer_p50_ms:.0f}", f"{level.answer_p95_ms:.0f}",
            f"{level.pacing_p99_ms:.1f}", f"{level.recognition_lag_ms:.0f}",
            f"{level.cores:.2f}", f"{level.machine:.2f}", str(level.refused),
            f"{max(level.loads):.2f}", level.tightest,
        )  # fmt: skip
    return table


if __name__ == "__main__":
    main()
