"""Writing snapshots: newest wins, bounded, and never in a call's way."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
import structlog

from agent.sealing.errors import KeyMissing
from agent.sealing.keys import KeyRing
from agent.snapshots.keeper import KeeperStats, SnapshotKeeper
from agent.snapshots.redis import RedisSnapshots
from agent.snapshots.saved_call import SavedCall
from agent.snapshots.store import SnapshotRefused, SnapshotStore, SnapshotsUnavailable
from tests.calls.conftest import until
from tests.snapshots.redis_server import RedisServer
from tests.snapshots.saved import CALL, NUMBER, OTHER, saved

KEEP = timedelta(days=36500)


class HeldStore:
    """Notes what it is asked; can be held back, be away, or refuse a call."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.away = False
        self.refuses = ""

    async def save(self, call: SavedCall) -> None:
        await self.free.wait()
        if self.away:
            raise SnapshotsUnavailable("the store is away")
        if call.call_id == self.refuses:
            raise SnapshotRefused("can't be stored")
        self.asked.append((call.call_id, call.saved_at.minute))

    async def load(self, call_id: str) -> SavedCall | None:
        return None

    async def latest(self, channel_id: str, number: str | None) -> SavedCall | None:
        return None

    async def delete(self, call_ids: Collection[str]) -> None:
        await self.free.wait()
        self.asked += [(call_id, -1) for call_id in call_ids]

    async def count_of(self, number: str) -> int:
        return 0

    async def erase(self, number: str) -> int:
        return 0

    async def purge(self, before: datetime) -> int:
        return 0

    async def aclose(self) -> None:
        pass


async def test_saved_calls_can_be_looked_up_at_once(store: SnapshotStore) -> None:
    keeper = SnapshotKeeper(store, keep=KEEP)
    keeper.start()
    for minute in range(5):
        keeper.keep(saved(minutes=minute))
    waiting = await keeper.load(CALL)
    assert waiting is not None and waiting.saved_at.minute == 4
    found = await keeper.latest("another channel", NUMBER)
    assert found is not None and found.saved_at.minute == 4
    keeper.forget(CALL)
    assert await keeper.load(CALL) is None
    assert await keeper.latest("another channel", NUMBER) is None
    await keeper.aclose()


async def test_only_the_newest_of_a_call_is_written() -> None:
    store = HeldStore()
    store.free.clear()
    keeper = SnapshotKeeper(store, keep=KEEP)
    keeper.start()
    keeper.keep(saved(minutes=1))
    await asyncio.sleep(0)  # the first is on its way
    await asyncio.sleep(0)
    for minute in (2, 3, 4):
        keeper.keep(saved(minutes=minute))
    keeper.keep(saved(OTHER, minutes=9))
    store.free.set()
    await keeper.flush()
    assert store.asked == [(CALL, 1), (OTHER, 9), (CALL, 4)]
    await keeper.aclose()


async def test_a_store_that_is_away_is_told_once_and_caught_up_with() -> None:
    store = HeldStore()
    store.away = True
    tried: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds > 100:
            await asyncio.Event().wait()
        tried.append(seconds)
        store.away = len(tried) < 8
        await asyncio.sleep(0)

    keeper = SnapshotKeeper(store, keep=KEEP, sleep=sleep)
    with structlog.testing.capture_logs() as logs:
        keeper.start()
        keeper.keep(saved(minutes=1))
        keeper.keep(saved(OTHER, minutes=2))
        await keeper.flush()
    assert [log["event"] for log in logs] == [
        "snapshots can't be stored; calls go on",
        "snapshots are stored again",
    ]
    assert tried[0] < tried[1] < tried[2] and max(tried) == 5.0
    assert sorted(store.asked) == [(CALL, 1), (OTHER, 2)]
    assert keeper.stats == KeeperStats(waiting=0, written=2, failures=8, dropped=0)
    await keeper.aclose()


async def test_what_no_store_takes_is_dropped_and_others_are_written() -> None:
    store = HeldStore()
    store.refuses = CALL
    keeper = SnapshotKeeper(store, keep=KEEP)
    keeper.start()
    keeper.keep(saved())
    keeper.keep(saved(OTHER, minutes=3))
    await keeper.flush()
    assert store.asked == [(OTHER, 3)]
    assert keeper.stats.dropped == 1
    await keeper.aclose()


async def test_memory_is_bounded_while_the_store_hangs() -> None:
    store = HeldStore()
    store.free.clear()
    keeper = SnapshotKeeper(store, keep=KEEP, capacity=2)
    keeper.start()
    for number in range(5):
        keeper.keep(saved(f"1f0c8a52-0000-4000-8000-00000000000{number}"))
    assert (keeper.stats.waiting, keeper.stats.dropped) == (2, 3)
    with structlog.testing.capture_logs() as logs:
        await keeper.aclose(grace_s=0.05)
    assert logs[-1]["event"] == "snapshots lost at shutdown"


@pytest.mark.redis
async def test_a_redis_that_hangs_is_given_up_and_has_the_newest_when_it_goes_on(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.snapshots.redis._ANSWER_S", 0.2)
    store = RedisSnapshots(redis_server.url(), timedelta(hours=1))
    keeper = SnapshotKeeper(store, keep=timedelta(hours=1))
    keeper.start()
    redis_server.freeze()
    try:
        keeper.keep(saved(minutes=1))
        await until(lambda: keeper.stats.failures)
        keeper.keep(saved(minutes=2))
        assert keeper.stats.waiting == 1
    finally:
        redis_server.thaw()
    async with asyncio.timeout(20):
        await keeper.flush()
    back = await store.load(CALL)
    assert back is not None and back.saved_at.minute == 2
    await keeper.aclose()
    await store.aclose()


@pytest.mark.redis
async def test_a_redis_is_not_told_what_is_in_a_snapshot(redis_server: RedisServer) -> None:
    keys = KeyRing([b"k" * 32])
    store = RedisSnapshots(redis_server.url(), timedelta(hours=1), keys)
    await store.save(saved(minutes=3))
    content = await store._redis.get(f"understudy:call:{CALL}")
    assert str(content).startswith("sealed:v1:")
    back = await store.load(CALL)
    assert back is not None and back.saved_at.minute == 3
    keyless = RedisSnapshots(redis_server.url(), timedelta(hours=1))
    with pytest.raises(KeyMissing, match=r"records\.encryption_key_file"):
        await keyless.load(CALL)
    for each in (store, keyless):
        await each.aclose()


@pytest.mark.redis
async def test_a_redis_that_dies_and_comes_back_has_the_newest(redis_server: RedisServer) -> None:
    store = RedisSnapshots(redis_server.url(), timedelta(hours=1))
    keeper = SnapshotKeeper(store, keep=timedelta(hours=1))
    keeper.start()
    redis_server.stop()
    keeper.keep(saved(minutes=1))
    await until(lambda: keeper.stats.failures)
    keeper.keep(saved(minutes=2))
    redis_server.start()
    async with asyncio.timeout(20):
        await keeper.flush()
    back = await store.load(CALL)
    assert back is not None and back.saved_at.minute == 2
    await keeper.aclose()
    await store.aclose()
