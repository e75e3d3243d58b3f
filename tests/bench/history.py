"""How long lists of past calls take: `python -m tests.bench.history [--url postgresql://...]`.

Fills an empty database with synthetic calls (8 turns, 12 events, 6 waits each, of 300 words), then
times each question, the median and the longest of seven.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from agent.records.database import create_engine
from agent.records.finding.finder import Finder
from agent.records.finding.wanted import CallsWanted
from agent.records.migrate import upgrade
from agent.records.models import Call, Direction, Event, Latency, Speaker, Turn

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_AT_ONCE = 1000
_TIMES = 7
_ENDS = ("ne", "rt", "st", "ck", "ld", "mp")
_WORDS = tuple(a + b + c for a in "bdfglmprst" for b in "aeiou" for c in _ENDS)
_QUESTIONS: dict[str, dict[str, Any]] = {
    "newest": {},
    "a number": {"caller": "0042"},
    "an outcome, a day": {"outcome": "sold", "since": "2026-01-03T00:00:00+00:00"},
    "slow answers": {"slow": True},
    "three interruptions": {"barge_ins": 3},
    "trouble": {"trouble": True},
    "a rare word": {"q": "elephant"},
    "a common word": {"q": "bane"},
    "two words": {"q": "bane mert"},
}  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--url", default="", help="an empty database; default: SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/calls.sqlite3"
        asyncio.run(_bench(url, options.calls))


async def _bench(url: str, calls: int) -> None:
    await upgrade(url)
    engine = create_engine(url)
    began_s = time.perf_counter()
    for first in range(0, calls, _AT_ONCE):
        await _fill(engine, range(first, min(first + _AT_ONCE, calls)))
    print(f"{calls} calls in {time.perf_counter() - began_s:.0f} s")
    async with engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    finder = Finder(engine)
    print(f"{'question':22} {'found':>6} {'page ms':>8} {'longest':>8} {'count ms':>8}")
    for name, values in _QUESTIONS.items():
        wanted = CallsWanted(**values)
        pages, counts = [], []
        for _ in range(_TIMES):
            before = time.perf_counter()
            await finder.page(wanted)
            between = time.perf_counter()
            found = await finder.count(wanted)
            pages.append((between - before) * 1000)
            counts.append((time.perf_counter() - between) * 1000)
        print(
            f"{name:22} {found:6} {statistics.median(pages):8.0f} {max(pages):8.0f} "
            f"{statistics.median(counts):8.0f}"
        )
    await engine.dispose()


async def _fill(engine: AsyncEngine, numbers: range) -> None:
    async with engine.begin() as connection:
        rows = list(map(_rows, numbers))
        for place, model in enumerate((Call, Turn, Event, Latency)):
            await connection.execute(insert(model), [row for call in rows for row in call[place]])


def _rows(number: int) -> tuple[list[dict[str, Any]], ...]:
    chance = random.Random(number)
    call_id = str(UUID(int=number))
    began = _BEGAN + timedelta(seconds=13 * number)
    call = {
        "id": call_id, "instance": "a", "channel_id": str(number), "direction": Direction.INBOUND,
        "caller_number": f"+4416329{number:06d}", "started_at": began, "slots": {}, "media": {},
        "ended_at": began + timedelta(seconds=chance.randrange(20, 400)), "models": {},
        "outcome": chance.choice(("sold", "refused", "transferred", "lost")), "held": False,
        "summary": _said(chance, number), "playbook_id": "larkfield", "playbook_version": "1",
    }  # fmt: skip
    turns = [
        {
            "call_id": call_id, "index": index, "text": _said(chance, number), "start_s": 0.0,
            "end_s": 1.0, "speaker": Speaker.CALLER,
            "line_ids": [], "interrupted": False, "words": [],
        }
        for index in range(8)
    ]  # fmt: skip
    kinds = ["end_of_turn"] * 10 + ["barge_in_committed"] * chance.choice((0, 0, 0, 1, 2, 3))
    kinds += ["media_lost"] * (chance.random() < 0.01)
    events = [
        {
            "call_id": call_id, "sequence": n, "at_s": 0.0, "happened_at": began, "kind": kind,
            "data": {},
        }
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    waits = [
        {
            "call_id": call_id, "sequence": n, "name": "end_of_speech_to_first_audio",
            "ms": chance.lognormvariate(6.2, 0.28), "turn_index": n,
        }
        for n in range(6)
    ]  # fmt: skip
    return [call], turns, events, waits


def _said(chance: random.Random, number: int) -> str:
    words = chance.choices(_WORDS, k=12)
    return " ".join([*words, "elephant"] if number % 5000 == 7 else words)


if __name__ == "__main__":
    main()
