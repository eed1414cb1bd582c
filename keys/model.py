"""A signing key and the states of its life."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Literal, get_args

from msgspec import Struct

from records.structs import Unprinted

Algorithm = Literal["ES256", "RS256"]
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)


class KeyState(Enum):
    """Where a key stands in its life; follows from its times alone."""

    PUBLISHED = "published"  # in the JWKS, does not sign yet
    ACTIVE = "active"  # signs
    RETIRED = "retired"  # in the JWKS, only verifies
    EXPIRED = "expired"  # gone from the JWKS


class SigningKey(Unprinted, Struct, frozen=True):
    """One key pair as it is stored: the private half sealed, the public half as a JWK (RFC 7517 4).

    It signs in [activates_at, retires_at) and is served until expires_at; None means no end is planned.
    All times are aware UTC.
    """

    kid: str
    algorithm: Algorithm
    sealed_private: bytes
    public_jwk: Mapping[str, str]
    created_at: datetime
    activates_at: datetime
    retires_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def withdrawn(self) -> bool:
        """True of a key that was given no time to verify: compromised, or never used."""
        # An overlap is never zero (RotationPolicy sees to it), so equal times are a decision, not a coincidence.
        return self.expires_at is not None and self.expires_at == self.retires_at


def state(key: SigningKey, now: datetime) -> KeyState:
    """Return the state of `key` at `now`."""
    if key.expires_at is not None and now >= key.expires_at:
        return KeyState.EXPIRED
    if key.retires_at is not None and now >= key.retires_at:
        return KeyState.RETIRED
    return KeyState.PUBLISHED if now < key.activates_at else KeyState.ACTIVE
