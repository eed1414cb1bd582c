"""A relying party's DPoP key: proofs as RFC 9449 4.2 has them, and broken ones on demand."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe

import orjson
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

_TYPE = "dpop+jwt"
AS_IT_IS: Mapping[str, object] = {}


class DpopKey:
    """One key. Members that are changed to None are left out of a proof."""

    def __init__(self, key: ECKey | RSAKey | OKPKey | None = None, algorithm: str = "ES256") -> None:
        """Take a key, or make one of the usual kind."""
        self.key = key or ECKey.generate_key("P-256")
        self.algorithm = algorithm

    @property
    def thumbprint(self) -> str:
        """Return what tokens are bound to (RFC 7638)."""
        return self.key.thumbprint()

    def proof(
        self,
        method: str,
        address: str,
        *,
        at: float | None = None,
        access_token: str | None = None,
        nonce: str | None = None,
        claims: Mapping[str, object] = AS_IT_IS,
        header: Mapping[str, object] = AS_IT_IS,
    ) -> str:
        """Return a proof for one request."""
        said: dict[str, object] = {
            "jti": token_urlsafe(16),
            "htm": method,
            "htu": address,
            "iat": int(time.time() if at is None else at),
        }
        if access_token is not None:
            said["ath"] = urlsafe_b64encode(sha256(access_token.encode()).digest()).rstrip(b"=").decode()
        if nonce is not None:
            said["nonce"] = nonce
        head = {"typ": _TYPE, "alg": self.algorithm, "jwk": self.key.as_dict(private=False), **header}
        signed = b".".join(_encoded(orjson.dumps(_present(part))) for part in (head, {**said, **claims}))
        # By hand: a library makes no header that it would refuse to read.
        signature = JWSRegistry.algorithms[self.algorithm].sign(signed, self.key)
        return (signed + b"." + _encoded(signature)).decode()


def _present(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _encoded(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")
