"""Client secrets: made from 256 random bits, kept as keyed hashes, rotated with overlap."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from clients.model import ClientSecret

# Secret scanners find leaked secrets by such a prefix; portals' secrets were found in public repositories before.
SECRET_PREFIX = "nso_cs_"  # noqa: S105 (the part that is not secret)
_SECRET_BYTES = 32


def make_secret() -> str:
    """Return a new secret with 256 bits of entropy, to be shown once."""
    return SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def hash_secret(secret: str, pepper: bytes) -> bytes:
    """Return the keyed hash under which a secret is stored.

    A fast hash is enough: the secret has too many bits to be guessed, and the pepper is not in the database.
    """
    return hmac.digest(pepper, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)


def verify_secret(stored: Iterable[ClientSecret], secret: str, pepper: bytes, now: datetime) -> bool:
    """True if `secret` is one of the stored ones that are usable at `now`; takes the same time either way."""
    candidate = hash_secret(secret, pepper)
    matches = [hmac.compare_digest(known.hash, candidate) and known.usable(now) for known in stored]
    return any(matches)
