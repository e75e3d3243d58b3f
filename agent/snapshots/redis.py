"""Saved calls in Redis, which forgets them by itself.

understudy:call:<call id>         the snapshot, as JSON
understudy:channel:<channel id>   the id of the channel's newest call
understudy:number:<number>        the ids of the number's calls, by the time they were saved
"""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError

from agent.sealing.keys import KeyRing
from agent.sealing.text import seal_text, unseal_text
from agent.snapshots.saved_call import SavedCall
from agent.snapshots.store import SnapshotsUnavailable, read

_PREFIX = "understudy"
_CONNECT_S = 2.0
_ANSWER_S = 2.0
_CONTEXT = "snapshots.content"


class RedisSnapshots:
    """Implements `snapshots.store.SnapshotStore`; every key lives for `keep` after its last use."""

    def __init__(self, url: str, keep: timedelta, keys: KeyRing | None = None) -> None:
        """`url`: redis://, rediss:// or unix://. Raises SnapshotsUnavailable for any other.

        Contents are sealed with `keys`, if there are any; the number in a key's name is not.
        """
        try:
            self._redis = redis.Redis.from_url(
                url,
                socket_connect_timeout=_CONNECT_S,
                socket_timeout=_ANSWER_S,
                # Once more, for a connection that went stale; the keeper has patience.
                retry=Retry(NoBackoff(), 1),
                decode_responses=True,
            )
        except ValueError:
            raise SnapshotsUnavailable(
                "The setting snapshots.url names no Redis: give redis://HOST:PORT/0, "
                "rediss://... or unix:///PATH, with the password as in redis://:PASSWORD@HOST."
            ) from None
        self._keep = keep
        self._keys = keys or KeyRing()

    async def save(self, saved: SavedCall) -> None:
        """All three keys in one transaction."""
        plain = await asyncio.to_thread(saved.model_dump_json)
        content = seal_text(self._keys, plain, _CONTEXT)
        async with self._transaction() as keys:
            keys.set(_call(saved.call_id), content, px=self._keep)
            keys.set(_channel(saved.channel_id), saved.call_id, px=self._keep)
            if saved.caller_number is not None:
                number = _number(saved.caller_number)
                oldest = (saved.saved_at - self._keep).timestamp()
                keys.zremrangebyscore(number, "-inf", oldest)
                keys.zadd(number, {saved.call_id: saved.saved_at.timestamp()})
                keys.pexpire(number, self._keep)
            with _explained():
                await keys.execute()

    async def load(self, call_id: str) -> SavedCall | None:
        """By its key."""
        with _explained():
            content = await self._redis.get(_call(call_id))
        return None if content is None else read(unseal_text(self._keys, str(content), _CONTEXT))

    async def latest(self, channel_id: str, number: str | None) -> SavedCall | None:
        """Through the keys of the channel and of the number."""
        with _explained():
            found = await self._redis.get(_channel(channel_id))
        call_ids = [str(found)] if found else []
        if number is not None:
            call_ids += reversed(await self._calls_of(number))
        for call_id in call_ids:
            saved = await self.load(call_id)
            if saved is not None:
                return saved
        return None

    async def delete(self, call_ids: Collection[str]) -> None:
        """The snapshot; what points to it finds nothing and expires."""
        if call_ids:
            with _explained():
                await self._redis.delete(*(_call(call_id) for call_id in call_ids))

    async def count_of(self, number: str) -> int:
        """Those of the number's calls that are still there."""
        keys = [_call(call_id) for call_id in await self._calls_of(number)]
        with _explained():
            return int(await self._redis.exists(*keys)) if keys else 0

    async def erase(self, number: str) -> int:
        """The number's key goes with its calls, since it is the number."""
        keys = [_call(call_id) for call_id in await self._calls_of(number)]
        with _explained():
            erased = int(await self._redis.delete(*keys)) if keys else 0
            await self._redis.delete(_number(number))
        return erased

    async def purge(self, before: datetime) -> int:
        """Nothing is left to do: keys expire."""
        return 0

    async def aclose(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _calls_of(self, number: str) -> list[str]:
        """The ids of a number's calls, the newest last; some may have expired."""
        with _explained():
            return [str(found) for found in await self._redis.zrange(_number(number), 0, -1)]

    def _transaction(self) -> "redis.client.Pipeline":
        return self._redis.pipeline(transaction=True)


def _call(call_id: str) -> str:
    return f"{_PREFIX}:call:{call_id}"


def _channel(channel_id: str) -> str:
    return f"{_PREFIX}:channel:{channel_id}"


def _number(number: str) -> str:
    return f"{_PREFIX}:number:{number}"


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the client raises into one line without the password."""
    try:
        yield
    except AuthenticationError:
        raise SnapshotsUnavailable(
            "Redis does not let this agent in: correct user or password in snapshots.url."
        ) from None
    except (RedisError, OSError) as error:
        raise SnapshotsUnavailable(
            f"Redis can't be used ({type(error).__name__}: {error}): start the server, or correct "
            "host and port in snapshots.url."
        ) from None
