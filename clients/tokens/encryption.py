"""Encryption to a client: which of its keys fits, by what it registered (OIDC Registration 2, RFC 7518 4, 5)."""

from collections.abc import Mapping
from typing import Literal, get_args

from clients.model import Client, EncryptionAlgorithm, EncryptionMethod

Key = Mapping[str, str]
Encrypted = Literal["id_token", "userinfo"]
ENCRYPTED: tuple[Encrypted, ...] = get_args(Encrypted)
_KEY_TYPES: Mapping[EncryptionAlgorithm, str] = {"ECDH-ES": "EC", "RSA-OAEP-256": "RSA"}
# OIDC Registration 2 names this one where a client registers none.
DEFAULT_METHOD: EncryptionMethod = "A128CBC-HS256"


def encryption_of(client: Client, what: Encrypted) -> tuple[EncryptionAlgorithm, EncryptionMethod] | None:
    """Return how something is encrypted for a client; None where it is not."""
    if what == "id_token":
        algorithm, method = client.id_token_encrypted_response_alg, client.id_token_encrypted_response_enc
    else:
        algorithm, method = client.userinfo_encrypted_response_alg, client.userinfo_encrypted_response_enc
    return None if algorithm is None else (algorithm, method or DEFAULT_METHOD)


def is_encrypted_to(client: Client) -> bool:
    """Say whether anything is encrypted for the client, so that its keys are needed."""
    return any(encryption_of(client, what) is not None for what in ENCRYPTED)


def fitting_key(keys: list[dict[str, str]], algorithm: EncryptionAlgorithm) -> dict[str, str] | None:
    """Return the key to encrypt for: one that says it is for that first, never one for signatures (RFC 7517 4.2)."""
    fitting = [key for key in keys if _fits(key, algorithm)]
    return min(fitting, key=lambda key: key.get("use") != "enc", default=None)


def _fits(key: Key, algorithm: EncryptionAlgorithm) -> bool:
    if key.get("kty") != _KEY_TYPES[algorithm] or key.get("use", "enc") != "enc":
        return False
    # RFC 7518 4.6: the one curve that everybody has; a key of another use says so by its algorithm.
    return key.get("alg", algorithm) == algorithm and key.get("crv", "P-256") == "P-256"
