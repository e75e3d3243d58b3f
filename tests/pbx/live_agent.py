"""A running agent as a test sees it: what it reports, what it holds, what it has stored."""

import asyncio
import json
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.config import WebSettings
from agent.evaluation.agent_process import AgentProcess

Record = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """What the process holds.

    HTTP and database connections, which are kept for reuse, don't count: their pools are bounded.
    """

    tasks: int
    files: int
    udp_sockets: int
    resident_bytes: int


class LiveAgent:
    """`understudy serve --live --json` with a database and recordings of its own."""

    def __init__(self, process: AgentProcess, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self._seen_calls = 0

    @classmethod
    @contextmanager
    def start(cls, folder: Path, *, wait: bool = True, **environment: str) -> Iterator["LiveAgent"]:
        """Start one; `environment` is added to the settings that keep it apart from others."""
        web = WebSettings(port=free_tcp_port())
        values = {
            "UNDERSTUDY_WEB__PORT": str(web.port),
            "UNDERSTUDY_RECORDS__DATABASE_URL": f"sqlite:///{folder / 'calls.sqlite3'}",
            "UNDERSTUDY_RECORDS__RECORDINGS_DIR": str(folder / "recordings"),
            "UNDERSTUDY_RECORDS__SPOOL_DIR": str(folder / "spool"),
            "UNDERSTUDY_HANDOFF__QUEUE_TIMEOUT_S": "5",
            # Other work on this machine must not turn a test's callers away.
            "UNDERSTUDY_ADMISSION__ENFORCE": "false",
            **environment,
        }
        with (
            (folder / "records.jsonl").open("wb") as stdout,
            (folder / "log.txt").open("wb") as stderr,
            AgentProcess.start(
                web, "--live", "--json", environment=values, stdout=stdout, stderr=stderr
            ) as process,
        ):
            if wait:
                process.wait_until_ready()
            yield cls(process, folder)

    @property
    def log(self) -> str:
        """Everything it wrote on standard error."""
        return (self.folder / "log.txt").read_text()

    async def wait_for_log(self, text: str, timeout_s: float = 30.0) -> None:
        """Return when a text has been logged."""
        await self._wait(lambda: self.log, lambda log: text in log, timeout_s, f"log '{text}'")

    def records(self, call_id: str | None = None, kind: str | None = None) -> list[Record]:
        """What was reported so far."""
        lines = (self.folder / "records.jsonl").read_text().splitlines(keepends=True)
        records = [json.loads(line) for line in lines if line.endswith("\n")]
        return [
            record
            for record in records
            if call_id in (None, record["call_id"]) and kind in (None, record["record"])
        ]

    async def new_call(self, timeout_s: float = 5.0) -> str:
        """The id of the next call that this method has not returned yet."""
        self._seen_calls += 1
        records = await self._wait(
            lambda: self.records(kind="call_started")[: self._seen_calls],
            lambda started: len(started) == self._seen_calls,
            timeout_s,
            "new call",
        )
        return str(records[-1]["call_id"])

    async def wait_for(
        self, call_id: str, kind: str, timeout_s: float = 20.0, **fields: Any
    ) -> Record:
        """The first record of a call with these fields."""

        def matching() -> list[Record]:
            return [
                record
                for record in self.records(call_id, kind)
                if all(record.get(name) == value for name, value in fields.items())
            ]

        found = await self._wait(matching, bool, timeout_s, f"{kind} {fields} of {call_id}")
        return found[0]

    async def wait_for_event(self, call_id: str, kind: str, timeout_s: float = 20.0) -> Record:
        """The first event of a kind."""
        events = await self._wait(
            lambda: [e for e in self.records(call_id, "event") if e["kind"] == kind],
            bool,
            timeout_s,
            f"event {kind} of {call_id}",
        )
        return events[0]

    async def wait_until_idle(self, timeout_s: float = 5.0) -> None:
        """Return when no call is live and no row is open."""
        await self._wait(
            lambda: (self._metric("understudy_live_calls"), self.open_rows()),
            lambda state: state == (0.0, 0),
            timeout_s,
            "end of all calls and rows",
        )

    def held(self) -> Held:
        """Tasks, open files, UDP sockets and memory of the process."""
        proc = Path(f"/proc/{self.process.pid}")
        links = []
        for link in (proc / "fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                links.append(str(link.readlink()))
        lines = (proc / "net" / "udp").read_text().splitlines()[1:]
        udp = {f"socket:[{line.split()[9]}]" for line in lines}
        status = (proc / "status").read_text()
        resident_kb = int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]
        return Held(
            tasks=int(self._metric("understudy_tasks")),
            files=sum(not link.startswith("socket:") and ".sqlite3" not in link for link in links),
            udp_sockets=sum(link in udp for link in links),
            resident_bytes=resident_kb * 1024,
        )

    def open_rows(self) -> int:
        """Calls in the database that have not ended."""
        return self.query("select count(*) from calls where ended_at is null")[0][0]

    async def stored(self, call_id: str, *columns: str) -> tuple[Any, ...]:
        """Columns of an ended call's row."""
        # The columns are the tests' own words.
        sql = f"select {', '.join(columns)} from calls where id = ? and ended_at is not null"  # noqa: S608
        # SQLAlchemy keeps a UUID in SQLite as 32 hexadecimal digits.
        key = call_id.replace("-", "")
        rows = await self._wait(lambda: self.query(sql, key), bool, 5.0, f"row of {call_id}")
        return tuple(rows[0])

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the database."""
        connection = sqlite3.connect(self.folder / "calls.sqlite3", timeout=5.0)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def _metric(self, name: str) -> float:
        text = self.process.get("/metrics")
        assert text is not None, f"the agent is gone:\n{self.log}"
        value = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
        assert value is not None
        return float(value[1])

    async def _wait(self, read: Any, good: Any, timeout_s: float, what: str) -> Any:
        deadline_s = time.monotonic() + timeout_s
        while not good(value := await asyncio.to_thread(read)):
            assert time.monotonic() < deadline_s, f"no {what} within {timeout_s:g} s; {value}"
            await asyncio.sleep(0.03)
        return value


def free_tcp_port() -> int:
    """A port that was free a moment ago; tests of one machine rarely race for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
