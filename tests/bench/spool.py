"""What a spool costs: records a second by way of syncing, and how long it holds the event loop.

`python -m tests.bench.spool`: the spool's own commits beside SQLite without syncing and a plain
file with fdatasync; then a writer that takes records at a rate while its database is there, and
while it is away.
"""

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from agent.records.database import create_engine
from agent.records.encoding import encode
from agent.records.entry import Entry
from agent.records.migrate import upgrade
from agent.records.models import Speaker
from agent.records.records import CallStarted, TurnRecord
from agent.records.spool import Spool, spool_path
from agent.records.writer import RecordWriter
from agent.sealing.keys import KeyRing

_CALL = "1f0c8a52-0000-4000-8000-000000000001"
_SOURCE = "5f0c8a52-0000-4000-8000-00000000000a"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500, help="records a second")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _disk(Path(folder))
        for away in (False, True):
            asyncio.run(_loop(Path(folder), options.rate, options.seconds, away=away))


def _turn(index: int) -> TurnRecord:
    word = {"text": "what", "start_s": 2.0, "end_s": 2.2, "confidence": 0.97}
    return TurnRecord(
        call_id=_CALL,
        index=index,
        speaker=Speaker.CALLER,
        text="what does it cost for two of them",
        start_s=2.0,
        end_s=3.1,
        words=[word] * 8,  # type: ignore[list-item]
    )


def _disk(folder: Path) -> None:
    entries = [Entry(_SOURCE, number, _turn(number)) for number in range(1, 4001)]
    plain, sealed = Spool(folder / "plain.sqlite3"), Spool(folder / "sealed.sqlite3", _keys())
    quick = Spool(folder / "quick.sqlite3")
    quick._connection.execute("PRAGMA synchronous=NORMAL")
    log = os.open(folder / "log", os.O_CREAT | os.O_WRONLY)
    kinds: dict[str, Callable[[Sequence[Entry]], None]] = {
        "spool (synced)": lambda batch: plain.write(batch, 0),
        "spool, encrypted": lambda batch: sealed.write(batch, 0),
        "spool, not synced": lambda batch: quick.write(batch, 0),
        "plain file, fdatasync": partial(_append, log),
    }
    for size in (1, 200):
        for name, write in kinds.items():
            taken = []
            for begin in range(0, min(len(entries), size * 300), size):
                before = time.perf_counter()
                write(entries[begin : begin + size])
                taken.append((time.perf_counter() - before) * 1000)
            rate = size * len(taken) / sum(taken) * 1000
            p50, p99 = np.percentile(taken, (50, 99))
            print(
                f"{name:24} {size:4} a commit: {rate:9.0f} records/s, "
                f"p50 {p50:.2f} ms, p99 {p99:.2f} ms"
            )
            for spool in (plain, sealed, quick):
                spool.write([], 5000)
    for spool in (plain, sealed, quick):
        spool.close()


def _append(descriptor: int, batch: Sequence[Entry]) -> None:
    os.write(descriptor, b"\n".join(encode(entry.record) for entry in batch))
    os.fdatasync(descriptor)


def _keys() -> KeyRing:
    return KeyRing([os.urandom(32)])


@contextmanager
def _steps() -> Iterator[list[float]]:
    """CPU milliseconds of each step of the event loop: no other process on the machine counts."""
    taken: list[float] = []
    step = asyncio.Handle._run  # type: ignore[attr-defined]

    def timed(handle: asyncio.Handle) -> None:
        before = time.thread_time()
        step(handle)
        taken.append((time.thread_time() - before) * 1000)

    asyncio.Handle._run = timed  # type: ignore[attr-defined]
    try:
        yield taken
    finally:
        asyncio.Handle._run = step  # type: ignore[attr-defined]


async def _loop(folder: Path, rate: int, seconds: float, *, away: bool) -> None:
    path = folder / f"{away}.sqlite3"
    await upgrade(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    lock = sqlite3.connect(path, isolation_level=None)
    if away:
        lock.execute("BEGIN EXCLUSIVE")
    spool = partial(Spool, spool_path(folder, f"bench-{away}"), _keys())
    writer = RecordWriter(engine, open_spool=spool)
    writer.start()
    writer.call_started(CallStarted(call_id=_CALL, channel_id="1"))
    takes, at_risk = [], 0
    begin = due = time.perf_counter()
    index = 0
    with _steps() as steps:
        while due - begin < seconds:
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            before = time.perf_counter()
            writer.turn(_turn(index))
            takes.append((time.perf_counter() - before) * 1e6)
            index += 1
            at_risk = max(at_risk, writer.stats.at_risk)
        lock.close()
        begin = time.perf_counter()
        await writer.flush()
        caught_up = time.perf_counter() - begin
    await writer.aclose()
    await engine.dispose()
    print(
        f"{rate} records/s, database {'away' if away else 'there'}: accepting p99 "
        f"{np.percentile(takes, 99):.0f} us; longest steps of the event loop p99.9 "
        f"{np.percentile(steps, 99.9):.1f}, most {max(steps):.1f} ms of CPU; at most {at_risk} in "
        f"memory alone; caught up in {caught_up:.1f} s; stored {writer.stats.stored}, "
        f"dropped {writer.stats.dropped}"
    )


if __name__ == "__main__":
    main()
