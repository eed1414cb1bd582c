"""The members of a registration about certificates (RFC 8705 2.1.2, 3.4)."""

from clients.certificates.subjects import as_address_in_certificate, as_distinguished_name
from clients.fields import EntryReader, as_absolute_uri, as_flag, as_pattern
from clients.model import Client
from records.structs import replace

_as_dns_name = as_pattern(
    r"(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*",
    "a host name without wildcard",
)
_as_mailbox = as_pattern(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", "an e-mail address")


def with_certificate_members(client: Client, reader: EntryReader) -> Client:
    """Return a client with what its entry says of its certificate."""
    read = reader.read
    return replace(
        client,
        tls_client_auth_subject_dn=read("tls_client_auth_subject_dn", as_distinguished_name, None),
        tls_client_auth_san_dns=read("tls_client_auth_san_dns", _as_dns_name, None),
        tls_client_auth_san_uri=read("tls_client_auth_san_uri", as_absolute_uri, None),
        tls_client_auth_san_ip=read("tls_client_auth_san_ip", as_address_in_certificate, None),
        tls_client_auth_san_email=read("tls_client_auth_san_email", _as_mailbox, None),
        tls_client_certificate_bound_access_tokens=read(
            "tls_client_certificate_bound_access_tokens", as_flag, default=False
        ),
    )
