"""DPoP proofs (RFC 9449 4): a JWT by the key that a token is bound to, for one request."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import urlsplit

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry
from joserfc.jws import JWSRegistry
from msgspec import Struct

from idp.protocol.errors import INVALID_DPOP_PROOF, USE_DPOP_NONCE, ProtocolError
from idp.protocol.provider import Provider
from idp.protocol.sender.nonces import NONCE_LIFE, is_fresh
from idp.protocol.sender.shown import Sender, SenderFacts
from idp.protocol.sender.use import ProofUse

ALGORITHMS = ("ES256", "PS256", "Ed25519")
_TYPE = "dpop+jwt"
_MAX_LENGTH = 4 * 1024
_MAX_JTI = 256
# The letters of an RSA modulus of 2048 to 4096 bits: a longer one costs us more than the stranger who sends it.
_RSA_LENGTHS = range(342, 684)
_CURVES = {"ES256": ("EC", "P-256"), "Ed25519": ("OKP", "Ed25519"), "PS256": ("RSA", None)}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_FORBIDDEN_HEADERS = frozenset({"jku", "x5u", "x5c", "b64", "crit"})
_PORTS = {"https": 443, "http": 80}


_REGISTRY = JWSRegistry(algorithms=list(ALGORITHMS))
# A key of 4096 bits stands in the header.
_REGISTRY.max_header_length = _MAX_LENGTH


class BadProofError(Exception):
    """The proof proves nothing; `error` is what the client is told."""

    def __init__(self, said: str, error: ProtocolError = INVALID_DPOP_PROOF) -> None:
        super().__init__(said)
        self.error = error.because(said)


class _Proof(Struct, frozen=True):
    jkt: str
    claims: dict[str, object]


def judge_proofs(provider: Provider, sender: Sender, now: datetime, access_token: str | None = None) -> SenderFacts:
    """Return what a request's proof proves, with the certificate's thumbprint; `access_token` is the one shown beside.

    Whether the proof was used before is asked of a store, and whether it was needed of the client.
    """
    x5t = _thumbprint(sender.certificate.der) if sender.certificate is not None else None
    if not sender.proofs:
        return SenderFacts(x5t_s256=x5t)
    try:
        return _judge(provider, sender, now, access_token, x5t)
    except BadProofError as error:
        return SenderFacts(x5t_s256=x5t, fault=error.error)


def _judge(provider: Provider, sender: Sender, now: datetime, access_token: str | None, x5t: str | None) -> SenderFacts:
    if len(sender.proofs) > 1:
        raise BadProofError("The DPoP header was sent more than once.")
    proof = _verified(sender.proofs[0])
    claims = proof.claims
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _MAX_JTI:
        raise BadProofError("jti is missing or too long.")
    _check_request(provider, sender, claims)
    _check_token(access_token, claims)
    _check_time(provider, claims, now)
    nonce, digest = "nonce" in claims, provider.token_hash.digest(f"{proof.jkt}|{jti}").hex()
    use = ProofUse(f"dpop:{digest}", NONCE_LIFE if nonce else 2 * _window(provider))
    return SenderFacts(proof.jkt, x5t, use, nonce=nonce)


def _verified(text: str) -> _Proof:
    """Return the proof with its signature checked by the key that it brings (RFC 9449 4.3)."""
    if len(text) > _MAX_LENGTH or not text.isascii():
        raise BadProofError("The proof is too long or not ASCII.")
    try:
        header = jws.extract_compact(text.encode("ascii"), registry=_REGISTRY).headers()
        if header.get("typ") != _TYPE or not _FORBIDDEN_HEADERS.isdisjoint(header):
            raise BadProofError("The proof's typ is not dpop+jwt, or its header has a member that is not taken.")
        algorithm, key = header.get("alg"), header.get("jwk")
        if not isinstance(algorithm, str) or not isinstance(key, dict) or not _fits(algorithm, key):
            raise BadProofError("The proof's alg or jwk is missing, not taken, or they do not belong together.")
        imported = JWKRegistry.import_key({name: value for name, value in key.items() if name != "alg"})
        claims = orjson.loads(jws.deserialize_compact(text.encode("ascii"), imported, registry=_REGISTRY).payload)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadProofError("The proof is no JWT, or its signature is wrong.") from error
    if not isinstance(claims, dict):
        raise BadProofError("The proof has no claims.")
    return _Proof(imported.thumbprint(), claims)


def _fits(algorithm: str, key: dict[str, object]) -> bool:
    """Say whether a key is public and of the kind of its algorithm (RFC 8725 3.1)."""
    kind, curve = _CURVES.get(algorithm, (None, None))
    belongs = kind is not None and key.get("kty") == kind and key.get("crv") == curve and _PRIVATE.isdisjoint(key)
    return belongs and (kind != "RSA" or len(str(key.get("n", ""))) in _RSA_LENGTHS)


def _check_request(provider: Provider, sender: Sender, claims: dict[str, object]) -> None:
    if claims.get("htm") != sender.method:
        raise BadProofError("htm is not the method of this request.")
    address = claims.get("htu")
    if not isinstance(address, str) or _normal(address) not in map(_normal, provider.addresses_of(sender.path)):
        raise BadProofError("htu is not the address of this endpoint.")


def _normal(address: str) -> tuple[str, str, int | None, str]:
    """Return an address without query and fragment, as RFC 3986 6.2 compares them (RFC 9449 4.3)."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadProofError("htu is no address.") from error
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), port or _PORTS.get(scheme), parts.path or "/"


def _check_token(access_token: str | None, claims: dict[str, object]) -> None:
    if access_token is None:
        return
    said = claims.get("ath")
    if not isinstance(said, str) or not compare_digest(said.encode(), _thumbprint(access_token.encode()).encode()):
        raise BadProofError("ath is not the hash of the access token.")


def _check_time(provider: Provider, claims: dict[str, object], now: datetime) -> None:
    """Judge how fresh a proof is: by our nonce where it has one, so that a wrong clock does no harm; else by iat."""
    issued, nonce = claims.get("iat"), claims.get("nonce")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        raise BadProofError("iat is missing or no number.")
    if "nonce" in claims:
        if not isinstance(nonce, str) or not is_fresh(provider, nonce, now):
            raise BadProofError("Use the nonce of the DPoP-Nonce header.", USE_DPOP_NONCE)
        return
    if not abs(now.timestamp() - issued) <= _window(provider).total_seconds():
        raise BadProofError("iat is too far from now.")


def _window(provider: Provider) -> timedelta:
    return provider.policy.proof_window


def _thumbprint(value: bytes) -> str:
    return urlsafe_b64encode(sha256(value).digest()).rstrip(b"=").decode("ascii")
