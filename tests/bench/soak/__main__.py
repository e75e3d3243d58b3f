"""Calls back to back for hours, and whether anything grows, leaks, slows down or gets lost.

    tests/pbx/alone .venv/bin/python -m tests.bench.soak --minutes 120 --share 0.8

Real calls by real phones through the test PBX, so many at once that the machine is at a share of
what `tests.bench.capacity` finds on it (measured first, unless --calls says how many). A line a
minute, a verdict a bar at the end; Ctrl-C hangs up and judges what there is. Exit status: 0 when
all bars are met, 1 when one is missed, 2 when it was too short to judge one. An answer's latency is
the agent's own figure, end of the caller's speech to the first sample of the answer.
"""

import asyncio
import json
import math
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from agent.errors import UnderstudyError
from agent.evaluation.demo import demo_script
from agent.metrics.buckets import LATENESS_S
from tests.bench import capacity
from tests.bench.soak.callers import Callers, phones
from tests.bench.soak.verdict import (
    Course,
    Finding,
    Minute,
    answers,
    exit_status,
    first_and_last,
    growth,
    judge,
)
from tests.bench.soak.watch import Watch
from tests.pbx.conftest import Pbx, running_pbx
from tests.pbx.live_agent import LiveAgent

# The first ones go every way once while the agent warms up: a transfer, a call that the agent ends.
_SCRIPTS = ("human", "do-not-call", "price", "busy", "back-channels", "wrong-number", "hesitant")
_WARM_UP_S = 60.0
_EVERY_S = 60.0
_HEADER = (
    "        calls        |  answers, ms: now, first 10  | memory        | held          |"
    " PBX       | event loop, ms\n"
    "  min  over bad rows |   p50    p95    p50    p95   |   MB   grown  | tasks fds udp |"
    " chan brid | late p99  stall"
)


def main(
    minutes: Annotated[int, typer.Option(min=1, help="how long")] = 120,
    share: Annotated[float, typer.Option(min=0.1, max=1.0, help="of the capacity")] = 0.8,
    calls: Annotated[int | None, typer.Option(min=1, help="at once, instead of a share")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="write all figures")] = None,
) -> None:
    """Soak, print, write."""
    console = Console(width=130, highlight=False)
    try:
        pbx = running_pbx()
        at_once = calls or _share_of_capacity(share, console)
        course = asyncio.run(_soak(pbx, at_once, minutes, console))
    except UnderstudyError as error:
        raise SystemExit(f"bench: {error}") from None
    except subprocess.CalledProcessError:
        raise SystemExit("bench: the test PBX did not start; its message is above.") from None
    findings = judge(course)
    _print_verdict(findings, console)
    if json_path:
        found = {**asdict(course), "findings": [asdict(finding) for finding in findings]}
        json_path.write_text(json.dumps(found, indent=1), "utf-8")
    raise SystemExit(exit_status(findings))


def _share_of_capacity(share: float, console: Console) -> int:
    console.print("How many calls this machine carries:")
    carried = capacity.carried(capacity.measure(capacity.LEVELS, console))
    if not carried:
        raise UnderstudyError(
            "Answers to a single call are too slow here: end other work, or say --calls."
        )
    return max(1, math.floor(share * carried))


async def _soak(pbx: Pbx, at_once: int, minutes: int, console: Console) -> Course:
    stop = _on_ctrl_c()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        console.print("Starting the agent")
        with LiveAgent.start(Path(folder), wait=False) as agent:
            await asyncio.to_thread(agent.process.wait_until_ready)
            async with phones() as phone:
                scripts = [demo_script(name) for name in _SCRIPTS]
                callers = Callers(phone, scripts)
                return await _course(at_once, minutes, console, callers, Watch(agent, pbx), stop)


def _on_ctrl_c() -> asyncio.Event:
    """Set by the first Ctrl-C; a second one does not wait for the verdict."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def asked() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, asked)
    return stop


async def _course(
    at_once: int,
    minutes: int,
    console: Console,
    callers: Callers,
    watch: Watch,
    stop: asyncio.Event,
) -> Course:
    console.print(f"{at_once} calls at once for {minutes} minutes, after one of warming up")
    async with callers.ringing(at_once):
        await _sleep(_WARM_UP_S, stop)
    before = await watch.at_rest()
    await watch.minute(0, callers)  # what was answered until here is not counted
    console.print(_HEADER)
    seen: list[Minute] = []
    async with callers.ringing(at_once):
        began_s = time.monotonic()
        while len(seen) < minutes and not stop.is_set():
            await _sleep(began_s + _EVERY_S * (len(seen) + 1) - time.monotonic(), stop)
            if not stop.is_set():
                seen.append(await watch.minute(len(seen) + 1, callers))
                console.print(_line(seen), soft_wrap=True)
    console.print("All hang up; what is left?")
    after = await watch.at_rest()
    books = await watch.books(callers.placed)
    for why, times in Counter(callers.broken).most_common():
        console.print(f"  {times} x {why}", soft_wrap=True)
    return Course(at_once, tuple(seen), before, after, books)


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _line(seen: Sequence[Minute]) -> str:
    """The newest minute as a line of the table."""
    first, last = first_and_last(seen)
    now, grown = seen[-1], growth(seen)
    held = now.held
    told = "" if grown is None else f"{grown:+.1%}"
    late = (
        f">{LATENESS_S[-1] * 1000:.0f}" if now.lag_p99_s is None else f"{now.lag_p99_s * 1000:.0f}"
    )
    return (
        f"{now.minute:5} {now.ended:5} {now.broken:3} {now.stored:4} |{_latencies(last)}"
        f"{_latencies(first)}   | {held.resident_bytes / 1e6:4.0f}  {told:>6}  | "
        f"{held.tasks:5} {held.files:3} {held.udp_sockets:3} | {now.channels:4} {now.bridges:4} | "
        f"{late:>8} {now.longest_stall_s * 1000:6.0f}"
    )


def _latencies(minutes: Sequence[Minute]) -> str:
    known = answers(minutes)
    if not known:
        return f"{'-':>6} {'-':>6}"
    p50, p95 = np.percentile(known, (50, 95))
    return f"{p50:6.0f} {p95:6.0f}"


def _print_verdict(findings: Sequence[Finding], console: Console) -> None:
    words = {True: "met", False: "MISSED", None: "not judged"}
    for finding in findings:
        console.print(f"{words[finding.met]:>10}  {finding.bar}: {finding.figures}", soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
