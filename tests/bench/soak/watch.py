"""Looks at the agent, its database and the PBX while calls go on."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from agent.errors import UnderstudyError
from tests.bench.soak.callers import Callers
from tests.bench.soak.verdict import Books, Minute, Rest
from tests.pbx.conftest import Pbx
from tests.pbx.live_agent import Held, LiveAgent

_ANSWER = "end_of_speech_to_first_audio"
_TABLES = {"call_started": "calls", "turn": "turns", "event": "events", "latency": "latencies"}
_AT_REST_WITHIN_S = 30.0


class Watch:
    """What one agent does, minute by minute; reads each of its records once."""

    def __init__(self, agent: LiveAgent, pbx: Pbx) -> None:
        self._agent = agent
        self._pbx = pbx
        self._read_bytes = 0
        self._reported = Counter(dict.fromkeys(_TABLES.values(), 0))
        self._answers_ms: list[float] = []
        self._lateness: dict[float, float] = {}

    async def at_rest(self) -> Rest:
        """When all calls are over; what does not end is seen in the figures."""
        deadline_s = time.monotonic() + _AT_REST_WITHIN_S
        with suppress(AssertionError):
            await self._agent.wait_until_idle(_AT_REST_WITHIN_S)
            await self._pbx.wait_until_idle(max(1.0, deadline_s - time.monotonic()))
        await asyncio.sleep(1.0)  # tasks that end after their call
        return Rest(await asyncio.to_thread(self._held), *await self._on_pbx())

    async def minute(self, number: int, callers: Callers) -> Minute:
        """The minute that is over."""
        metrics = await asyncio.to_thread(self._metrics)
        channels, bridges = await self._on_pbx()
        await asyncio.to_thread(self._read_records)
        answers, self._answers_ms = self._answers_ms, []
        return Minute(
            minute=number,
            placed=callers.placed,
            ended=callers.ended,
            broken=len(callers.broken),
            stored=await asyncio.to_thread(self._rows, "calls"),
            answers_ms=tuple(answers),
            held=await asyncio.to_thread(self._held),
            channels=channels,
            bridges=bridges,
            lag_p99_s=self._lag_p99_s(metrics),
            longest_stall_s=metrics["understudy_loop_longest_stall_seconds", ""],
        )

    async def books(self, placed: int) -> Books:
        """All calls since the agent started; `placed` of them were answered."""
        await asyncio.to_thread(self._read_records)
        return Books(
            placed=placed,
            open_rows=await asyncio.to_thread(self._agent.open_rows),
            reported=dict(self._reported),
            stored={name: await asyncio.to_thread(self._rows, name) for name in self._reported},
        )

    def _rows(self, table: str) -> int:
        return int(self._agent.query(f"select count(*) from {table}")[0][0])  # noqa: S608 - ours

    def _read_records(self) -> None:
        """Count the lines that have come since; what is still being written waits."""
        path: Path = self._agent.folder / "records.jsonl"
        with path.open("rb") as file:
            file.seek(self._read_bytes)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        for record in map(json.loads, whole.splitlines()):
            if record["record"] in _TABLES:
                self._reported[_TABLES[record["record"]]] += 1
            if record["record"] == "latency" and record["name"] == _ANSWER:
                self._answers_ms.append(record["ms"])

    def _metrics(self) -> dict[tuple[str, str], float]:
        """By name and, of a histogram's bins, the upper bound."""
        text = self._agent.process.get("/metrics")
        if text is None:
            raise self._gone()
        return {
            (sample.name, sample.labels.get("le", "")): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def _held(self) -> Held:
        try:
            return self._agent.held()
        except AssertionError:  # how a test is told
            raise self._gone() from None

    def _gone(self) -> UnderstudyError:
        return UnderstudyError(f"The agent is gone. It said: {self._agent.log.splitlines()[-1:]}")

    async def _on_pbx(self) -> tuple[int, int]:
        """How many channels and bridges there are."""
        try:
            return len(await self._pbx.channels()), len(await self._pbx.bridges())
        except aiohttp.ClientError as error:
            raise UnderstudyError(f"The test PBX does not answer: {error}") from None

    def _lag_p99_s(self, metrics: Mapping[tuple[str, str], float]) -> float | None:
        """Of the time since this was asked last; None above the bins."""
        up_to = {
            float(bound): count
            for (name, bound), count in metrics.items()
            if name == "understudy_loop_lateness_seconds_bucket"
        }
        new = {bound: count - self._lateness.get(bound, 0.0) for bound, count in up_to.items()}
        self._lateness = up_to
        wanted = 0.99 * new.pop(float("inf"))
        return next((bound for bound in sorted(new) if new[bound] >= wanted), None)
