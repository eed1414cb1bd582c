"""What certificates servers show, and that looking at them follows the rules of every call (SS-1, RFC 9525 6)."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idp.outbound.http import EgressError, ShownCertificate
from tests.contract.egress.callers import LONG, SHORT, guarded
from tests.contract.egress.local_server import LocalServer, local_server, ok
from tests.contract.egress.scripted_resolver import ScriptedResolver
from tests.support.running.certificates import DAY, Certificate, write_certificate, write_signed_certificate


@asynccontextmanager
async def serving(certificate_file: Path, key_file: Path) -> AsyncIterator[LocalServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate_file, key_file)
    async with local_server(ok(), tls) as server:
        yield server


async def shown(server: LocalServer, authority: Path | None = None, *, host: str = "localhost") -> ShownCertificate:
    # The server listens on 127.0.0.1, while the machine may well say that `localhost` is ::1.
    async with guarded(f"{host}:{server.port}", authority, ScriptedResolver(["127.0.0.1"])) as caller:
        return await caller.certificate(host, server.port, LONG)


async def of_signed(made: Certificate, *, host: str = "localhost") -> ShownCertificate:
    async with serving(made.file, made.key_file) as server:
        return await shown(server, made.authority_file, host=host)


def days_from_now(instant: datetime | None) -> float:
    assert instant is not None
    return (instant - datetime.now(UTC)) / DAY


async def test_a_trusted_certificate_is_shown_with_its_end(tmp_path: Path) -> None:
    found = await of_signed(write_signed_certificate(tmp_path, ends=40 * DAY))
    assert found.fault == ""
    assert days_from_now(found.ends_at) == pytest.approx(40, abs=0.1)


async def test_an_expired_one_is_shown_with_its_end(tmp_path: Path) -> None:
    found = await of_signed(write_signed_certificate(tmp_path, begins=-9 * DAY, ends=-2 * DAY))
    assert found.fault == "expired"
    assert days_from_now(found.ends_at) == pytest.approx(-2, abs=0.1)


async def test_one_that_begins_later(tmp_path: Path) -> None:
    assert (await of_signed(write_signed_certificate(tmp_path, begins=DAY, ends=9 * DAY))).fault == "not_yet_valid"


async def test_one_for_another_name(tmp_path: Path) -> None:
    made = write_signed_certificate(tmp_path, name="other.example")
    assert (await of_signed(made)).fault == "wrong_name"
    assert (await of_signed(made, host="127.0.0.1")).fault == "wrong_name"


async def test_a_self_signed_one(tmp_path: Path) -> None:
    async with serving(*write_certificate(tmp_path)) as server:
        found = await shown(server)
    assert found.fault == "self_signed"
    assert days_from_now(found.ends_at) == pytest.approx(1, abs=0.1)


async def test_one_of_an_authority_that_nobody_knows(tmp_path: Path) -> None:
    made = write_signed_certificate(tmp_path)
    async with serving(made.file, made.key_file) as server:
        assert (await shown(server)).fault == "untrusted"


async def test_nothing_is_asked_of_the_server(tmp_path: Path) -> None:
    async with serving(*write_certificate(tmp_path)) as server:
        await shown(server)
    assert server.requests == []


async def failure(host: str, port: int, allow: str = "", resolver: ScriptedResolver | None = None) -> str:
    async with guarded(allow, resolver=resolver) as caller:
        with pytest.raises(EgressError) as caught:
            await caller.certificate(host, port, LONG)
    return caught.value.reason


async def test_a_server_without_tls_shows_none() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await writer.drain()
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await failure("127.0.0.1", port, f"127.0.0.1:{port}") == "certificate"


async def test_nobody_listens() -> None:
    async with local_server(ok()) as server:
        port = server.port
    assert await failure("127.0.0.1", port, f"127.0.0.1:{port}") == "connection"


async def test_a_server_that_says_nothing_is_waited_for_no_longer_than_the_deadline() -> None:
    # It waits for the end of a request; a handshake has none.
    async with local_server(ok()) as server, guarded(server.allow) as caller:
        with pytest.raises(EgressError) as caught:
            await caller.certificate("127.0.0.1", server.port, SHORT)
    assert caught.value.reason == "timeout"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"]
)
async def test_ss_1_addresses_that_are_not_ours_to_call_are_not_looked_at(host: str) -> None:
    assert await failure(host, 443) == "refused"


async def test_ss_1_a_name_that_resolves_to_a_private_address_is_not_looked_at(tmp_path: Path) -> None:
    async with serving(*write_certificate(tmp_path)) as server:
        resolver = ScriptedResolver(["127.0.0.1"])
        assert await failure("portal.example", server.port, resolver=resolver) == "refused"
    assert server.connections == 0
    assert resolver.asked == 1


async def test_a_name_that_does_not_resolve() -> None:
    assert await failure("portal.example", 443, resolver=ScriptedResolver(OSError("no such name"))) == "connection"


@asynccontextmanager
async def also_at(address: str, server: LocalServer, made: Certificate) -> AsyncIterator[None]:
    """Have another machine of the same name listen at the same port of another address."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made.file, made.key_file)
    async with await asyncio.start_server(lambda _, writer: writer.close(), address, server.port, ssl=tls):
        yield


async def at_addresses(server: LocalServer, authority: Path | None, *addresses: str) -> ShownCertificate:
    resolver = ScriptedResolver(list(addresses))
    async with guarded(f"localhost:{server.port}", authority, resolver) as caller:
        return await caller.certificate("localhost", server.port, LONG)


@pytest.mark.parametrize("order", [("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1")])
async def test_a_fault_at_any_address_of_a_name_is_found(tmp_path: Path, order: tuple[str, ...]) -> None:
    (tmp_path / "other").mkdir()
    good = write_signed_certificate(tmp_path, ends=40 * DAY)
    over = write_signed_certificate(tmp_path / "other", begins=-9 * DAY, ends=-2 * DAY)
    async with serving(good.file, good.key_file) as server, also_at("127.0.0.2", server, over):
        assert (await at_addresses(server, good.authority_file, *order)).fault in {"expired", "untrusted"}


async def test_of_several_addresses_the_earliest_end_is_told_and_one_out_of_reach_is_passed_over(
    tmp_path: Path,
) -> None:
    (tmp_path / "other").mkdir()
    long = write_signed_certificate(tmp_path, ends=40 * DAY)
    short = write_signed_certificate(tmp_path / "other", ends=3 * DAY)
    both = tmp_path / "authorities.pem"
    both.write_bytes(long.authority_file.read_bytes() + short.authority_file.read_bytes())
    async with serving(long.file, long.key_file) as server, also_at("127.0.0.2", server, short):
        found = await at_addresses(server, both, "127.0.0.1", "127.0.0.3", "127.0.0.2")
    assert found.fault == ""
    assert days_from_now(found.ends_at) == pytest.approx(3, abs=0.1)


async def test_a_name_with_very_many_addresses_costs_few_connections(tmp_path: Path) -> None:
    made = write_signed_certificate(tmp_path)
    async with serving(made.file, made.key_file) as server:
        assert (await at_addresses(server, made.authority_file, *["127.0.0.1"] * 500)).fault == ""
        assert server.connections == 1
        many = [f"127.0.0.{number}" for number in range(2, 100)]
        with pytest.raises(EgressError, match="ConnectionRefused"):
            await at_addresses(server, made.authority_file, *many, "127.0.0.1")
        assert server.connections == 1


async def test_a_failure_keeps_no_frame_of_the_call_that_failed() -> None:
    async with local_server(ok()) as server, guarded(server.allow) as caller:
        with pytest.raises(EgressError) as caught:
            await caller.certificate("127.0.0.1", server.port, SHORT)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
