"""One connection cannot take a server's memory or hold its stop: limits on head, body and rest, over real sockets."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from idp.app import connections
from idp.app.connections import MAX_HEAD_BYTES, MAX_HEADERS, TLS_CIPHERS, LimitedConnection
from tests.contract.until import until
from tests.support.patience import patient
from tests.support.running.certificates import write_certificate

SOON, SHORT = patient(10), timedelta(milliseconds=300)
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what came."""
    await Response(await Request(scope, receive).body() or b"good")(scope, receive, send)


@asynccontextmanager
async def serving(
    app: ASGIApp = echo, http: type[LimitedConnection] = LimitedConnection, **more: object
) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    config = uvicorn.Config(app, port=0, lifespan="off", ws="none", log_config=None, http=http, **more)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    yield server, server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    async with asyncio.timeout(SOON):
        await task


async def exchange(port: int, *pieces: bytes) -> bytes:
    """Send pieces one after the other and return what is said until the server hangs up or has answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
    said = b""
    with suppress(ConnectionError):
        async with asyncio.timeout(SOON):
            while piece := await reader.read(65536):
                said += piece
                if b"good" in said or b"body" in said:
                    break
    writer.close()
    return said


def status_of(said: bytes) -> int:
    return int(said.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (GET + b"X: " + b"a" * (MAX_HEAD_BYTES - 100) + b"\r\n\r\n", 200),
        (GET + b"X: " + b"a" * MAX_HEAD_BYTES + b"\r\n\r\n", 431),
        (GET + b"X: a\r\n" * (MAX_HEADERS - 1) + b"\r\n", 200),
        (GET + b"X: a\r\n" * MAX_HEADERS + b"\r\n", 431),
    ],
    ids=["large", "too large", "many", "too many"],
)
async def test_rfc6585_5_a_head_is_bounded_in_size_and_number(head: bytes, status: int) -> None:
    async with serving() as (_, port):
        assert status_of(await exchange(port, head)) == status


async def test_headers_without_end_are_cut_off_before_they_fill_the_memory() -> None:
    async with serving() as (_, port):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET + b"X: ")
        sent = 0
        with suppress(ConnectionError):
            while sent < 16 << 20:
                writer.write(b"a" * 65536)
                await writer.drain()
                sent += 65536
        # What the sockets buffer is taken besides.
        assert sent < 16 << 20
        writer.close()
        assert status_of(await exchange(port, GET + b"\r\n")) == 200


async def test_requests_in_one_chunk_are_each_judged_by_themselves() -> None:
    async with serving() as (_, port):
        said = await exchange(port, (GET + b"X: " + b"a" * 40_000 + b"\r\n\r\n") * 2)
        assert status_of(said) == 200


@pytest.mark.parametrize(("limit", "begun"), [("HEAD_TIMEOUT", GET), ("BODY_TIMEOUT", POST + b"bo")])
async def test_who_trickles_a_head_or_a_body_is_told_and_cut_off(
    monkeypatch: pytest.MonkeyPatch, limit: str, begun: bytes
) -> None:
    monkeypatch.setattr(connections, limit, SHORT)
    async with serving() as (_, port):
        assert status_of(await exchange(port, begun)) == 408
        assert status_of(await exchange(port, GET + b"\r\n")) == 200


async def test_a_body_in_time_is_taken() -> None:
    async with serving() as (_, port):
        assert (await exchange(port, POST, b"bo", b"dy")).endswith(b"body")


async def test_a_connection_on_which_nothing_comes_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_TIMEOUT", SHORT)
    async with serving() as (_, port):
        assert await exchange(port) == b""


async def test_bodies_that_trickle_do_not_hold_the_stop() -> None:
    async with serving(timeout_graceful_shutdown=1) as (server, port):
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for _, writer in lines:
            writer.write(POST + b"b")
            await writer.drain()
        await until(lambda: len(server.server_state.tasks) == 3)
    for _, writer in lines:
        writer.close()


@pytest.mark.parametrize(
    ("cipher", "taken"),
    [
        ("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", True),
        ("ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA", False),
    ],
    ids=["AEAD", "CBC"],
)
async def test_rfc9325_4_2_tls_takes_suites_with_aead_only(tmp_path: Path, cipher: str, *, taken: bool) -> None:
    certificate, key = write_certificate(tmp_path)
    async with serving(ssl_certfile=certificate, ssl_keyfile=key, ssl_ciphers=TLS_CIPHERS) as (_, port):
        context = ssl.create_default_context(cafile=certificate)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(cipher)
        try:
            _, writer = await asyncio.open_connection("localhost", port, ssl=context)
        except (ssl.SSLError, ConnectionError):
            assert not taken
        else:
            assert taken
            writer.close()


class Counting:
    """A transport that keeps what is written to it."""

    def __init__(self, transport: asyncio.Transport, written: list[bytes]) -> None:
        self._transport = transport
        self._written = written

    def write(self, data: bytes) -> None:
        self._written.append(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


def counting() -> tuple[type[LimitedConnection], list[bytes]]:
    written: list[bytes] = []

    class Counted(LimitedConnection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(cast("asyncio.Transport", Counting(transport, written)))

    return Counted, written


async def in_two_pieces(scope: Scope, receive: Receive, send: Send) -> None:
    """Begin an answer, and go on with it only when somebody has its head."""

    async def body() -> AsyncIterator[bytes]:
        await asyncio.sleep(0.05)
        yield b"a good"

    await StreamingResponse(body())(scope, receive, send)


@pytest.mark.parametrize(
    ("sent", "ends"),
    [
        (GET + b"\r\n", b"good"),
        (POST + b"good", b"good"),
        (GET.replace(b"GET", b"HEAD") + b"Connection: close\r\n\r\n", b"\r\n\r\n"),
        (GET + b"Connection: close\r\n\r\n", b"good"),
    ],
    ids=["get", "post", "head", "close"],
)
async def test_head_and_body_of_an_answer_are_one_write(sent: bytes, ends: bytes) -> None:
    connection, written = counting()
    async with serving(http=connection) as (_, port):
        said = await exchange(port, sent)
    assert (status_of(said), said.endswith(ends)) == (200, True)
    assert [one[:12] for one in written] == [b"HTTP/1.1 200"]
    assert written[0] == said


async def test_requests_one_behind_the_other_are_answered_in_their_order_each_in_one_write() -> None:
    connection, written = counting()
    async with serving(http=connection) as (_, port):
        await exchange(port, (GET + b"\r\n") * 2 + GET + b"Connection: close\r\n\r\n")
        await until(lambda: len(written) == 3)
    assert [(one[:12], one[-4:]) for one in written] == [(b"HTTP/1.1 200", b"good")] * 3


async def test_a_head_waits_no_longer_for_a_body_that_comes_later() -> None:
    connection, written = counting()
    async with serving(in_two_pieces, connection) as (_, port):
        assert status_of(await exchange(port, GET + b"\r\n")) == 200
    assert written[0].endswith(b"\r\n\r\n")
    assert len(written) >= 2


async def test_rfc9110_10_1_1_whoever_waits_for_leave_to_send_is_given_it_before_the_answer() -> None:
    connection, written = counting()
    asked = POST.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    async with serving(http=connection) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asked)
        async with asyncio.timeout(SOON):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
            writer.write(b"good")
            assert (await reader.readuntil(b"good")).startswith(b"HTTP/1.1 200")
        writer.close()
    assert len(written) == 2
