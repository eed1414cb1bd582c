"""The short-lived store on one Redis server (or what stands in for one: a proxy, a managed service)."""

from datetime import timedelta

from idp.adapters.redis.link import RedisLink
from idp.kernel.errors import TemporarilyUnavailableError

_MILLISECOND = timedelta(milliseconds=1)
# One step for the server: a counter can never be left without its end, and the window never starts anew.
_COUNT = (
    "local n = redis.call('INCRBY', KEYS[1], ARGV[2]) "
    "if n == tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n"
)


class RedisShortLivedStore:
    """Keys to bytes on Redis; implements `ShortLivedStore`. Every method is one command, so one step for everybody.

    Every method raises `TemporarilyUnavailableError` when Redis does not answer; whether a write was done is then
    unknown. Keys get a prefix, so that one Redis may serve several systems.
    """

    def __init__(self, link: RedisLink, prefix: str = "idp:") -> None:
        """Take the link, which the caller closes, and the prefix of all keys."""
        self._link = link
        self._prefix = prefix

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Store or replace."""
        await self._link.execute("SET", self._prefix + key, value, "PX", _milliseconds(ttl))

    async def put_if_absent(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Store only if the key is free; answer whether this call was first."""
        answer = await self._link.execute("SET", self._prefix + key, value, "NX", "PX", _milliseconds(ttl))
        return answer is not None

    async def get(self, key: str) -> bytes | None:
        """Return the value, or None when absent or expired."""
        return _value(await self._link.execute("GET", self._prefix + key))

    async def take(self, key: str) -> bytes | None:
        """Return the value and remove it in one step (GETDEL, Redis 6.2)."""
        return _value(await self._link.execute("GETDEL", self._prefix + key))

    async def delete(self, key: str) -> None:
        """Remove; absent is fine."""
        await self._link.execute("DEL", self._prefix + key)

    async def count(self, key: str, window: timedelta, weight: int = 1) -> int:
        """Add `weight` to the counter and return it; the window starts with the first count."""
        answer = await self._link.execute("EVAL", _COUNT, 1, self._prefix + key, _milliseconds(window), weight)
        if not isinstance(answer, int):
            raise TemporarilyUnavailableError("Redis answered a count with something else")
        return answer


def _milliseconds(ttl: timedelta) -> int:
    """Return whole milliseconds, rounded up so that a short time is never none; a time that is over is an error."""
    if ttl <= timedelta(0):
        raise ValueError("a time to live must be positive")
    return -(-ttl // _MILLISECOND)


def _value(answer: object) -> bytes | None:
    if answer is None or isinstance(answer, bytes):
        return answer
    raise TemporarilyUnavailableError("Redis answered with something that is no value")
