"""Client secrets: made from 256 random bits, kept as keyed hashes, rotated with overlap.

A secret that signs (`client_secret_jwt`) must be known here whenever it is used. It is derived from the pepper and a
salt, and the salt is what is kept: a copy of the database has no secret in it, as with the others.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime

from clients.model import AuthMethod, Client, ClientSecret

# Secret scanners find leaked secrets by such a prefix; portals' secrets were found in public repositories before.
SECRET_PREFIX = "nso_cs_"  # noqa: S105 (the part that is not secret)
_SECRET_BYTES = 32
SIGNING_METHOD: AuthMethod = "client_secret_jwt"


def new_client_secret(method: AuthMethod, pepper: bytes, now: datetime) -> tuple[str, ClientSecret]:
    """Return a new secret for a method, to be shown once, and what is kept of it."""
    salt = secrets.token_bytes(_SECRET_BYTES) if method == SIGNING_METHOD else b""
    secret = _derived(salt, pepper) if salt else SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    return secret, ClientSecret(hash_secret(secret, pepper), now, salt=salt)


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


def signing_secrets(stored: Iterable[ClientSecret], pepper: bytes, now: datetime) -> tuple[bytes, ...]:
    """Return the secrets that a client may sign by at `now`, each of 64 octets and more (RFC 7518 3.2)."""
    return tuple(_derived(one.salt, pepper).encode("ascii") for one in stored if one.salt and one.usable(now))


def usable_secrets(client: Client, now: datetime) -> tuple[ClientSecret, ...]:
    """Return the secrets that prove a client by its method at `now`: one of a client that signs must be derived."""
    signs = client.token_endpoint_auth_method == SIGNING_METHOD
    return tuple(one for one in client.secrets if one.usable(now) and (one.salt or not signs))


def _derived(salt: bytes, pepper: bytes) -> str:
    # The label keeps it apart from the hash of whatever secret a client could be given.
    digest = hmac.digest(pepper, b"client secret that signs|" + salt, hashlib.sha512)
    return SECRET_PREFIX + urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
