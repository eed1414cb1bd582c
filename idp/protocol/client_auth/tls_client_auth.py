"""tls_client_auth: a certificate that an authority we trust issued to the name that is registered (RFC 8705 2.1)."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from clients.certificates.subjects import is_subject
from clients.model import Client
from idp.protocol.sender.shown import Certificate

METHOD = "tls_client_auth"
# Clients' certificates come from an authority of ours or one below it.
_MAX_DEPTH = 2


class BadClientCertificateError(Exception):
    """The certificate does not prove the client; the text is the private detail."""


def verify_issued(anchors: Store | None, client: Client, certificate: Certificate | None, now: datetime) -> None:
    """Return if the certificate proves the client, or raise `BadClientCertificateError`.

    The name is looked at first: whoever shows another client's certificate causes no signature to be checked.
    """
    if certificate is None:
        raise BadClientCertificateError("no certificate was shown")
    if anchors is None:
        raise BadClientCertificateError("no authority is trusted to name clients")
    try:
        shown = x509.load_der_x509_certificate(certificate.der)
        named = is_subject(client, shown)
    except _UNREADABLE as error:
        raise BadClientCertificateError("the certificate's names cannot be read") from error
    if not named:
        raise BadClientCertificateError("the certificate names another subject than the registered one")
    _check_chain(anchors, shown, now)


def _check_chain(anchors: Store, shown: x509.Certificate, now: datetime) -> None:
    verifier = (
        PolicyBuilder()
        .store(anchors)
        .time(now)
        .max_chain_depth(_MAX_DEPTH)
        .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_OF_CLIENTS)
        .build_client_verifier()
    )
    try:
        verifier.verify(shown, [])
    except (VerificationError, *_UNREADABLE) as error:
        raise BadClientCertificateError(f"the certificate is not valid: {error}"[:_MAX_REASON]) from error


_MAX_REASON = 200
# Parts of a certificate are read only when they are asked for.
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


def _check_usage(_: Policy, __: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    """RFC 5280 4.2.1.12: a certificate that says what it is for must be for clients."""
    if usage is not None and ExtendedKeyUsageOID.CLIENT_AUTH not in usage:
        raise ValueError("it is not for the authentication of clients")


def _check_key_usage(_: Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    """RFC 5280 4.2.1.3: the handshake of TLS 1.3 is signed by the key."""
    if usage is not None and not usage.digital_signature:
        raise ValueError("its key is not for signatures")


def _check_constraints(_: Policy, __: x509.Certificate, constraints: x509.BasicConstraints | None) -> None:
    """RFC 5280 4.2.1.9: whoever issues certificates is no client."""
    if constraints is not None and constraints.ca:
        raise ValueError("it is that of an authority")


# Authorities of the State issue certificates whose only name is the subject, which the rules of the web refuse.
_OF_CLIENTS = (
    ExtensionPolicy.permit_all()
    .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _check_usage)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _check_key_usage)
    .may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _check_constraints)
)
