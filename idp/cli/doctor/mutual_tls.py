"""The doctor's look at mutual TLS: whether clients that need certificates can show one, and who issues them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cryptography import x509

from clients.model import CERTIFICATE_METHODS, Client
from idp.cli.doctor.findings import Finding, fail, ok, warn
from idp.environment import Settings

_SOON = timedelta(days=60)


def check_authorities(settings: Settings, now: datetime) -> list[Finding]:
    """Return which authority of clients ends soon; nothing where certificates do not reach the provider."""
    what, file = "client certificates", settings.client_authorities_file
    if not settings.client_certificates:
        return []
    if file is None:
        return [ok(what, "by registered keys alone: no authority is trusted to name clients")]
    authorities = x509.load_pem_x509_certificates(file.read_bytes())
    ending = [one for one in authorities if one.not_valid_after_utc - now <= _SOON]
    if not ending:
        return [ok(what, f"{len(authorities)} authorities are trusted to name clients")]
    return [_ends(what, one, now) for one in ending]


def _ends(what: str, authority: x509.Certificate, now: datetime) -> Finding:
    name, day = authority.subject.rfc4514_string(), authority.not_valid_after_utc.date().isoformat()
    verb = "ended" if authority.not_valid_after_utc <= now else "ends"
    return warn(what, f"the authority {name} {verb} on {day}", "add its successor to IDP_CLIENT_AUTHORITIES_FILE")


def missing_certificates(clients: Sequence[Client], settings: Settings) -> Iterator[Finding]:
    """Yield the clients that are refused all they ask for, since no certificate of theirs can reach the provider."""
    for client in clients:
        method = client.token_endpoint_auth_method
        needs_one = method in CERTIFICATE_METHODS or client.tls_client_certificate_bound_access_tokens
        if needs_one and not settings.client_certificates:
            remedy = "set IDP_CLIENT_CERTIFICATES once the proxy passes them on (docs/operations.md)"
            yield fail("clients", f"{client.client_id}: needs a certificate, and none reaches the provider", remedy)
        elif method == "tls_client_auth" and settings.client_authorities_file is None:
            found = f"{client.client_id}: its certificate is to be issued by an authority, and none is trusted"
            yield fail("clients", found, "set IDP_CLIENT_AUTHORITIES_FILE")
