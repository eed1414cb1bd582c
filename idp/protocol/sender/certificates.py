"""Reading the certificate that a proxy found in TLS and passes on in a header (RFC 9440)."""

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Literal
from urllib.parse import unquote_to_bytes
from warnings import catch_warnings, simplefilter

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from idp.protocol.sender.shown import Certificate

# rfc9440: as the standard has it. escaped-pem: PEM, percent-encoded, which nginx and Envoy can write by themselves.
CertificateForm = Literal["rfc9440", "escaped-pem"]
# A certificate with an RSA key of 8192 bits and a dozen names has 4 KiB; escaping makes it half as long again.
MAX_HEADER = 16 * 1024
_MAX_DER = 8 * 1024
# RFC 8941 3.3.5: a byte sequence; RFC 9440 2.1: one item, and parameters mean nothing.
_ITEM = re.compile(rb":([A-Za-z0-9+/]+={0,2}):")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")


class BadCertificateError(Exception):
    """What came is no certificate; the text says why, for the log."""


def read_certificate(values: Sequence[bytes], form: CertificateForm) -> Certificate | None:
    """Return the certificate of the header's values, None where the proxy found none; or raise `BadCertificateError`.

    RFC 9440 2.4: two headers are none, as one of them may have come from outside, past a proxy that adds.
    """
    if len(values) > 1:
        raise BadCertificateError("the header came more than once")
    # A proxy whose client showed no certificate may send the header empty.
    value = values[0].strip() if values else b""
    if not value:
        return None
    if len(value) > MAX_HEADER:
        raise BadCertificateError("the header is too long")
    der = _decoded(value, form)
    if len(der) > _MAX_DER:
        raise BadCertificateError("the certificate is too long")
    _check(der)
    return Certificate(der)


def _check(der: bytes) -> None:
    with catch_warnings():
        # What a later version of the library refuses is refused already: serial numbers that are not positive.
        simplefilter("error", CryptographyDeprecationWarning)
        try:
            x509.load_der_x509_certificate(der)
        except (ValueError, x509.InvalidVersion, CryptographyDeprecationWarning) as error:
            raise BadCertificateError("the bytes are no certificate") from error


def _decoded(value: bytes, form: CertificateForm) -> bytes:
    found = _ITEM.fullmatch(value) if form == "rfc9440" else _PEM.fullmatch(unquote_to_bytes(value))
    if found is None:
        raise BadCertificateError(f"the header is not of the form {form}")
    try:
        return b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error as error:
        raise BadCertificateError("the header is not base64") from error
