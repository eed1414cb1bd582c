"""The name in a client's certificate, as `tls_client_auth` registers it: exactly one (RFC 8705 2.1.2)."""

from collections.abc import Callable, Mapping
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import NameOID

from clients.errors import RuleBrokenError
from clients.model import Client

# RFC 4514 3 names nine types; these are common in certificates and have no short name there.
_MORE_TYPES = {"emailAddress": NameOID.EMAIL_ADDRESS, "serialNumber": NameOID.SERIAL_NUMBER}
_MAX_NAME = 1000


def is_subject(client: Client, certificate: x509.Certificate) -> bool:
    """Say whether a certificate bears the name that the client registered; without a name nothing is."""
    return any(
        _BY_MEMBER[member](certificate, wanted) for member in SUBJECT_MEMBERS if (wanted := getattr(client, member))
    )


def names_subjects_otherwise_than_its_method(client: Client) -> bool:
    """Say whether a client breaks the rule: one name for `tls_client_auth`, none for any other method."""
    registered = sum(getattr(client, member) is not None for member in SUBJECT_MEMBERS)
    return registered != (client.token_endpoint_auth_method == "tls_client_auth")  # noqa: S105 (the name of a method)


def as_distinguished_name(value: object) -> str:
    """Return a subject as RFC 4514 writes it, the most special part first."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_NAME:
        raise _no("text of up to 1000 characters")
    try:
        parsed = _name(value)
    except ValueError as error:
        raise _no("a distinguished name (RFC 4514), as in CN=portal,O=Agency,C=VN") from error
    if not list(parsed):
        raise _no("at least one attribute, as in CN=portal,O=Agency,C=VN")
    return value


def as_address_in_certificate(value: object) -> str:
    """Return an IP address in its one spelling."""
    try:
        return str(ip_address(_text(value)))
    except ValueError as error:
        raise _no("an IPv4 or IPv6 address") from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _no("text")
    return value


def _no(meaning: str) -> RuleBrokenError:
    return RuleBrokenError("form", "the value has the wrong form", f"write {meaning}")


def _name(text: str) -> x509.Name:
    return x509.Name.from_rfc4514_string(text, _MORE_TYPES)


def _has_name(certificate: x509.Certificate, wanted: str) -> bool:
    """Compare attribute by attribute, in their order and their letters: no looser rule of a directory counts here."""
    return certificate.subject == _name(wanted)


def _alternatives(certificate: x509.Certificate) -> x509.SubjectAlternativeName | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None


def _has_dns(certificate: x509.Certificate, wanted: str) -> bool:
    found = _alternatives(certificate)
    # A wildcard in a certificate is no client: only the very name counts (RFC 8705 7.3).
    return found is not None and wanted.lower() in {one.lower() for one in found.get_values_for_type(x509.DNSName)}


def _has_uri(certificate: x509.Certificate, wanted: str) -> bool:
    found = _alternatives(certificate)
    return found is not None and wanted in found.get_values_for_type(x509.UniformResourceIdentifier)


def _has_address(certificate: x509.Certificate, wanted: str) -> bool:
    found = _alternatives(certificate)
    return found is not None and ip_address(wanted) in found.get_values_for_type(x509.IPAddress)


def _has_mailbox(certificate: x509.Certificate, wanted: str) -> bool:
    found = _alternatives(certificate)
    return found is not None and _mailbox(wanted) in {
        _mailbox(one) for one in found.get_values_for_type(x509.RFC822Name)
    }


def _mailbox(text: str) -> tuple[str, str]:
    """RFC 5280 7.5: the host in any letters, what stands before it in its own."""
    local, _, host = text.rpartition("@")
    return local, host.lower()


_BY_MEMBER: Mapping[str, Callable[[x509.Certificate, str], bool]] = {
    "tls_client_auth_subject_dn": _has_name,
    "tls_client_auth_san_dns": _has_dns,
    "tls_client_auth_san_uri": _has_uri,
    "tls_client_auth_san_ip": _has_address,
    "tls_client_auth_san_email": _has_mailbox,
}
SUBJECT_MEMBERS = tuple(_BY_MEMBER)
