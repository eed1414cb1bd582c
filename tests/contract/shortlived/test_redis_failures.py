"""What the Redis store does when Redis is slow, dies, comes back, or loses everything."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import LinkPolicy, RedisLink
from idp.adapters.redis.shortlived import RedisShortLivedStore
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import write_and_read
from records.structs import replace
from tests.contract.shortlived.rigs import UNHURRIED
from tests.support.patience import patient, patiently
from tests.support.running.free_ports import free_port
from tests.support.running.servers import RedisServer

MINUTE = timedelta(minutes=1)
# Far above the deadline and below what hangs; the time itself is measured by `bench`.
PROMPTLY = patient(2)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis of the test's own, because it is going to be hurt."""
    with RedisServer() as started:
        yield started


@pytest.fixture
async def link(server: RedisServer) -> AsyncIterator[RedisLink]:
    link = RedisLink(parse_address(server.url), replace(UNHURRIED, longest_pause=timedelta(milliseconds=200)))
    yield link
    await link.close()


@pytest.fixture
async def hurried(server: RedisServer) -> AsyncIterator[RedisShortLivedStore]:
    """A store that soon gives up, for tests of a server that does not answer."""
    soon = LinkPolicy(command_deadline=patiently(0.2), longest_pause=timedelta(milliseconds=200))
    link = RedisLink(parse_address(server.url), soon)
    yield RedisShortLivedStore(link)
    await link.close()


@pytest.fixture
def store(link: RedisLink) -> RedisShortLivedStore:
    return RedisShortLivedStore(link)


async def works_again(store: RedisShortLivedStore) -> None:
    """Return when a write is answered; the test's own time limit ends what never does."""
    while True:
        try:
            await store.put("again", b"yes", MINUTE)
        except TemporarilyUnavailableError:
            await asyncio.sleep(0.02)
        else:
            return


async def test_a_killed_server_gives_errors_and_no_waiting(server: RedisServer, store: RedisShortLivedStore) -> None:
    await store.put("key", b"value", MINUTE)
    server.kill9()
    started = time.monotonic()
    answers = await asyncio.gather(*(store.get("key") for _ in range(200)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {TemporarilyUnavailableError}
    assert time.monotonic() - started < PROMPTLY


async def test_a_server_that_never_was_there_gives_errors_and_no_waiting() -> None:
    link = RedisLink(parse_address(f"redis://127.0.0.1:{free_port()}"))
    with pytest.raises(TemporarilyUnavailableError):
        await RedisShortLivedStore(link).get("key")
    await link.close()


async def test_while_the_server_is_down_commands_fail_without_trying_to_connect(
    server: RedisServer, store: RedisShortLivedStore, link: RedisLink
) -> None:
    await store.put("key", b"value", MINUTE)
    server.kill9()
    with pytest.raises(TemporarilyUnavailableError):
        await store.get("key")
    sent = link.commands_sent
    for _ in range(1000):
        with pytest.raises(TemporarilyUnavailableError):
            await store.get("key")
    assert link.commands_sent - sent <= 1


async def test_a_restarted_server_is_found_again(server: RedisServer, store: RedisShortLivedStore) -> None:
    await store.put("key", b"value", MINUTE)
    server.kill9()
    with pytest.raises(TemporarilyUnavailableError):
        await store.get("key")
    server.start()
    await works_again(store)
    assert await store.get("key") is None
    assert await store.get("again") == b"yes"


async def test_a_flushed_server_answers_that_nothing_is_there(server: RedisServer, store: RedisShortLivedStore) -> None:
    await store.put("key", b"value", MINUTE)
    server.flush()
    assert await store.get("key") is None
    assert await store.take("key") is None
    assert await store.count("key", MINUTE) == 1


async def test_a_server_that_hangs_gives_errors_in_time_and_its_late_answers_meet_no_later_command(
    server: RedisServer, hurried: RedisShortLivedStore
) -> None:
    await hurried.put("key", b"late", MINUTE)
    os.kill(server.pid, signal.SIGSTOP)
    started = time.monotonic()
    try:
        with pytest.raises(TemporarilyUnavailableError):
            await hurried.get("key")
        assert 0.15 < time.monotonic() - started < PROMPTLY
    finally:
        os.kill(server.pid, signal.SIGCONT)
    await works_again(hurried)
    assert await hurried.get("again") == b"yes"


async def test_a_command_in_flight_when_the_connection_dies_fails_and_is_not_sent_again(
    server: RedisServer, hurried: RedisShortLivedStore
) -> None:
    await hurried.put("warm", b"", MINUTE)
    async with Redis.from_url(server.url) as other:
        os.kill(server.pid, signal.SIGSTOP)
        in_flight = asyncio.create_task(hurried.count("counter", MINUTE))
        with pytest.raises(TemporarilyUnavailableError):
            await in_flight
        os.kill(server.pid, signal.SIGCONT)
        await works_again(hurried)
        # The server had the command in its buffer: it ran once at most, and nobody repeated it.
        assert int(await other.get("idp:counter") or 0) <= 1


async def test_a_connection_cut_by_the_server_is_replaced(server: RedisServer, store: RedisShortLivedStore) -> None:
    await store.put("key", b"value", MINUTE)
    async with Redis.from_url(server.url) as other:
        await other.client_kill_filter(_type="normal", skipme=True)
        await works_again(store)
        assert await store.get("key") == b"value"
        assert len(await other.client_list(_type="normal")) == 2


async def test_a_server_turned_replica_is_left_for_another_connection(
    server: RedisServer, store: RedisShortLivedStore
) -> None:
    await store.put("key", b"value", MINUTE)
    async with Redis.from_url(server.url) as other:
        await other.replicaof("127.0.0.1", str(free_port()))
        ours = {client["id"] for client in await other.client_list(_type="normal")}
        with pytest.raises(TemporarilyUnavailableError, match="READONLY"):
            await store.put("key", b"new", MINUTE)
        await other.replicaof("NO", "ONE")
        await works_again(store)
        theirs = {client["id"] for client in await other.client_list(_type="normal")}
        assert len(ours & theirs) == 1


async def test_a_full_server_refuses_writes_and_still_answers_reads(
    server: RedisServer, store: RedisShortLivedStore
) -> None:
    await store.put("key", b"value", MINUTE)
    async with Redis.from_url(server.url) as other:
        await other.config_set("maxmemory", "1")
        with pytest.raises(TemporarilyUnavailableError, match="OOM"):
            await store.put("key", b"new", MINUTE)
        assert await store.get("key") == b"value"


async def test_counting_what_is_no_counter_is_an_error_without_the_value_in_it(store: RedisShortLivedStore) -> None:
    await store.put("key", b"planted", MINUTE)
    with pytest.raises(TemporarilyUnavailableError) as caught:
        await store.count("key", MINUTE)
    assert "planted" not in str(caught.value)


async def test_a_closed_link_answers_with_errors(store: RedisShortLivedStore, link: RedisLink) -> None:
    await store.put("key", b"value", MINUTE)
    await link.close()
    with pytest.raises(TemporarilyUnavailableError):
        await store.get("key")


async def test_failed_tries_to_connect_are_told() -> None:
    reported: list[str] = []
    link = RedisLink(parse_address(f"redis://127.0.0.1:{free_port()}"), on_failure=reported.append)
    with pytest.raises(TemporarilyUnavailableError):
        await link.execute("PING")
    await link.close()
    assert "Connect call failed" in reported[0]


async def test_the_pause_between_tries_grows_up_to_its_limit() -> None:
    reported: list[float] = []
    enough = asyncio.Event()

    def note_time(_: str) -> None:
        reported.append(time.monotonic())
        if len(reported) == 8:
            enough.set()

    policy = LinkPolicy(first_pause=timedelta(milliseconds=20), longest_pause=timedelta(milliseconds=80))
    link = RedisLink(parse_address(f"redis://127.0.0.1:{free_port()}"), policy, on_failure=note_time)
    with pytest.raises(TemporarilyUnavailableError):
        await link.execute("PING")
    await enough.wait()
    await link.close()
    pauses = [later - earlier for earlier, later in pairwise(reported)]
    assert min(pauses) >= 0.01
    # From the third on the pause is at its limit, of which at least half is waited.
    assert min(pauses[2:]) >= 0.04


async def test_a_full_server_and_a_replica_fail_the_write_that_reading_would_not_show(
    server: RedisServer, store: RedisShortLivedStore
) -> None:
    await store.put("key", b"value", MINUTE)
    admin = Redis.from_url(server.url)
    for spoil, mend in (
        (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
        (("REPLICAOF", "127.0.0.1", str(free_port())), ("REPLICAOF", "NO", "ONE")),
    ):
        await admin.execute_command(*spoil)  # type: ignore[no-untyped-call]
        with pytest.raises(TemporarilyUnavailableError):
            await write_and_read(store)
        await admin.execute_command(*mend)  # type: ignore[no-untyped-call]
        await works_again(store)
        await write_and_read(store)
    await admin.aclose()
