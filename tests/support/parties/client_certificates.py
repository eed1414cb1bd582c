"""Certificates of clients for mutual TLS, of authorities of the tests' own."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from joserfc.jwk import ECKey, RSAKey

_DAY = timedelta(days=1)
_PUBLIC = PublicFormat.SubjectPublicKeyInfo
_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SUBJECT = "CN=ngan-hang,O=Ngân hàng thử\\, chi nhánh,C=VN"


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What a client shows in TLS, and how a proxy passes it on."""

    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def header(self) -> str:
        """Return the header of RFC 9440 2.1."""
        return f":{b64encode(self.der).decode()}:"

    @property
    def escaped(self) -> str:
        """Return what nginx has in `$ssl_client_escaped_cert`."""
        return quote(self.certificate.public_bytes(Encoding.PEM).decode(), safe="")

    @property
    def jwk(self) -> dict[str, object]:
        """Return the key as the client registers it."""
        key = self.certificate.public_key()
        kind = ECKey if isinstance(key, ec.EllipticCurvePublicKey) else RSAKey
        public = kind.import_key(key.public_bytes(Encoding.PEM, _PUBLIC)).as_dict(private=False)
        return {**public, "kid": "tls", "x5c": [b64encode(self.der).decode()]}


@dataclass(frozen=True, slots=True)
class Authority:
    """Who issues certificates to clients."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self,
        *,
        now: datetime | None = None,
        subject: str = SUBJECT,
        names: Sequence[x509.GeneralName] = (),
        begins: timedelta = -_DAY,
        ends: timedelta = _DAY,
        usage: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.CLIENT_AUTH,
        ca: bool = False,
        signs: bool = True,
    ) -> ClientCertificate:
        """Return a certificate of a client; times are from `now`."""
        at = now or datetime.now(UTC)
        key = ec.generate_private_key(ec.SECP256R1())
        made = _begun(subject, self.certificate.subject, key, at + begins, at + ends)
        made = made.add_extension(x509.BasicConstraints(ca, None), critical=True)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = made.add_extension(above, critical=False)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if usage is not None:
            made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        made = made.add_extension(_key_usage(digital_signature=signs), critical=True)
        return ClientCertificate(made.sign(self.key, hashes.SHA256()))


def authority(now: datetime | None = None, name: str = "CN=Co quan chung thuc thu") -> Authority:
    """Return an authority that signs for itself."""
    at, key = now or datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name.from_rfc4514_string(name)
    made = _begun(name, issuer, key, at - 300 * _DAY, at + 300 * _DAY)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.add_extension(_key_usage(key_cert_sign=True), critical=True)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return Authority(made.add_extension(own, critical=False).sign(key, hashes.SHA256()), key)


def self_signed(key: _Key | None = None, ends: timedelta = _DAY) -> ClientCertificate:
    """Return a certificate that nobody but its owner stands behind."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    name = x509.Name.from_rfc4514_string("CN=tu ky")
    made = _begun("CN=tu ky", name, own, min(now, now + ends) - _DAY, now + ends)
    return ClientCertificate(made.sign(own, hashes.SHA256()))


def _begun(subject: str, issuer: x509.Name, key: _Key, begins: datetime, ends: datetime) -> x509.CertificateBuilder:
    name = x509.Name.from_rfc4514_string(subject)
    serial = x509.random_serial_number()
    return x509.CertificateBuilder(issuer, name, key.public_key(), serial, begins, ends)


def _key_usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=not digital_signature and not key_cert_sign,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        encipher_only=False,
        decipher_only=False,
    )
