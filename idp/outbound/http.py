"""The port for outbound calls: one guarded HTTP client implements it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from socket import socket
from typing import Literal, Protocol

from msgspec import Struct, field

from idp.kernel.errors import IdpError


class OutboundRequest(Struct, frozen=True):
    """One call: absolute URL, method, body, headers, and the time it may take in all."""

    method: str
    url: str
    deadline: timedelta
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    max_response_bytes: int = 1 << 20


class OutboundResponse(Struct, frozen=True):
    """What came back. Redirects are never followed: a 3xx is returned as it is."""

    status: int
    body: bytes
    content_type: str
    # How long the answer may be kept (RFC 9111 5.2); "" where it does not say.
    cache_control: str = ""


# What is wrong with a certificate as we would have to trust it (RFC 5280 6, RFC 9525 6); "" is nothing.
CertificateFault = Literal["", "expired", "not_yet_valid", "self_signed", "wrong_name", "untrusted", "unreadable"]


class ShownCertificate(Struct, frozen=True):
    """The certificate that a server shows: whether it would be trusted, and until when it is good."""

    fault: CertificateFault
    ends_at: datetime | None


class EgressError(IdpError):
    """No answer: refused by the guard, timed out, cut, behind an untrusted certificate, or too large.

    `reason` is one word for counting.
    """

    code = "temporarily_unavailable"

    def __init__(self, reason: str, detail: str = "") -> None:
        """Take one of: refused, timeout, connection, certificate, oversized; and the private detail."""
        super().__init__(detail or reason)
        self.reason = reason


class HttpCaller(Protocol):
    """Calls other systems. No private address unless a setting allows it, no redirects, bounded size."""

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        """Return the answer, whatever its status; raise `EgressError` where there is none."""


class Dialler(Protocol):
    """Connects to other systems that do not speak HTTP, under the same rule of addresses."""

    def names(self, host: str, port: int) -> bool:
        """Answer whether a setting names this host: only then may it be spoken to without TLS."""

    async def connect(self, host: str, port: int) -> socket:
        """Return an open connection; raise `EgressError` where the rule forbids it, `OSError` where there is none."""


class CertificateReader(Protocol):
    """Looks at certificates of other systems, under the same rules as calls."""

    async def certificate(self, host: str, port: int, deadline: timedelta) -> ShownCertificate:
        """Return what a server shows, trusted or not; raise `EgressError` where it shows none."""
