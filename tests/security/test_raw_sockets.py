"""Bytes that are no HTTP, sent to a real server: it answers below 500 or hangs up, and goes on serving."""

import socket
from errno import ECONNRESET, ENOTCONN, EPIPE
from itertools import product
from urllib.parse import urlsplit

import pytest

from tests.flows.running_provider import RunningProvider
from tests.support.every import every_case
from tests.support.patience import patient

MALFORMED = {
    "nothing": b"\r\n\r\n",
    "binary": bytes(range(256)) * 8,
    "TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 60,
    "no version": b"GET /authorize\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "no path": b"GET HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "raw query": b"GET /authorize?\xff\xfe\x00=\xc3 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "long line": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    "folded header": b"GET /account HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
    "NUL in header": b"GET /account HTTP/1.1\r\nHost: localhost\r\nCookie: idp-session=\x00\r\n\r\n",
    "two lengths": b"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\na=b&c=",
    "odd length": b"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "smuggling": b"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunk": b"POST /token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "half a body": b"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\ngrant_type=",
    "upgrade": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    "h2c": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
}
HOSTS = ("evil.example", "localhost@evil.example", "evil.example/..//", "[::1", "")
TARGETS = ("/account", "/register", "http://evil.example/account", "//evil.example/register")


def exchange(base: str, raw: bytes) -> bytes:
    """Send bytes, say that no more come, and return what the server says until it hangs up."""
    port = urlsplit(base).port
    assert port is not None
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=patient(20)) as line:
        try:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                said += piece
        except OSError as error:
            # It has hung up before all was sent.
            if error.errno not in {ECONNRESET, EPIPE, ENOTCONN}:
                raise
            return said
    return said


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_bytes_are_refused_and_the_server_lives_on(embedded: RunningProvider, name: str) -> None:
    base = embedded.provider.base()
    said = exchange(base, MALFORMED[name])
    assert not said or 200 <= int(said.split(b" ", 2)[1]) < 500, said
    assert b"Traceback" not in said
    assert embedded.http.get(f"{base}/health/live").status_code == 200
    assert "unexpected_error" not in embedded.provider.log_text()


def test_hc_1_no_host_or_odd_target_gets_into_an_answer(embedded: RunningProvider) -> None:
    """CVE-2026-48710, CVE-2026-54282: whatever we write as an address comes from the configuration."""
    forwarded = "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\nConnection: close"
    with every_case() as cases:
        for host, target in product(HOSTS, TARGETS):
            with cases.of(host, target):
                raw = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{forwarded}\r\n\r\n".encode()
                said = exchange(embedded.provider.base(), raw)
                assert said == b"" or int(said.split(b" ", 2)[1]) < 500
                assert b"evil.example" not in said


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
def test_hc_1_discovery_names_the_configured_issuer_whatever_the_host_says(
    embedded: RunningProvider, path: str
) -> None:
    base = embedded.provider.base()
    poisoned = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    reported = embedded.http.get(base + path, headers=poisoned)
    assert reported.json()["issuer"] == embedded.provider.issuer
    assert "evil.example" not in reported.text
