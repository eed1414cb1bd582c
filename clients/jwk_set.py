"""The public keys a client registers by value (RFC 7517, RFC 7518 6)."""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from clients.errors import RuleBrokenError

MAX_KEYS = 10
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
    return members


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
