"""The public keys a client registers by value (RFC 7517, RFC 7518 6)."""

import binascii
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from clients.errors import RuleBrokenError

MAX_KEYS = 10
_MAX_CERTIFICATE = 12 * 1024
_KINDS = (EllipticCurvePublicKey, RSAPublicKey)
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEPT_MEMBERS = ("kty", "kid", "use", "alg", "crv", "x", "y", "n", "e")
_ALGORITHMS = {
    "sig": {"EC": {"ES256"}, "RSA": {"RS256", "PS256"}},
    "enc": {"EC": {"ECDH-ES"}, "RSA": {"RSA-OAEP-256"}},
}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,1400}")
_KID = re.compile(r"[\x21-\x7e]{1,200}")
_RSA_BITS = range(2048, 8193)


def as_jwks(value: object) -> Mapping[str, list[dict[str, str]]]:
    """Return a key set of public keys, members that nobody here uses left out, or raise RuleBrokenError."""
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MAX_KEYS:
        raise RuleBrokenError("type", "the value is not a JWK Set", f"write keys: and 1 to {MAX_KEYS} keys")
    public_keys = [_as_public_key(key) for key in keys]
    kids = [key.get("kid") for key in public_keys]
    if len(public_keys) > 1 and None in kids:
        raise RuleBrokenError("kid-required", "several keys can only be told apart by kid", "give each a kid")
    if len(set(kids)) != len(kids):
        raise RuleBrokenError("kid-unique", "two keys have the same kid", "give each its own kid")
    return {"keys": public_keys}


def signs_by(key: Mapping[str, str], algorithm: object) -> bool:
    """Say whether a registered key may verify what an algorithm signed: it belongs to the key (RFC 8725 3.1)."""
    if key.get("use", "sig") != "sig":
        # RFC 7517 4.2: a key to encrypt for proves nobody.
        return False
    family = _ALGORITHMS["sig"].get(key.get("kty", ""), frozenset[str]())
    return isinstance(algorithm, str) and algorithm in family and key.get("alg", algorithm) == algorithm


def _as_public_key(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise RuleBrokenError("type", "a key is not an object", "write a JWK")
    if not PRIVATE_MEMBERS.isdisjoint(value):
        raise RuleBrokenError(
            "public-only",
            "a key carries private or symmetric material",
            "make a new key pair, and register its public half; what was written here is no longer secret",
        )
    members = {name: value[name] for name in _KEPT_MEMBERS if name in value}
    if not all(isinstance(member, str) for member in members.values()):
        raise RuleBrokenError("type", "a member of a key is not text", "write a JWK")
    _check_use(members)
    if members["kty"] == "EC":
        _check_p256(members)
    else:
        _check_rsa(members)
    if "x5c" in value and not _is_key_of(value["x5c"], members):
        raise RuleBrokenError(
            "x5c-key",
            "the first certificate of x5c is not one of the key (RFC 7517 4.7)",
            "register the key of the certificate that the client shows",
        )
    return members


def _is_key_of(chain: object, key: Mapping[str, str]) -> bool:
    """Say whether a chain begins with a certificate of a key: it is not kept, as it says nothing more."""
    first = chain[0] if isinstance(chain, list) and chain else None
    if not isinstance(first, str) or len(first) > _MAX_CERTIFICATE:
        return False
    try:
        shown = x509.load_der_x509_certificate(b64decode(first, validate=True)).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
    return jwk_members(shown).items() <= key.items() if isinstance(shown, _KINDS) else False


def jwk_members(key: EllipticCurvePublicKey | RSAPublicKey) -> Mapping[str, str]:
    """Return a public key as a JWK has it (RFC 7518 6.2.1, 6.3.1); its curve by our name for P-256 alone."""
    if isinstance(key, RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _encode(numbers.n), "e": _encode(numbers.e)}
    point, length = key.public_numbers(), (key.key_size + 7) // 8
    curve = "P-256" if isinstance(key.curve, SECP256R1) else key.curve.name
    return {"kty": "EC", "crv": curve, "x": _encode(point.x, length), "y": _encode(point.y, length)}


def _encode(number: int, length: int = 0) -> str:
    raw = number.to_bytes(length or (number.bit_length() + 7) // 8)
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _check_use(key: Mapping[str, str]) -> None:
    if key.get("kty") not in _ALGORITHMS["sig"]:
        raise RuleBrokenError("key-type", "the key is neither EC nor RSA", "use an EC key on P-256")
    if key.get("use", "sig") not in _ALGORITHMS:
        raise RuleBrokenError("key-use", "the key is neither for signatures nor to encrypt for", "use sig or enc")
    # A key that does not say what it is for is for what its algorithm says.
    uses = (key["use"],) if "use" in key else tuple(_ALGORITHMS)
    offered = {name for use in uses for name in _ALGORITHMS[use][key["kty"]]}
    if "alg" in key and key["alg"] not in offered:
        names = " or ".join(sorted(offered))
        raise RuleBrokenError("key-algorithm", "the key's alg does not fit it", f"use {names}")
    if "kid" in key and not _KID.fullmatch(key["kid"]):
        raise RuleBrokenError("kid-form", "the kid is empty, long or not printable ASCII", "use a short name")


def _check_p256(key: Mapping[str, str]) -> None:
    if key.get("crv") != "P-256":
        raise RuleBrokenError("curve", "the curve is not P-256", "use an EC key on P-256")
    x, y = _decode(key, "x"), _decode(key, "y")
    try:
        # RFC 7518 6.2.1.2: full length, leading zeros kept; building the point checks that it is on the curve.
        if len(x) != 32 or len(y) != 32:
            raise ValueError("short coordinate")  # noqa: TRY301 (one remedy for both)
        EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), SECP256R1()).public_key()
    except ValueError as error:
        raise RuleBrokenError("point", "x and y are not a point of P-256", "export the key again") from error


def _check_rsa(key: Mapping[str, str]) -> None:
    modulus = int.from_bytes(_decode(key, "n"))
    exponent = int.from_bytes(_decode(key, "e"))
    if modulus.bit_length() not in _RSA_BITS or not 2**16 < exponent < 2**32:
        raise RuleBrokenError(
            "rsa-size", "the RSA key has under 2048 or over 8192 bits, or an odd exponent", "make a key of 2048 bits"
        )
    try:
        RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise RuleBrokenError("rsa-numbers", "n and e are not an RSA key", "export the key again") from error


def _decode(key: Mapping[str, str], name: str) -> bytes:
    text = key.get(name, "")
    try:
        if _BASE64URL.fullmatch(text):
            return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        pass
    raise RuleBrokenError("encoding", f"{name} is missing or not base64url", "export the key again")
