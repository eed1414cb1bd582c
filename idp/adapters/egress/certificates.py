"""What certificate a server shows (RFC 5280), looked at under the rules of every outbound call."""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver
from cryptography import x509

from idp.adapters.egress.allow import EgressAllow, canonical_host
from idp.adapters.egress.checked_resolver import CheckedResolver
from idp.outbound.http import CertificateFault, EgressError, ShownCertificate

# Numbers of X509_V_ERR_… of OpenSSL. What is not here is a chain that leads to no authority of ours.
_FAULTS: Mapping[int, CertificateFault] = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    62: "wrong_name",
    64: "wrong_name",
}
_Endpoint = tuple[str, int]
_Outcome = ShownCertificate | EgressError
# A stranger's name server names as many as it likes.
_MOST_ADDRESSES = 8


async def look_at_certificate(
    allow: EgressAllow,
    trusted: ssl.SSLContext,
    resolver: AbstractResolver | None,
    server: _Endpoint,
    deadline: timedelta,
) -> ShownCertificate:
    """Return what `server` shows: a handshake and nothing more, so that nobody there takes it for a request.

    A name is looked at on every address it has, up to eight: visitors reach any of them. The worst is returned; an
    address out of reach counts only where all are, as many networks have no IPv6.

    Raises `EgressError`: refused, timeout, connection, certificate (it speaks no TLS).
    """
    found = await _at_every_address(allow, trusted, resolver, server, deadline)
    # Raised here and not where the library failed: a traceback that is kept would keep that call's socket.
    if isinstance(found, EgressError):
        raise found
    return found


async def _at_every_address(
    allow: EgressAllow,
    trusted: ssl.SSLContext,
    resolver: AbstractResolver | None,
    server: _Endpoint,
    deadline: timedelta,
) -> _Outcome:
    until = asyncio.get_running_loop().time() + deadline.total_seconds()
    addresses: list[_Endpoint] = []

    async def resolve() -> None:
        addresses.extend(await _permitted(allow, resolver, server))

    failed = await _failure(resolve(), until)
    if failed is not None:
        return failed
    return _worst(await asyncio.gather(*(_look_at(trusted, server, at, until) for at in addresses)))


async def _look_at(trusted: ssl.SSLContext, server: _Endpoint, at: _Endpoint, until: float) -> _Outcome:
    found: list[ShownCertificate] = []

    async def look() -> None:
        found.append(await _look(trusted, server, at))

    return await _failure(look(), until) or found[0]


async def _failure(doing: Coroutine[None, None, None], until: float) -> EgressError | None:
    """Return why something failed, None if it did not."""
    try:
        async with asyncio.timeout_at(until):
            await doing
    except EgressError as error:
        return EgressError(error.reason, str(error))
    except TimeoutError:
        return EgressError("timeout", "no handshake within the deadline")
    except ssl.SSLError as error:
        return EgressError("certificate", type(error).__name__)
    except (OSError, UnicodeError) as error:
        return EgressError("connection", type(error).__name__)
    return None


def _worst(outcomes: Sequence[_Outcome]) -> _Outcome:
    """Return what some visitors meet: no TLS at all, a fault, else the certificate that ends first."""
    failures = [one for one in outcomes if isinstance(one, EgressError)]
    shown = [one for one in outcomes if isinstance(one, ShownCertificate)]
    without_tls = next((one for one in failures if one.reason == "certificate"), None)
    if without_tls is not None or not shown:
        return without_tls or failures[0]
    faulty = next((one for one in shown if one.fault), None)
    return faulty or min(shown, key=lambda one: one.ends_at.timestamp() if one.ends_at else 0)


async def _permitted(allow: EgressAllow, resolver: AbstractResolver | None, server: _Endpoint) -> list[_Endpoint]:
    """Return the addresses to connect to: checked, so that a name cannot change its mind in between."""
    host, port = server
    try:
        address = ip_address(canonical_host(host))
    except ValueError:
        found = await CheckedResolver(allow, resolver).resolve(host, port)
        return [(one, port) for one in dict.fromkeys(each["host"] for each in found)][:_MOST_ADDRESSES]
    if not allow.permits(host, port, address):
        raise EgressError("refused", f"{address} may not be called")
    return [(str(address), port)]


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
    # Without the roots of the machine, which take 40 ms to read.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _end_of(der: bytes) -> datetime:
    return x509.load_der_x509_certificate(der).not_valid_after_utc
