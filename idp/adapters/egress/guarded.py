"""The guarded HTTP client (OWASP SSRF prevention; security reference SS-1, SS-3)."""

import asyncio
import ssl
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import (
    ClientConnectorCertificateError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDict
from yarl import URL

from idp.adapters.egress.allow import EgressAllow, canonical_host
from idp.adapters.egress.certificates import look_at_certificate
from idp.adapters.egress.checked_resolver import CheckedResolver
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse, ShownCertificate

_USER_AGENT = "national-sign-on"
_MAX_CONNECTIONS = 256
# The bulkhead: one slow system holds so many connections at most, and its callers wait for each other, not others'.
_MAX_CONNECTIONS_PER_HOST = 32
# Decided here, whatever a caller asks for: who we are, and that nothing is compressed (no decompression bombs).
_OWN_HEADERS = {"User-Agent": _USER_AGENT, "Accept-Encoding": "identity"}
_REFUSED_HEADERS = ("Host", "Cookie", "Transfer-Encoding", "Content-Length", "Proxy-Authorization")


@cache
def _system_roots() -> ssl.SSLContext:
    """Return the context of every caller that trusts no more than the machine does: reading its roots takes 40 ms."""
    return ssl.create_default_context()


def _trusting(extra_ca_file: Path | None, shows: tuple[Path, Path] | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if extra_ca_file is not None:
        context.load_verify_locations(extra_ca_file)
    if shows is not None:
        context.load_cert_chain(*shows)
    return context


class GuardedCaller:
    """Calls other systems by HTTP; implements `HttpCaller` and `CertificateReader`.

    Public addresses by https only, unless the allow list names more; one total deadline for each call, name look-up
    and body included; no redirects, cookies, proxies from the environment, or compressed answers.
    """

    def __init__(
        self,
        allow: EgressAllow,
        extra_ca_file: Path | None = None,
        resolver: AbstractResolver | None = None,
        shows: tuple[Path, Path] | None = None,
    ) -> None:
        """Take the allow list, a PEM file of further trusted roots, for tests a source of addresses.

        `shows` is a certificate and its key (RFC 8446 4.4.2): a caller that has one is for one other system only.
        """
        self._allow = allow
        self._resolver = resolver
        self._tls = _system_roots() if extra_ca_file is None and shows is None else _trusting(extra_ca_file, shows)
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Return the caller itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        """Return the answer, whatever its status; raise `EgressError` where there is none."""
        url = self._checked_url(request.url)
        headers = _checked_headers(request)
        outcome = await self._outcome(request, url, headers)
        # Raised here and not where the library failed: a traceback that is kept would keep that call's socket.
        if isinstance(outcome, EgressError):
            raise outcome
        return outcome

    async def _outcome(
        self, request: OutboundRequest, url: URL, headers: CIMultiDict[str]
    ) -> OutboundResponse | EgressError:
        try:
            async with asyncio.timeout(request.deadline.total_seconds()):
                return await self._exchange(request, url, headers)
        except EgressError as error:
            return EgressError(error.reason, str(error))
        except TimeoutError:
            return EgressError("timeout", f"no answer within {request.deadline}")
        except InvalidURL:
            return EgressError("refused", "an address written in a form of its own")
        except ClientConnectorCertificateError as error:
            return EgressError("certificate", type(error).__name__)
        except (ClientError, OSError) as error:
            # The text of the library's error may quote the address with its query; its type says enough.
            return EgressError("connection", type(error).__name__)
        except ValueError:
            return EgressError("refused", "the request cannot be written as HTTP")

    async def certificate(self, host: str, port: int, deadline: timedelta) -> ShownCertificate:
        """Return the certificate that a server shows, trusted or not; raise `EgressError` where it shows none."""
        return await look_at_certificate(self._allow, self._tls, self._resolver, (host, port), deadline)

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _exchange(self, request: OutboundRequest, url: URL, headers: CIMultiDict[str]) -> OutboundResponse:
        async with self._open_session().request(
            request.method, url, data=request.body or None, headers=headers, allow_redirects=False
        ) as response:
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                response.close()
                raise EgressError("refused", "the answer is compressed although that was declined")
            body = await _read_bounded(response, request.max_response_bytes)
            said = response.headers
            return OutboundResponse(response.status, body, said.get("Content-Type", ""), said.get("Cache-Control", ""))

    def _checked_url(self, text: str) -> URL:
        """Return the parsed address; refuse what must not be called before anything is looked up.

        An address written as a number is judged here, because a connector resolves names only.
        """
        try:
            url = URL(text)
            host, port = url.raw_host, url.port
        except ValueError as error:
            raise EgressError("refused", "not a URL") from error
        if url.scheme not in {"http", "https"} or not host or not port or url.user or url.password:
            raise EgressError("refused", "only http and https addresses without credentials are called")
        self._check_host(url.scheme, host, port)
        return url

    def _check_host(self, scheme: str, host: str, port: int) -> None:
        try:
            address = ip_address(canonical_host(host))
        except ValueError:
            address = None
        if address is not None and not self._allow.permits(host, port, address):
            raise EgressError("refused", f"{address} may not be called")
        named = self._allow.names(host, port) or (address is not None and self._allow.lists(address, port))
        if scheme == "http" and not named:
            raise EgressError("refused", "http without TLS is for listed hosts only")

    def _open_session(self) -> ClientSession:
        """Return the session, made at the first call because it belongs to the running event loop."""
        if self._session is None:
            connector = TCPConnector(
                resolver=CheckedResolver(self._allow, self._resolver),
                ssl=self._tls,
                limit=_MAX_CONNECTIONS,
                limit_per_host=_MAX_CONNECTIONS_PER_HOST,
                use_dns_cache=False,
            )
            self._session = ClientSession(
                connector=connector,
                cookie_jar=DummyCookieJar(),
                timeout=ClientTimeout(total=None),
                trust_env=False,
                auto_decompress=False,
            )
        return self._session


def _checked_headers(request: OutboundRequest) -> CIMultiDict[str]:
    headers = CIMultiDict(request.headers)
    if any(name in headers for name in _REFUSED_HEADERS):
        raise EgressError("refused", "a header was set that the client decides itself")
    headers.update(_OWN_HEADERS)
    return headers


async def _read_bounded(response: ClientResponse, limit: int) -> bytes:
    """Return the body; stop reading as soon as it is longer than `limit`, whatever its headers promised."""
    body = bytearray()
    declared = response.content_length
    if declared is None or declared <= limit:
        async for part in response.content.iter_any():
            body += part
            if len(body) > limit:
                break
        else:
            return bytes(body)
    # Closing the connection, not releasing it: releasing would read the rest.
    response.close()
    raise EgressError("oversized", f"the answer is longer than {limit} bytes")
