"""What is believed of a connection, from trusted proxies and from everybody else (RFC 9440 2.4, 4)."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from idp.app.proxies import TrustedProxies
from idp.protocol.sender.certificates import CertificateForm
from idp.protocol.sender.shown import Certificate
from idp.web.http.requests import CERTIFICATE
from tests.support.parties.client_certificates import self_signed

SHOWN = self_signed()
GOOD = (b"client-cert", SHOWN.header.encode())
PROXY, ELSEWHERE = "10.0.0.1", "192.0.2.7"


def passed(
    *headers: tuple[bytes, bytes], peer: str = PROXY, form: CertificateForm | None = "rfc9440", trusted: str = PROXY
) -> Scope:
    """Return the scope that the application sees."""
    seen: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": [(b"host", b"x"), *headers]}
    asyncio.run(TrustedProxies(application, trusted, form)(scope, receive, send))
    return seen[0]


def certificate_in(scope: Scope) -> object:
    return scope.get("state", {}).get(CERTIFICATE)


@pytest.mark.parametrize("trusted", [PROXY, f"10.9.9.9, {PROXY}", "10.0.0.0/24"])
def test_a_trusted_proxy_passes_a_certificate_on(trusted: str) -> None:
    scope = passed(GOOD, (b"x-forwarded-for", ELSEWHERE.encode()), (b"x-forwarded-proto", b"https"), trusted=trusted)
    assert certificate_in(scope) == Certificate(SHOWN.der)
    assert (scope["client"][0], scope["scheme"]) == (ELSEWHERE, "https")


def test_rfc9440_4_from_everybody_else_the_header_reaches_nothing() -> None:
    forwarded = (b"x-forwarded-for", PROXY.encode())
    for scope in (
        passed(GOOD, forwarded, peer=ELSEWHERE),
        passed(GOOD, form=None),
        passed(GOOD, trusted=""),
        passed(GOOD, peer="127.0.0.1", trusted=""),
    ):
        assert certificate_in(scope) is None
        assert b"client-cert" not in dict(scope["headers"])
    assert passed(GOOD, forwarded, peer=ELSEWHERE)["client"][0] == ELSEWHERE


def test_neither_header_goes_on_to_the_application() -> None:
    chain = (b"client-cert-chain", SHOWN.header.encode())
    assert passed(GOOD, chain)["headers"] == passed(chain)["headers"] == [(b"host", b"x")]
    assert certificate_in(passed(chain)) is None


def test_what_cannot_be_read_is_no_certificate_and_said_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    for headers in ((GOOD, GOOD), ((b"client-cert", b"nonsense"),)):
        assert certificate_in(passed(*headers)) is None
        assert "client_certificate_unreadable" in capsys.readouterr().out
    assert certificate_in(passed((b"client-cert", b""))) is None
    assert capsys.readouterr().out == ""
