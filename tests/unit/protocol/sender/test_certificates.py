"""The header in which a proxy passes a client's certificate on (RFC 9440)."""

from base64 import b64encode

import pytest

from idp.protocol.sender.certificates import MAX_HEADER, BadCertificateError, CertificateForm, read_certificate
from idp.protocol.sender.shown import Certificate
from tests.support.parties.client_certificates import self_signed

SHOWN = self_signed()
STANDARD, ESCAPED = SHOWN.header.encode(), SHOWN.escaped.encode()


@pytest.mark.parametrize(
    ("value", "form"), [(STANDARD, "rfc9440"), (b" " + STANDARD + b" ", "rfc9440"), (ESCAPED, "escaped-pem")]
)
def test_rfc9440_2_1_the_certificate_is_read_from_the_form_that_is_set(value: bytes, form: CertificateForm) -> None:
    assert read_certificate([value], form) == Certificate(SHOWN.der)


@pytest.mark.parametrize("values", [[], [b""], [b"  "]])
def test_rfc9440_2_2_a_client_that_showed_none_has_none(values: list[bytes]) -> None:
    assert read_certificate(values, "rfc9440") is None
    assert read_certificate(values, "escaped-pem") is None


@pytest.mark.parametrize(
    ("values", "form", "reason"),
    [
        ([STANDARD, STANDARD], "rfc9440", "more than once"),
        ([STANDARD, b""], "rfc9440", "more than once"),
        ([STANDARD + b", " + STANDARD], "rfc9440", "not of the form"),
        ([STANDARD + b";a=1"], "rfc9440", "not of the form"),
        ([STANDARD.strip(b":")], "rfc9440", "not of the form"),
        ([ESCAPED], "rfc9440", "not of the form"),
        ([STANDARD], "escaped-pem", "not of the form"),
        ([ESCAPED + ESCAPED], "escaped-pem", "not of the form"),
        ([b"-----BEGIN%20CERTIFICATE-----"], "escaped-pem", "not of the form"),
        ([b":" + b64encode(b"no certificate") + b":"], "rfc9440", "no certificate"),
        ([b":" + b64encode(SHOWN.der + b"\0") + b":"], "rfc9440", "no certificate"),
        ([b":QQQ:"], "rfc9440", "base64"),
        ([b":" + b64encode(b"x" * 9000) + b":"], "rfc9440", "certificate is too long"),
        ([b":" + b"A" * MAX_HEADER + b":"], "rfc9440", "header is too long"),
    ],
)
def test_rfc9440_2_4_what_is_not_one_certificate_is_none(
    values: list[bytes], form: CertificateForm, reason: str
) -> None:
    with pytest.raises(BadCertificateError, match=reason):
        read_certificate(values, form)
