"""Certificates of the test's own, for servers on localhost."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The two PEM files of a server, and that of whoever signed for it."""

    file: Path
    key_file: Path
    authority_file: Path


def write_certificate(
    folder: Path, *, begins: timedelta = -DAY, ends: timedelta = DAY, name: str = "localhost"
) -> tuple[Path, Path]:
    """Write a self-signed certificate for localhost and its key; return the two PEM files."""
    made = _make(name, None, begins, ends)
    return _write(folder, "server", *made)


def write_signed_certificate(
    folder: Path, *, begins: timedelta = -DAY, ends: timedelta = DAY, name: str = "localhost"
) -> Certificate:
    """Write a certificate of a server that an authority of the test's own signs; times are from now."""
    authority = _make("Test authority", None, min(begins, -DAY), max(ends, DAY))
    made = _make(name, authority, begins, ends)
    return Certificate(*_write(folder, "signed", *made), _write(folder, "authority", *authority)[0])


_Made = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _make(name: str, signer: _Made | None, begins: timedelta, ends: timedelta) -> _Made:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    issuer, signing_key = (signer[0].subject, signer[1]) if signer else (subject, key)
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
    )
    if " " in name:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    if signer is not None:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
        builder = builder.add_extension(above, critical=False)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(own, critical=False).sign(signing_key, hashes.SHA256()), key


def _write(
    folder: Path, stem: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> tuple[Path, Path]:
    certificate_file, key_file = folder / f"{stem}.pem", folder / f"{stem}.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file
