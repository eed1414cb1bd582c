"""self_signed_tls_client_auth: the certificate's key is one that the client registered (RFC 8705 2.2)."""

from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from clients.jwk_set import jwk_members
from idp.protocol.client_auth.tls_client_auth import BadClientCertificateError
from idp.protocol.sender.shown import Certificate

METHOD = "self_signed_tls_client_auth"
Jwks = Mapping[str, list[dict[str, str]]]


def verify_registered(certificate: Certificate | None, jwks: Jwks) -> None:
    """Return if the certificate's key is registered, or raise `BadClientCertificateError`.

    The key is all that counts: who holds it can write anything else into a certificate, its dates too.
    """
    if certificate is None:
        raise BadClientCertificateError("no certificate was shown")
    if not is_registered(certificate, jwks):
        raise BadClientCertificateError("no registered key is that of the certificate")


def is_registered(certificate: Certificate, jwks: Jwks) -> bool:
    """Say whether the key of a certificate is among a client's, and not there to encrypt for (RFC 7517 4.2)."""
    key = _public_members(certificate)
    return key is not None and any(
        one.get("use", "sig") == "sig" and key.items() <= one.items() for one in jwks.get("keys", [])
    )


def _public_members(certificate: Certificate) -> Mapping[str, str] | None:
    """Return the key as a JWK has it; None for a kind that no client can register."""
    try:
        key = x509.load_der_x509_certificate(certificate.der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return jwk_members(key) if isinstance(key, EllipticCurvePublicKey | RSAPublicKey) else None
