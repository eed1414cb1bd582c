"""Keys for the tests of this folder: made once, since an RSA key costs a tenth of a second."""

from datetime import UTC, datetime, timedelta
from functools import cache

from keys.generate import GeneratedKey, generate
from keys.model import Algorithm, SigningKey
from keys.rotation import NewKey
from keys.seal import MasterKey, seal

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MASTER_KEY = MasterKey(bytes(range(32)))


@cache
def _pair(algorithm: Algorithm, number: int) -> GeneratedKey:
    return generate(algorithm, rsa_bits=2048)


def pair(algorithm: Algorithm, number: int = 0) -> GeneratedKey:
    """Return the key pair with this number, always the same one within a run."""
    return _pair(algorithm, number)


def signing_key(
    algorithm: Algorithm = "ES256",
    number: int = 0,
    *,
    activates_at: datetime = NOW - HOUR,
    retires_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> SigningKey:
    """Return a stored key around a real pair, sealed under MASTER_KEY."""
    made = pair(algorithm, number)
    return SigningKey(
        kid=made.kid,
        algorithm=algorithm,
        sealed_private=seal(made.private_der, kid=made.kid, master_key=MASTER_KEY),
        public_jwk=made.public_jwk,
        created_at=activates_at,
        activates_at=activates_at,
        retires_at=retires_at,
        expires_at=expires_at,
    )


def bare_key(new: NewKey, kid: str) -> SigningKey:
    """Return a stored key that has times but no material, for tests of times alone."""
    return SigningKey(
        kid=kid,
        algorithm=new.algorithm,
        sealed_private=b"",
        public_jwk={},
        created_at=new.created_at,
        activates_at=new.activates_at,
        retires_at=new.retires_at,
        expires_at=new.expires_at,
    )
