"""Real calls as the wire shows them: `make bench`, or `python -m tests.bench.calls`.

Calls go through the test PBX to an agent process with the settings in force: the demo's call for
latencies, and calls in which the caller makes sounds over a talking agent. Nothing of the agent's
own clocks is used, but for the last row: how long after it decided that a turn was over its reply
sounded, as the calls' records have it.
"""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import select

from agent.config import Settings, load_settings
from agent.errors import UnderstudyError
from agent.evaluation.agent_process import AgentProcess
from agent.evaluation.demo import demo_script
from agent.evaluation.phone import AnswerAfter, Phone
from agent.evaluation.phone_options import PhoneOptions
from agent.evaluation.wire import CallWire
from agent.records.database import create_engine
from agent.records.models import Call, Latency
from tests.bench.calls import over_agent, scripted
from tests.bench.calls.over_agent import Reaction

_TALKER = Path(__file__).with_name("talker.yaml")
_Found = TypeVar("_Found")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="tests.bench.calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=3, help="calls of the demo's script")
    parser.add_argument("--over-agent", type=int, default=12, help="calls over a talking agent")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    settings = load_settings()
    script = demo_script()
    began = datetime.now(UTC)
    try:
        wires = _with_agent(
            settings, {}, asked.calls, lambda phone, _: scripted.one_call(phone, script)
        )
        environment = {"UNDERSTUDY_DIALOGUE__PLAYBOOK": str(_TALKER)}
        calls = _with_agent(settings, environment, asked.over_agent, over_agent.one_call)
    except UnderstudyError as error:
        raise SystemExit(f"bench: {error}") from None
    reactions = [reaction for call in calls for reaction in call]
    ready = asyncio.run(_replies_ready(settings, began))
    found = {**_latencies(wires), **_pauses(reactions), "end-of-turn decision to reply": ready}
    console = Console()
    console.print(_table(found))
    console.print(_outcomes(reactions))
    shares = ", ".join(f"{np.mean(np.array(ready) <= ms):.0%} within {ms} ms" for ms in (120, 400))
    console.print(f"Replies ready after the end-of-turn decision: {shares}.")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), "utf-8")


def _with_agent(
    settings: Settings,
    environment: dict[str, str],
    count: int,
    one_call: Callable[[Phone, int], Awaitable[_Found]],
) -> list[_Found]:
    if not count:
        return []
    with AgentProcess.start(settings.web, environment=environment) as agent:
        agent.wait_until_ready()
        return asyncio.run(_calls(count, one_call))


async def _calls(count: int, one_call: Callable[[Phone, int], Awaitable[_Found]]) -> list[_Found]:
    colleague = PhoneOptions("agent1", "agent1", register=True)
    async with (
        Phone.start(colleague, AnswerAfter(0.5)),
        Phone.start(PhoneOptions("caller", "caller")) as phone,
    ):
        return [await one_call(phone, number) for number in track(range(count), "calls")]


def _latencies(wires: Sequence[CallWire]) -> dict[str, list[float]]:
    stops = [stop.latency_ms for wire in wires for stop in wire.interruptions]
    return {
        "answer to first greeting sample": [w.greeting_ms for w in wires if w.greeting_ms],
        "end of caller's speech to reply": [r.latency_ms for w in wires for r in w.responses],
        "caller speaks to agent silent, in dialogue": [ms for ms in stops if ms is not None],
    }


def _pauses(reactions: Sequence[Reaction]) -> dict[str, list[float]]:
    meant = [r for r in reactions if r.kind == "interruption"]
    others = [r for r in reactions if r.kind != "interruption"]
    return {
        "interruption to agent silent": [r.away_ms for r in meant if r.away_ms is not None],
        "end of a false alarm to agent back": [r.back_ms for r in others if r.back_ms is not None],
    }


async def _replies_ready(settings: Settings, since: datetime) -> list[float]:
    engine = create_engine(settings.records.database_url.get_secret_value())
    wanted = (
        select(Latency.ms)
        .join(Call, Call.id == Latency.call_id)
        .where(Latency.name == "reply_ready", Call.started_at >= since)
    )
    async with engine.connect() as connection:
        found = list(await connection.scalars(wanted))
    await engine.dispose()
    return found


def _table(found: dict[str, list[float]]) -> Table:
    table = Table("ms, on the wire", "n", "p50", "p95", "max")
    for name, values in found.items():
        if values:
            p50, p95 = np.percentile(values, [50, 95])
            table.add_row(name, str(len(values)), f"{p50:.0f}", f"{p95:.0f}", f"{max(values):.0f}")
    return table


def _outcomes(reactions: Sequence[Reaction]) -> Table:
    table = Table("over the talking agent", "n", "talked on", "paused, resumed", "gave way")
    for kind in dict.fromkeys(r.kind for r in reactions):
        of_kind = [r for r in reactions if r.kind == kind]
        talked_on = sum(not r.stopped for r in of_kind)
        resumed = sum(r.stopped and r.resumed for r in of_kind)
        gave_way = len(of_kind) - talked_on - resumed
        table.add_row(kind, str(len(of_kind)), str(talked_on), str(resumed), str(gave_way))
    return table


if __name__ == "__main__":
    main()
