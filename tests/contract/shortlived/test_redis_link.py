"""How commands travel: together, in order, counted; greeted and encrypted as the address says."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import uvloop
from redis.asyncio import Redis

from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import LinkPolicy, RedisLink
from idp.adapters.redis.shortlived import RedisShortLivedStore
from idp.kernel.errors import TemporarilyUnavailableError
from tests.contract.shortlived.fake_server import answering
from tests.contract.shortlived.rigs import UNHURRIED, open_unhurried_link
from tests.contract.shortlived.tls_server import TlsRedis, tls_redis
from tests.support.patience import patient, patiently

MINUTE = timedelta(minutes=1)

__all__ = ["tls_redis"]


@pytest.fixture
async def other(redis_url: str) -> Redis:
    """Another client of the same server, for looking behind the store."""
    return Redis.from_url(redis_url)


async def with_link(url: str, use: Callable[[RedisLink], Awaitable[None]]) -> None:
    link = open_unhurried_link(url)
    try:
        await use(link)
    finally:
        await link.close()


async def ask_twice(link: RedisLink) -> None:
    """The second command meets what the answer to the first did to the connection."""
    await link.execute("GET", "key")
    await link.execute("GET", "key")


async def test_every_method_is_one_command(redis_url: str) -> None:
    async def use(link: RedisLink) -> None:
        store = RedisShortLivedStore(link)
        for number, call in enumerate(
            (
                store.put("key", b"", MINUTE),
                store.put_if_absent("key", b"", MINUTE),
                store.get("key"),
                store.take("key"),
                store.delete("key"),
                store.count("key", MINUTE),
            ),
            start=1,
        ):
            await call
            assert link.commands_sent == number

    await with_link(redis_url, use)


async def test_keys_carry_the_prefix_and_the_time_to_live(redis_url: str) -> None:
    async def use(link: RedisLink) -> None:
        await RedisShortLivedStore(link, "site-a:").put("key", b"value", MINUTE)
        await RedisShortLivedStore(link, "site-b:").count("key", MINUTE)
        async with Redis.from_url(redis_url) as other:
            assert sorted(await other.keys("*")) == [b"site-a:key", b"site-b:key"]
            assert 1_000 < await other.pttl("site-a:key") <= 60_000
            assert 1_000 < await other.pttl("site-b:key") <= 60_000

    await with_link(redis_url, use)


async def test_what_was_put_is_gone_when_its_time_has_really_passed(redis_url: str) -> None:
    async def use(link: RedisLink) -> None:
        store = RedisShortLivedStore(link)
        await store.put("key", b"value", timedelta(milliseconds=30))
        await store.put_if_absent("first", b"value", timedelta(milliseconds=30))
        await store.count("counter", timedelta(milliseconds=30))
        async with asyncio.timeout(patient(2)), Redis.from_url(redis_url) as other:
            while await other.dbsize():  # noqa: ASYNC110 (Redis tells nobody)
                await asyncio.sleep(0.01)
        assert [await store.get("key"), await store.get("first")] == [None, None]
        assert await store.count("counter", MINUTE) == 1

    await with_link(redis_url, use)


async def test_commands_of_one_tick_leave_in_one_write() -> None:
    async with answering(lambda received: b"$1\r\nx\r\n" * received.count(b"GET\r\n") or b"+PONG\r\n") as server:

        async def use(link: RedisLink) -> None:
            await link.execute("PING")
            server.received.clear()
            assert await asyncio.gather(*(link.execute("GET", str(n)) for n in range(50))) == [b"x"] * 50
            assert [received.count(b"GET\r\n") for received in server.received] == [50]

        await with_link(server.url, use)


async def test_answers_that_arrive_in_pieces_are_put_together() -> None:
    pieces = {b"PING": b"+PONG\r\n", b"GET": b"$5\r\nhello\r\n"}

    def answer(received: bytes) -> bytes:
        return b"".join(pieces[word] for word in received.split() if word in pieces)

    async with answering(answer, byte_by_byte=True) as server:

        async def use(link: RedisLink) -> None:
            assert await asyncio.gather(*(link.execute("GET", "key") for _ in range(3))) == [b"hello"] * 3

        await with_link(server.url, use)


@pytest.mark.parametrize(
    "nonsense", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+OK\r\n+OK\r\n+OK\r\n", b"\x16\x03\x01\x00"]
)
async def test_a_server_that_speaks_something_else_is_an_error(
    nonsense: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with answering(lambda received: b"+PONG\r\n" if b"PING" in received else nonsense) as server:
        link = RedisLink(parse_address(server.url), LinkPolicy(command_deadline=patiently(0.05)))
        assert await link.execute("PING") == b"PONG"
        with pytest.raises(TemporarilyUnavailableError):
            await ask_twice(link)
        await link.close()
    # The event loop logs, with its bytes, what a protocol lets escape.
    assert caplog.records == []


async def test_a_server_that_takes_connections_and_says_nothing_fails_commands_at_their_deadline() -> None:
    async with answering(lambda received: b"") as server:
        link = RedisLink(parse_address(server.url))
        with pytest.raises(TemporarilyUnavailableError):
            await asyncio.wait_for(link.execute("PING"), patient(2))
        await link.close()


async def test_a_server_that_drops_every_connection_after_greeting_is_not_hammered() -> None:
    async with answering(lambda received: b"+PONG\r\n", drop_after_answer=True) as server:
        link = RedisLink(parse_address(server.url))
        for _ in range(100):
            with pytest.raises(TemporarilyUnavailableError):
                await ask_twice(link)
            await asyncio.sleep(0.002)
        await link.close()
        assert server.connections <= 12


async def test_a_server_that_refuses_the_greeting_is_knocked_at_by_one_task_only() -> None:
    policy = LinkPolicy(first_pause=timedelta(milliseconds=50), longest_pause=timedelta(milliseconds=50))
    async with answering(lambda received: b"-NOAUTH Authentication required.\r\n") as server:
        link = RedisLink(parse_address(server.url), policy)
        with pytest.raises(TemporarilyUnavailableError):
            await link.execute("GET", "key")
        await asyncio.sleep(0.5)
        await link.close()
        # At least half of each pause is waited: 25 ms.
        assert 2 <= server.connections <= 21


async def test_the_database_of_the_address_is_selected(redis_url: str) -> None:
    async def use(link: RedisLink) -> None:
        await RedisShortLivedStore(link).put("key", b"value", MINUTE)

    seventh_url = redis_url.removesuffix("/0") + "/7"
    await with_link(seventh_url, use)
    async with Redis.from_url(seventh_url) as seventh, Redis.from_url(redis_url) as first:
        assert await seventh.get("idp:key") == b"value"
        assert await first.get("idp:key") is None


async def test_user_and_password_of_the_address_are_used_and_wrong_ones_fail(redis_url: str, other: Redis) -> None:
    async def use(link: RedisLink) -> None:
        await RedisShortLivedStore(link).put("key", b"value", MINUTE)

    async with other:
        await other.acl_setuser("portal", enabled=True, passwords="+s3cret/@", keys="*", commands=["+@all"])
        await with_link(redis_url.replace("redis://", "redis://portal:s3cret%2F%40@"), use)
        assert await other.get("idp:key") == b"value"
        with pytest.raises(TemporarilyUnavailableError):
            await with_link(redis_url.replace("redis://", "redis://portal:wrong@"), use)


async def test_tls_with_the_trusted_root_works(tls_redis: TlsRedis) -> None:
    async def use(link: RedisLink) -> None:
        store = RedisShortLivedStore(link)
        await store.put("key", b"x" * 100_000, MINUTE)
        assert await store.get("key") == b"x" * 100_000

    await with_link(f"{tls_redis.url}?ssl_ca_certs={tls_redis.root_file}", use)


async def test_tls_with_an_unknown_root_is_refused(tls_redis: TlsRedis) -> None:
    reported: list[str] = []
    link = RedisLink(parse_address(tls_redis.url), UNHURRIED, reported.append)
    with pytest.raises(TemporarilyUnavailableError):
        await link.execute("PING")
    await link.close()
    assert "CERTIFICATE_VERIFY_FAILED" in reported[0]


async def test_tls_under_another_name_is_refused(tls_redis: TlsRedis) -> None:
    url = tls_redis.url.replace("localhost", "127.0.0.1")
    reported: list[str] = []
    link = RedisLink(parse_address(f"{url}?ssl_ca_certs={tls_redis.root_file}"), UNHURRIED, reported.append)
    with pytest.raises(TemporarilyUnavailableError):
        await link.execute("PING")
    await link.close()
    assert ssl.SSLCertVerificationError.__name__ in reported[0] or "certificate is not valid" in reported[0]


def test_the_link_works_on_uvloop_which_production_runs(redis_url: str) -> None:
    async def use(link: RedisLink) -> None:
        store = RedisShortLivedStore(link)
        await asyncio.gather(*(store.put(str(n), b"%d" % n, MINUTE) for n in range(500)))
        assert await asyncio.gather(*(store.get(str(n)) for n in range(500))) == [b"%d" % n for n in range(500)]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(with_link(redis_url, use))
