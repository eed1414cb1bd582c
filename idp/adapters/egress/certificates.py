"""What certificate a server shows (RFC 5280), looked at under the rules of every outbound call."""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver
from cryptography import x509

from idp.adapters.egress.allow import EgressAllow, canonical_host
from idp.adapters.egress.checked_resolver import CheckedResolver
from idp.kernel.egress import CertificateFault, EgressError, ShownCertificate

# Numbers of X509_V_ERR_… of OpenSSL. What is not here is a chain that leads to no authority of ours.
_FAULTS: Mapping[int, CertificateFault] = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    62: "wrong_name",
    64: "wrong_name",
}
_Endpoint = tuple[str, int]


async def look_at_certificate(
    allow: EgressAllow,
    trusted: ssl.SSLContext,
    resolver: AbstractResolver | None,
    server: _Endpoint,
    deadline: timedelta,
) -> ShownCertificate:
    """Return what `server` shows: a handshake and nothing more, so that nobody there takes it for a request.

    Raises `EgressError`: refused, timeout, connection, certificate (it speaks no TLS).
    """
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            at = await _permitted(allow, resolver, server)
            return await _look(trusted, server, at)
    except TimeoutError as error:
        raise EgressError("timeout", f"no handshake within {deadline}") from error
    except ssl.SSLError as error:
        raise EgressError("certificate", type(error).__name__) from error
    except (OSError, UnicodeError) as error:
        raise EgressError("connection", type(error).__name__) from error


async def _permitted(allow: EgressAllow, resolver: AbstractResolver | None, server: _Endpoint) -> _Endpoint:
    """Return the address to connect to: one that was checked, so that a name cannot change its mind in between."""
    host, port = server
    try:
        address = ip_address(canonical_host(host))
    except ValueError:
        found = await CheckedResolver(allow, resolver).resolve(host, port)
        return found[0]["host"], port
    if not allow.permits(host, port, address):
        raise EgressError("refused", f"{address} may not be called")
    return str(address), port


async def _look(trusted: ssl.SSLContext, server: _Endpoint, at: _Endpoint) -> ShownCertificate:
    try:
        return ShownCertificate("", _end_of(await _shake_hands(trusted, server, at)))
    except ssl.SSLCertVerificationError as error:
        fault = _FAULTS.get(error.verify_code, "untrusted")
    # Once more without trusting it, to tell until when it is good: nothing is sent on such a connection.
    shown = await _shake_hands(_trusting_anybody(), server, at)
    try:
        return ShownCertificate(fault, _end_of(shown))
    except ValueError:
        return ShownCertificate("unreadable", None)


async def _shake_hands(context: ssl.SSLContext, server: _Endpoint, at: _Endpoint) -> bytes:
    """Return the server's own certificate as DER; "" where it shows none."""
    _, writer = await asyncio.open_connection(*at, ssl=context, server_hostname=server[0].strip("[]"))
    try:
        spoken = writer.get_extra_info("ssl_object")
        shown = spoken.getpeercert(binary_form=True) if isinstance(spoken, ssl.SSLObject) else None
    finally:
        # No polite end: a server that does not answer it would be waited for.
        writer.transport.abort()
    return shown or b""


def _trusting_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _end_of(der: bytes) -> datetime:
    return x509.load_der_x509_certificate(der).not_valid_after_utc
