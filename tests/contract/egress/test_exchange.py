"""What is sent, what is read, and what becomes of answers that are late, endless, broken or too large."""

import asyncio
import gzip
import socket
import ssl
import struct
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from idp.adapters.egress.guarded import GuardedCaller
from idp.outbound.http import EgressError, OutboundRequest
from tests.contract.egress.callers import LONG, SHORT, get, guarded, reason_of_failure
from tests.contract.egress.local_server import LocalServer, local_server, ok, says
from tests.contract.egress.scripted_resolver import ScriptedResolver
from tests.support.patience import patient
from tests.support.running.certificates import write_certificate
from tests.support.running.free_ports import free_port

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_method_body_and_headers_are_sent_as_given_and_our_own_are_added() -> None:
    async with local_server(ok()) as server, guarded(server.allow) as caller:
        headers = {"X-Correlation-Id": "c-1", "user-agent": "other", "accept-encoding": "gzip"}
        await caller.call(OutboundRequest("POST", server.url(), LONG, body=b"\x00body", headers=headers))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /path?query=1 HTTP/1.1"
    assert b"X-Correlation-Id: c-1" in lines
    assert [line for line in lines if line.lower().startswith(b"user-agent")] == [b"User-Agent: national-sign-on"]
    assert [line for line in lines if line.lower().startswith(b"accept-enc")] == [b"Accept-Encoding: identity"]
    assert body == b"\x00body"


@pytest.mark.parametrize("name", ["Host", "Cookie", "Content-Length", "transfer-encoding", "Proxy-Authorization"])
async def test_headers_that_the_client_decides_itself_are_refused(name: str) -> None:
    async with local_server(ok()) as server, guarded(server.allow) as caller:
        request = OutboundRequest("GET", server.url(), LONG, headers={name: "1"})
        assert await reason_of_failure(caller, request) == "refused"
    assert server.connections == 0


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "a\x00b"])
async def test_a_header_with_a_line_break_is_refused(value: str) -> None:
    async with local_server(ok()) as server, guarded(server.allow) as caller:
        request = OutboundRequest("GET", server.url(), LONG, headers={"X-Name": value})
        assert await reason_of_failure(caller, request) == "refused"
    assert server.requests == []


@pytest.mark.parametrize("status", [204, 400, 404, 429, 500, 503])
async def test_every_status_is_an_answer(status: int) -> None:
    answer = says(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n".encode())
    async with local_server(answer) as server, guarded(server.allow) as caller:
        assert (await caller.call(get(server.url()))).status == status


async def test_cookies_are_neither_kept_nor_sent() -> None:
    # By name: the library's own cookie jar would not keep those of a bare address.
    resolver = ScriptedResolver(["127.0.0.1"], ["127.0.0.1"])
    answer = ok(b"", b"Set-Cookie: a=1; Path=/")
    async with local_server(answer) as server, guarded("localhost", resolver=resolver) as caller:
        await caller.call(get(server.url("localhost")))
        await caller.call(get(server.url("localhost")))
    assert len(server.requests) == 2
    assert b"cookie" not in server.requests[1].lower()


async def test_an_answer_of_the_greatest_size_is_returned() -> None:
    async with local_server(ok(b"x" * 1000)) as server, guarded(server.allow) as caller:
        assert len((await caller.call(get(server.url(), max_response_bytes=1000))).body) == 1000


async def test_an_answer_one_byte_too_long_is_oversized() -> None:
    async with local_server(ok(b"x" * 1001)) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), max_response_bytes=1000)) == "oversized"


async def test_a_length_announced_beyond_the_limit_is_not_waited_for() -> None:
    async def announce_and_stop(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        await asyncio.Event().wait()

    async with local_server(announce_and_stop) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url())) == "oversized"


async def test_an_endless_chunked_answer_is_cut_at_the_limit() -> None:
    sent = 0

    async def never_end(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(CHUNKED)
        while True:
            writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
            sent += 0x1000
            await writer.drain()

    async with local_server(never_end) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), max_response_bytes=10_000)) == "oversized"
        await asyncio.sleep(0.05)
    # What the buffers of both sides swallow, and nothing like what an endless answer would come to.
    assert sent < 16 << 20


async def test_a_slow_drip_ends_at_the_deadline_although_bytes_keep_coming() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with local_server(drip) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), SHORT)) == "timeout"


async def test_a_slow_head_ends_at_the_deadline() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Drip: 1\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with local_server(drip) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), SHORT)) == "timeout"


async def test_silence_ends_at_the_deadline() -> None:
    async def be_silent(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with local_server(be_silent) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), timedelta(milliseconds=50))) == "timeout"


async def test_a_connection_that_is_reset_is_no_answer() -> None:
    async def reset(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        await writer.drain()
        # Linger of zero seconds: closing sends a reset in place of an orderly end.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with local_server(reset) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url())) == "connection"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\xff nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        CHUNKED + b"5\r\nhello\r\n",
        CHUNKED + b"zz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
    ids=["nothing", "nonsense", "cut", "cut chunks", "bad chunk", "long header", "many headers", "two lengths"],
)
async def test_an_answer_that_is_no_http_or_is_cut_is_no_answer(answer: bytes) -> None:
    async with local_server(says(answer)) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url())) == "connection"


async def test_nobody_listening_is_no_answer() -> None:
    port = free_port()
    async with guarded(f"127.0.0.1:{port}") as caller:
        assert await reason_of_failure(caller, get(f"http://127.0.0.1:{port}/")) == "connection"


async def test_a_name_that_does_not_resolve_is_no_answer() -> None:
    async with guarded(resolver=ScriptedResolver(socket.gaierror("unknown name"))) as caller:
        assert await reason_of_failure(caller, get("https://nowhere.invalid/")) == "connection"


async def test_a_compressed_answer_is_refused_unread() -> None:
    bomb = gzip.compress(b"x" * 1_000_000)
    async with local_server(ok(bomb, b"Content-Encoding: gzip")) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), max_response_bytes=10_000_000)) == "refused"


async def test_a_failed_call_leaves_the_client_usable() -> None:
    async with local_server(ok(b"x" * 5000)) as server, guarded(server.allow) as caller:
        assert await reason_of_failure(caller, get(server.url(), max_response_bytes=10)) == "oversized"
        assert len((await caller.call(get(server.url(), max_response_bytes=5000))).body) == 5000


async def test_a_closed_client_opens_new_connections_when_called_again() -> None:
    async with local_server(ok()) as server, guarded(server.allow) as caller:
        await caller.call(get(server.url()))
        await caller.close()
        assert (await caller.call(get(server.url()))).status == 200


async def test_cancelling_a_call_closes_its_connection() -> None:
    answering, closed = asyncio.Event(), asyncio.Event()

    async def answer_until_nobody_listens(writer: asyncio.StreamWriter) -> None:
        answering.set()
        try:
            while True:
                writer.write(b"H")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            closed.set()

    async with local_server(answer_until_nobody_listens) as server, guarded(server.allow) as caller:
        call = asyncio.create_task(caller.call(get(server.url())))
        await answering.wait()
        call.cancel()
        await asyncio.wait_for(closed.wait(), patient(5))


def tls_context(folder: Path) -> tuple[ssl.SSLContext, Path]:
    certificate, key = write_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def by_name(server: LocalServer, root: Path | None = None) -> AbstractAsyncContextManager[GuardedCaller]:
    """Return a caller that finds the server as `localhost`, whatever the machine says where that is."""
    return guarded(f"localhost:{server.port}", root, ScriptedResolver(["127.0.0.1"]))


async def test_https_with_the_extra_root_works(tmp_path: Path) -> None:
    context, root = tls_context(tmp_path)
    async with local_server(ok(b"hello"), context) as server, by_name(server, root) as caller:
        assert (await caller.call(get(server.url("localhost", "https")))).body == b"hello"


async def test_https_with_an_unknown_root_is_no_answer_and_sends_nothing(tmp_path: Path) -> None:
    context, _ = tls_context(tmp_path)
    async with local_server(ok(), context) as server, by_name(server) as caller:
        assert await reason_of_failure(caller, get(server.url("localhost", "https"))) == "certificate"
    assert server.requests == []


async def test_https_under_another_name_is_no_answer_and_sends_nothing(tmp_path: Path) -> None:
    context, root = tls_context(tmp_path)
    async with local_server(ok(), context) as server, guarded(server.allow, root) as caller:
        assert await reason_of_failure(caller, get(server.url("127.0.0.1", "https"))) == "certificate"
    assert server.requests == []


async def test_an_error_that_is_kept_keeps_no_frame_of_the_call_and_so_no_socket() -> None:
    """A descriptor that lives on in a traceback is closed at another's time, when its number may be a stranger's."""
    port = free_port()
    async with guarded(f"127.0.0.1:{port}") as caller:
        with pytest.raises(EgressError) as raised:
            await caller.call(get(f"http://127.0.0.1:{port}/"))
    error: BaseException = raised.value
    assert (error.__cause__, error.__context__) == (None, None)
    modules = [entry.frame.f_globals["__name__"] for entry in raised.traceback]
    assert not [name for name in modules if name.startswith(("aiohttp", "asyncio"))]
    assert "_exchange" not in [entry.name for entry in raised.traceback]
