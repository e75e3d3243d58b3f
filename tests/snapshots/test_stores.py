"""Where saved calls are kept: the same promises on SQLite, PostgreSQL and Redis."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.config import SnapshotSettings
from agent.dialogue.reply import Transfer
from agent.records.database import create_engine
from agent.records.migrate import upgrade
from agent.snapshots.database import DatabaseSnapshots
from agent.snapshots.opening import open_store
from agent.snapshots.redis import RedisSnapshots
from agent.snapshots.saved_call import Phase
from agent.snapshots.store import SnapshotStore, SnapshotsUnavailable, SnapshotUnreadable
from tests.snapshots.redis_server import RedisServer
from tests.snapshots.saved import CALL, NOON, NUMBER, OTHER, saved


async def test_what_is_read_back_is_what_was_saved(store: SnapshotStore) -> None:
    call = saved(phase=Phase.HANDED_OVER, unrecorded=True)
    await store.save(call)
    back = await store.load(CALL)
    assert back is not None
    assert back.dialogue.state == call.dialogue.state
    assert back.dialogue.action == Transfer("sales", "asked")
    # All but the digits that were spoken.
    masked = ("hello.", "it's [digits]")
    assert tuple(e.text.lower() for e in back.dialogue.history) == masked
    unmasked = {"dialogue": back.dialogue.model_copy(update={"history": ()})}
    expected = {"dialogue": call.dialogue.model_copy(update={"history": ()})}
    assert back.model_copy(update=unmasked) == call.model_copy(update=expected)


async def test_the_newest_of_a_call_takes_the_place_of_the_older(store: SnapshotStore) -> None:
    await store.save(saved())
    await store.save(saved(minutes=1, phase=Phase.BROKEN_OFF))
    back = await store.load(CALL)
    assert back is not None and back.phase is Phase.BROKEN_OFF
    assert await store.count_of(NUMBER) == 1


async def test_a_caller_is_found_by_channel_and_then_by_number(store: SnapshotStore) -> None:
    await store.save(saved(minutes=5))
    await store.save(saved(OTHER))
    by_number = await store.latest("another channel", NUMBER)
    assert by_number is not None and by_number.call_id == CALL
    by_channel = await store.latest(f"channel of {OTHER}", NUMBER)
    assert by_channel is not None and by_channel.call_id == OTHER
    assert await store.latest("another channel", None) is None
    assert await store.latest("another channel", "+447700900999") is None


async def test_a_withheld_number_is_found_by_nobody(store: SnapshotStore) -> None:
    await store.save(saved(caller_number=None))
    assert await store.latest("another channel", NUMBER) is None
    assert await store.load(CALL) is not None


async def test_what_is_forgotten_is_gone(store: SnapshotStore) -> None:
    await store.save(saved())
    await store.save(saved(OTHER, minutes=1))
    await store.delete([OTHER, "1f0c8a52-0000-4000-8000-00000000dead"])
    assert await store.load(OTHER) is None
    back = await store.latest("another channel", NUMBER)
    assert back is not None and back.call_id == CALL
    await store.delete([])


async def test_erasing_a_number_leaves_others(store: SnapshotStore) -> None:
    await store.save(saved())
    await store.save(saved(OTHER, caller_number="+447700900999"))
    assert await store.erase(NUMBER) == 1
    assert await store.load(CALL) is None
    assert await store.load(OTHER) is not None
    assert await store.erase(NUMBER) == 0


async def test_old_ones_are_purged_from_the_database(store: SnapshotStore) -> None:
    if isinstance(store, RedisSnapshots):
        pytest.skip("Redis forgets by itself")
    await store.save(saved())
    await store.save(saved(OTHER, minutes=10))
    assert await store.purge(NOON + timedelta(minutes=5)) == 1
    assert await store.load(CALL) is None
    assert await store.load(OTHER) is not None


@pytest.mark.redis
async def test_redis_forgets_by_itself_and_keeps_no_key_of_an_erased_number(
    redis_server: RedisServer,
) -> None:
    store = RedisSnapshots(redis_server.url(), timedelta(hours=1))
    await store._redis.flushall()
    await store.save(saved())
    keys = [key async for key in store._redis.scan_iter()]
    assert len(keys) == 3
    for key in keys:
        assert 3_590_000 < await store._redis.pttl(key) <= 3_600_000
    await store.erase(NUMBER)
    assert not [key async for key in store._redis.scan_iter() if NUMBER in key]
    await store.aclose()


async def test_what_another_version_saved_is_named_and_not_used(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.sqlite3"
    await upgrade(url)
    engine = create_engine(url)
    store = DatabaseSnapshots(engine)
    await store.save(saved())
    async with engine.begin() as connection:
        await connection.execute(text("""update snapshots set content = '{"format": 2}'"""))
    with pytest.raises(SnapshotUnreadable, match=r"not of this version \(format"):
        await store.load(CALL)
    await engine.dispose()


@pytest.mark.redis
async def test_a_redis_that_is_away_or_refuses_is_one_line_without_the_password(
    redis_server: RedisServer,
) -> None:
    wrong = RedisSnapshots(redis_server.url("wr0ng-secret"), timedelta(hours=1))
    with pytest.raises(SnapshotsUnavailable, match="correct user or password") as refused:
        await wrong.load(CALL)
    away = RedisSnapshots("redis://:s3cret@127.0.0.1:1/0", timedelta(hours=1))
    with pytest.raises(SnapshotsUnavailable, match=r"start the server, or correct host") as gone:
        await away.load(CALL)
    assert "s3cret" not in str(gone.value)
    assert "wr0ng" not in str(refused.value)
    await wrong.aclose()
    await away.aclose()


async def test_the_settings_choose_the_store(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/calls.sqlite3")
    assert isinstance(open_store(SnapshotSettings(), engine), DatabaseSnapshots)
    redis = open_store(SnapshotSettings(url="redis://127.0.0.1/0"), engine)  # type: ignore[arg-type]
    assert isinstance(redis, RedisSnapshots)
    with pytest.raises(SnapshotsUnavailable, match=r"snapshots\.url names no Redis"):
        open_store(SnapshotSettings(url="http://x"), engine)  # type: ignore[arg-type]
    await redis.aclose()
    await engine.dispose()
