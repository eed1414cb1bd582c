"""Making key pairs: P-256 for ES256, RSA for RS256 (RFC 7518 3.1)."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from keys.model import Algorithm
from records.structs import Unprinted

PublicKey = ECKey | RSAKey
PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey


class GeneratedKey(Unprinted, Struct, frozen=True):
    """A fresh key pair: the private half as PKCS #8 DER, the public half as a JWK."""

    kid: str
    algorithm: Algorithm
    private_der: bytes
    public_jwk: Mapping[str, str]


def generate(algorithm: Algorithm, *, rsa_bits: int) -> GeneratedKey:
    """Make a key pair; `rsa_bits` matters to RS256 only, and there costs about a tenth of a second."""
    key = ECKey.generate_key("P-256") if algorithm == "ES256" else RSAKey.generate_key(rsa_bits)
    # The thumbprint (RFC 7638) names the key by what it is: no two keys share a kid, on any machine.
    kid = key.thumbprint()
    members = {name: value for name, value in key.as_dict(private=False).items() if isinstance(value, str)}
    public_jwk = members | {"kid": kid, "use": "sig", "alg": algorithm}
    return GeneratedKey(kid, algorithm, key.as_der(private=True), public_jwk)


def load_private(algorithm: Algorithm, private_der: bytes) -> PrivateKey:
    """Parse a private key that `generate` made and that nobody could write to since. Raises ValueError.

    That the primes of an RSA key are primes is not tried again: it takes a tenth of a second at every start, and who
    could put another key under the seal could put a sound one there.
    """
    try:
        key = load_der_private_key(private_der, None, unsafe_skip_rsa_key_validation=True)
    except ValueError as error:
        raise ValueError(f"no private key stands where one for {algorithm} should") from error
    if not isinstance(key, EllipticCurvePrivateKey if algorithm == "ES256" else RSAPrivateKey):
        raise ValueError(f"another private key stands where one for {algorithm} should")  # noqa: TRY004 (bytes are wrong)
    return key


def thumbprint_of(algorithm: Algorithm, private_der: bytes) -> str:
    """Return the kid that `generate` gave to a private key (RFC 7638)."""
    public = (
        load_private(algorithm, private_der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    key = ECKey.import_key(public) if algorithm == "ES256" else RSAKey.import_key(public)
    return key.thumbprint()


def load_public(algorithm: Algorithm, public_jwk: Mapping[str, str]) -> PublicKey:
    """Parse the public half."""
    value: dict[str, str | list[str]] = dict(public_jwk)
    return ECKey.import_key(value) if algorithm == "ES256" else RSAKey.import_key(value)
